// A list below its filters: another choice draws it anew where it was, and is kept in the address without a step of the
// history. `load(filters, cursor)` answers a page, `list(filters, page)` says how it is shown (line, none, as `paged` takes them),
// `place(filters)` is the address; `one` and `many` are what is counted aloud.

import { Problem } from './api.js';
import { counted, filled, unread } from './customers-search.js';
import { fill, h } from './dom.js';
import { paged } from './ui.js';

// What an address asks for among the filters that a list has; what it has no name for counts for nothing.
export const among = (choices, value = '') => (choices.some(([one]) => one === value) ? value : '');
const DAY = /^[12]\d{3}-\d\d-\d\d$/;
export const dayAmong = (text = '') => (DAY.test(text) ? text : '');

// And back: '?status=open', '' for none.
export function asked(filters) {
  const search = new URLSearchParams(Object.entries(filters).filter(([, value]) => value)).toString();
  return search && `?${search}`;
}

// {node, first, filters(), change(filters)}; `first` is the first page.
export async function filtered({ filters, load, list, place, one, many, signal, changed = () => {} }) {
  const read = (wanted, cursor) => filled((from) => load(wanted, from), cursor);
  const drawn = (page, wanted) => paged({ first: page, load: (cursor) => read(wanted, cursor), ...list(wanted, page) });
  let now = filters;
  let turn = 0;
  const first = await read(filters, '');
  const results = h('div', { class: 'results' }, await drawn(first, filters));
  const voice = h('p', { class: 'hush', role: 'status' });

  async function change(wanted) {
    const mine = (turn += 1);
    results.setAttribute('aria-busy', 'true');
    try {
      const page = await read(wanted, '');
      const node = await drawn(page, wanted);
      if (mine !== turn || signal.aborted) return;
      now = wanted;
      fill(results, node);
      voice.textContent = counted(page, one, many);
      history.replaceState(history.state, '', `#${place(wanted)}`);
      changed(wanted);
    } catch (failed) {
      if (signal.aborted || mine !== turn) return;
      if (!(failed instanceof Problem)) throw failed;
      fill(results, unread(failed, () => change(wanted)));
    } finally {
      if (mine === turn) results.removeAttribute('aria-busy');
    }
  }

  return { node: [voice, results], first, filters: () => now, change };
}
