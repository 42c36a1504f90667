// What pages are made of, besides forms: dialogs, lists, states, words on what just happened.

import { Problem } from './api.js';
import { fill, h, icon, nodes, unique } from './dom.js';
import { button, form, whileBusy } from './forms.js';

export { button, form, whileBusy } from './forms.js';

const places = () => h('div', { class: 'toasts' }, h('div', { role: 'status' }));
let toasts = null;

function show(toast) {
  toasts ||= document.body.appendChild(places());
  // The last thing that was done is what counts.
  for (const one of document.querySelectorAll('.toast')) one.remove();
  // A dialog covers everything else: what is said over it belongs into it.
  const place = document.querySelector('dialog[open] .toasts') || toasts;
  (toast.hasAttribute('role') ? place : place.firstElementChild).append(toast);
}

// Words on what was done, said aloud too; they go by themselves.
export function say(...words) {
  const toast = h('p', { class: 'toast' }, words);
  show(toast);
  setTimeout(() => toast.remove(), 6000);
}

// What went wrong with something that is no form, said where it is seen. It stays until it is dismissed, the next thing is
// done, or the page is left.
export function complain(failed) {
  if (!(failed instanceof Problem)) throw failed;
  const pressed = document.activeElement;
  const dismiss = quiet('Dismiss', () => { toast.remove(); if (pressed.isConnected) pressed.focus(); });
  const toast = h('div', { class: 'toast failed', role: 'alert' }, h('p', {}, failed.detail), dismiss);
  show(toast);
}

// A dialog that asks once, in words, and does it: the button names the deed ("Void invoice 1042"). `run(values, key)` is
// the deed; a problem is shown in the dialog. Answers whether it was done. `fields` make it a form;
// with `cancel` '' there is no other button than the deed's, and no other way out: what it shows is shown once.
export function ask({ title, text, deed, busy, danger = false, fields = [], content, cancel = 'Cancel', about, run, done }) {
  return new Promise((decided) => {
    let did = false;
    const heading = h('h2', { id: unique('ask') }, title);
    const stay = (event) => { if (!cancel && (event.type === 'cancel' || event.key === 'Escape')) event.preventDefault(); };
    // A browser lets a second Escape through unless the key itself is held back.
    const dialog = h('dialog', { 'aria-labelledby': heading.id, oncancel: stay, onkeydown: stay, onclose: () => { dialog.remove(); decided(did); } });
    const close = cancel && button(cancel, { kind: 'second', onclick: () => dialog.close() });
    const { node } = form({
      fields, deed, busy, about, kind: danger ? 'danger' : '', others: close,
      content: content || fields.map((one) => one.node),
      send: run || (async () => null),
      done: async (answer, values) => { did = true; dialog.close(); if (done) await done(answer, values); },
    });
    fill(dialog, heading, nodes(text).map((one) => (one instanceof Node ? one : h('p', {}, one))), node, places());
    document.body.append(dialog);
    dialog.showModal();
    // Nothing is pressed by mistake: what is dangerous begins at the way out.
    if (danger && !fields.length && close) close.focus();
    else if (fields.length) fields[0].focus();
  });
}

// Nothing here yet: what will be, and what to do.
export const empty = (title, text, action) => h('div', { class: 'card empty' }, h('p', {}, title), text ? h('p', { class: 'hint' }, text) : null, action);

// A word and a shape; `shape` is one of the portal's (paid, overdue, part-paid, processing, void, written-off, due, back-again) or
// of ours (fresh, suspected).
export const pill = (words, shape = '') => h('span', { class: `pill ${shape}` }, words);

// A line of a list: what and note on the left, sum and pill on the right. With `href` it leads somewhere.
export function row({ href, what, sum, note, state, below, closed }) {
  const parts = [h('span', { class: 'what' }, what), sum ? h('span', { class: 'sum' }, sum) : h('span', {}), h('span', { class: 'note' }, nodes(note).map((one) => h('span', {}, one))), state || h('span', {}), below ? h('span', { class: 'below' }, below) : null];
  return h('li', {}, href ? h('a', { class: `row ${closed ? 'closed' : ''}`, href }, parts) : h('div', { class: `row still ${closed ? 'closed' : ''}` }, parts));
}

export const rows = (items) => h('ul', { class: 'rows' }, items);
export const card = (...children) => h('div', { class: 'card stack' }, children);
export const listing = (items) => h('div', { class: 'card' }, rows(items));

