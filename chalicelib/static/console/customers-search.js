// A list that is searched as one types. The address keeps what is searched for, so that coming back finds it again.

import { Problem } from './api.js';
import { fill, h } from './dom.js';
import { text } from './forms.js';
import { button } from './ui.js';

const PAUSE = 250;
const MOST_PAGES = 10;

// `load(search, cursor)` answers a page, `show(page, search)` a node of it, `told(page)` the words that are said aloud.
// `first` is the first page for `value`. `where` is the parameter of the address that keeps it.
export async function searching({ label, hint, value = '', first, signal, load, show, told, where = 'search', attributes }) {
  const results = h('div', { class: 'results' }, await show(first, value));
  const voice = h('p', { class: 'hush', role: 'status' });
  let shown = value;
  let turn = 0;
  let timer = 0;

  async function find() {
    clearTimeout(timer);
    const wanted = field.control.value.trim();
    if (wanted === shown) return;
    const mine = (turn += 1);
    results.setAttribute('aria-busy', 'true');
    try {
      const page = await load(wanted, '');
      if (mine !== turn) return;
      const node = await show(page, wanted);
      shown = wanted;
      fill(results, node);
      voice.textContent = told(page);
      keep(where, wanted);
    } catch (failed) {
      if (signal.aborted || mine !== turn) return;
      if (!(failed instanceof Problem)) throw failed;
      shown = null;
      fill(results, unread(failed, find));
    } finally {
      if (mine === turn) results.removeAttribute('aria-busy');
    }
  }

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(find, PAUSE);
  };
  const field = text({ name: where, label, hint, value, type: 'search', attributes: { maxlength: '100', spellcheck: 'false', enterkeyhint: 'search', oninput: later, ...attributes } });
  const form = h('form', { role: 'search', class: 'finding', onsubmit: (event) => { event.preventDefault(); find(); } }, field.node);
  return [form, voice, results];
}

// In the place of a list that could not be read.
export function unread(failed, again) {
  const retry = button('Try again', { kind: 'second', onclick: again });
  return h('div', { class: 'card empty', role: 'alert' }, h('p', {}, failed.title), h('p', { class: 'hint' }, failed.detail), retry);
}

// Without a step of its own in the browser's history.
function keep(name, value) {
  const [path, search = ''] = location.hash.split('?');
  const parameters = new URLSearchParams(search);
  if (value) parameters.set(name, value);
  else parameters.delete(name);
  const written = parameters.toString();
  history.replaceState(history.state, '', path + (written && `?${written}`));
}

// A page that came short is filled up: the API may find nothing on one and more on the next. Where nearly nothing fits, that
// ends too: `looked` is how many pages it took.
export async function filled(load, cursor, least = 10) {
  const page = await load(cursor);
  for (page.looked = 1; page.next && page.items.length < least && page.looked < MOST_PAGES; page.looked += 1) {
    const more = await load(page.next);
    page.items.push(...more.items);
    page.next = more.next;
  }
  return page;
}

// How many were found, to be said aloud.
export function counted({ items: { length }, next }, one, many) {
  const count = next && length ? `${length} or more` : length;
  return `${count} ${length === 1 && !next ? one : many} found${next && !length ? ' so far' : ''}.`;
}
