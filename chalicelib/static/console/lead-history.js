// What was done with a lead, newest first, down to its coming in.

import { h } from './dom.js';
import { sourceWord, statusWord, when } from './lead-words.js';
import { listing } from './ui.js';

// The most that the API tells of.
const MOST = 200;

export function happened({ lead: one, history }) {
  const older = history.length >= MOST;
  return listing([...history.map(line), older ? entry('What happened before isn’t shown.', null) : entry('Came in', one.received_at, sourceWord(one.source))]);
}

const BY = { key: 'API key', operator: 'Porchlight' };
const who = (by) => (by.kind === 'admin' ? by.name : `${BY[by.kind] || ''} “${by.name}”`.trim());

function line(event) {
  if (event.kind === 'note') return entry(h('span', { class: 'written' }, event.text), event.at, who(event.by), 'Note');
  const words = event.kind === 'spam' ? SORTED[event.new] : [statusWord(event.old), h('span', { class: 'hush' }, ' became '), h('span', { 'aria-hidden': true }, ' → '), statusWord(event.new)];
  return entry(words, event.at, who(event.by));
}

const SORTED = { true: 'Marked as spam', false: 'Marked as not spam' };

const entry = (what, at, by, kind) => h('li', {}, h('div', { class: 'row still event' },
  h('span', { class: kind ? 'what noted' : 'what' }, what),
  at ? h('span', { class: 'note below' }, kind ? h('span', {}, kind) : null, h('span', {}, by), h('span', {}, when(at))) : null));