// Facts: [[name, value], …]
export const pairs = (facts) => h('dl', { class: 'pairs' }, facts.filter(Boolean).map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))));

// A list by pages: `load(cursor)` answers {items, next}; `line(item)` makes a row. `first` is the first page, if
// it is here already. `none` is shown for an empty list. `vain(pages, any)` says that so many pages (`looked` of each) were
// looked through in vain, though there are more, and whether anything is in the list.
export async function paged({ load, line, none, first, more = 'Show more', vain = (pages, any) => `Nothing ${any ? 'more ' : ''}so far, but not all was looked through.` }) {
  const found = first || (await load(''));
  if (!found.items.length && !found.next) return none;
  const list = rows([]);
  const box = h('div', { class: 'card' }, list);
  const told = h('p', { class: 'hint vain', role: 'status' });
  const pressed = button(more, { busy: 'Loading…', kind: 'second', onclick: () => whileBusy(pressed, async () => {
    try {
      const target = show(await load(next));
      if (!target) return;
      if (!target.matches('a, button')) target.tabIndex = -1;
      target.focus();
    } catch (failed) {
      complain(failed);
    }
  }) });
  const pager = h('div', { class: 'pager' }, pressed);
  const node = h('div', {}, box, told, pager);
  let next = '';
  let looked = 0;

  // Answers where to go on from: the first of the new lines, the button where there are none yet, or what says that there are none.
  function show(page) {
    const made = page.items.map(line);
    list.append(...made);
    const any = list.hasChildNodes();
    next = page.next;
    looked = made.length ? 0 : looked + (page.looked || 1);
    box.hidden = !any;
    told.textContent = made.length ? '' : next ? vain(looked, any) : 'There are no more.';
    fill(pressed.firstChild, looked ? 'Look further' : more);
    if (!next) pager.remove();
    if (made.length) return made[0].querySelector('a, button') || made[0];
    if (next) return null;
    if (!any) node.replaceWith(none);
    return any ? told : none;
  }

  show(found);
  return node;
}

// An address breaks where its parts do, rather than within a word.
export const address = (url) => (url.match(/[^/]*\/+|[^/]+/g) || []).map((part) => (part.endsWith('/') ? [part, h('wbr')] : part));

// Something to copy: a link, a key. `kind` is the button's.
export function copyable(text, label = 'Copy', kind = 'quiet', shown = text) {
  const copy = h('button', { type: 'button', class: kind, onclick: async () => {
    try {
      await navigator.clipboard.writeText(text);
      say('Copied.');
    } catch {
      getSelection().selectAllChildren(code);
      say('Press Ctrl+C or ⌘C to copy.');
    }
  } }, label);
  const code = h('code', { class: 'secret' }, /^https?:\/\/\S+$/.test(shown) ? address(shown) : shown);
  return h('div', { class: 'copyable' }, code, copy);
}

// Long work: {node, set(done, total, words)}; total null for "nobody knows yet".
export function progress(label) {
  const bar = h('progress', { max: 1 });
  const words = h('span', { class: 'hint', role: 'status' });
  const node = h('label', { class: 'progress' }, h('span', {}, label), bar, words);
  return { node, set(done, total, text = '') {
    if (total) bar.value = done / total;
    else bar.removeAttribute('value');
    words.textContent = text;
  } };
}

export const note = (...words) => h('p', { class: 'aside' }, words);
export const back = (href, label) => h('p', { class: 'back' }, h('a', { href }, label));
export const head = (title, ...beside) => h('div', { class: 'pagehead' }, h('h1', {}, title), beside.length ? h('div', { class: 'beside' }, beside) : null);
export const link = (label, href, kind = '') => h('a', { class: `button ${kind}`, href }, h('span', {}, label));
export const section = (title, ...children) => {
  const heading = h('h2', { id: unique('section') }, title);
  return h('section', { class: 'part', 'aria-labelledby': heading.id }, heading, children);
};
// A button that looks like a link.
export const quiet = (label, onclick, more = '') => h('button', { type: 'button', class: 'quiet', onclick }, label, more ? h('span', { class: 'hush' }, ` ${more}`) : null);
export const sign = { menu: () => icon('M2 4h12M2 8h12M2 12h12', 20), out: () => icon('M6 2H3v12h3M10 5l3 3-3 3M13 8H6') };
