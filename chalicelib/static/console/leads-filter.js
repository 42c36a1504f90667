// Which of the leads: where they were written, from which day to which.

import { day, today } from './company.js';
import { fill, h } from './dom.js';
import { date, select } from './forms.js';
import { SOURCES, sourceWord } from './lead-words.js';
import { quiet } from './ui.js';

// A date is typed digit by digit, and is a date before it is the one that is meant.
const PAUSE = 500;

// The filters, folded up until one of them counts. `changed(filters)` hears of what is chosen, with the others as they were.
export function refining(filters, changed) {
  let timer = 0;
  const now = () => {
    clearTimeout(timer);
    const chosen = { ...filters, source: source.get(), since: since.get(), until: until.get() };
    const crossed = chosen.since && chosen.until && chosen.since > chosen.until;
    until.wrong(crossed ? 'This day is before the first one.' : '');
    tell(chosen);
    if (!crossed && early(chosen.since) && early(chosen.until)) changed(chosen);
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(now, PAUSE);
  };
  const source = select({ name: 'source', label: 'Written in', value: filters.source, choices: [['', 'All places'], ...SOURCES], attributes: { onchange: now } });
  const since = date({ name: 'since', label: 'From', value: filters.since, attributes: { onchange: later, max: today() } });
  const until = date({ name: 'until', label: 'Until', value: filters.until, attributes: { onchange: later, max: today() } });
  const clear = quiet('Clear', () => {
    for (const field of [source, since, until]) field.control.value = '';
    source.focus();
    now();
  }, 'the filters');
  const summary = h('summary', {});
  const tell = ({ source: place, since: from, until: to }) => {
    const set = [place && sourceWord(place), from && `from ${day(from)}`, to && `until ${day(to)}`].filter(Boolean);
    fill(summary, set.length ? `Filters: ${set.join(', ')}` : 'Filters');
    clear.hidden = !set.length;
    return set.length > 0;
  };
  return h('details', { class: 'refine', open: tell(filters) }, summary,
    h('form', { role: 'search', 'aria-label': 'Filters', onsubmit: (event) => { event.preventDefault(); now(); } }, source.node, since.node, until.node, clear));
}

// No year that somebody is still typing.
const early = (text) => !text || text >= '2000';
