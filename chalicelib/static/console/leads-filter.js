// Which of the leads: where they were written, from which day to which.

import { day, today } from './company.js';
import { SOURCES, sourceWord } from './lead-words.js';
import { refining } from './refining.js';

export const leadFilters = (filters, changed) => refining(filters, {
  choice: { name: 'source', label: 'Written in', choices: [['', 'All places'], ...SOURCES] },
  bounds: { max: today() },
  told: ({ source: place, since: from, until: to }) => {
    const set = [place && sourceWord(place), from && `from ${day(from)}`, to && `until ${day(to)}`].filter(Boolean);
    return set.length ? `: ${set.join(', ')}` : '';
  },
  changed,
});
