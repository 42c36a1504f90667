// Filters of a list, folded up until one of them counts: one choice, and from which day to which.

import { fill, h } from './dom.js';
import { date, select } from './forms.js';
import { quiet } from './ui.js';

// A date is typed digit by digit, and is a date before it is the one that is meant.
const PAUSE = 500;

// `filters` are those that count now, `choice` is the select's {name, label, choices}, `bounds` are the days' (min, max). `told(chosen)`
// are words on which of them count, '' for none. `changed(chosen)` hears of what is chosen, with the other filters as they were.
export function refining(filters, { choice, bounds, told, changed }) {
  let timer = 0;
  const now = () => {
    clearTimeout(timer);
    const chosen = { ...filters, [choice.name]: which.get(), since: since.get(), until: until.get() };
    const crossed = chosen.since && chosen.until && chosen.since > chosen.until;
    until.wrong(crossed ? 'This day is before the first one.' : '');
    tell(chosen);
    if (!crossed && early(chosen.since) && early(chosen.until)) changed(chosen);
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(now, PAUSE);
  };
  const which = select({ ...choice, value: filters[choice.name], attributes: { onchange: now } });
  const since = date({ name: 'since', label: 'From', value: filters.since, attributes: { onchange: later, ...bounds } });
  const until = date({ name: 'until', label: 'Until', value: filters.until, attributes: { onchange: later, ...bounds } });
  const clear = quiet('Clear', () => {
    for (const field of [which, since, until]) field.control.value = '';
    which.focus();
    now();
  }, 'the filters');
  const summary = h('summary', {});
  const tell = (chosen) => {
    const words = told(chosen);
    fill(summary, `Filters${words}`);
    clear.hidden = !words;
    return words !== '';
  };
  return h('details', { class: 'refine', open: tell(filters) }, summary,
    h('form', { role: 'search', 'aria-label': 'Filters', onsubmit: (event) => { event.preventDefault(); now(); } }, which.node, since.node, until.node, clear));
}

// No year that somebody is still typing.
const early = (text) => !text || text >= '2000';
