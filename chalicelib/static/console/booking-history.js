// What was done with a booking, newest first, down to its being made.

import { statusWord, typed, whenWords } from './booking-words.js';
import { ago, moment } from './company.js';
import { h } from './dom.js';
import { listing } from './ui.js';

export function history({ happened, window }) {
  return listing(happened.map((event, index) => line(event, happened[index - 1], window)).reverse());
}

const arrives = (event, window) => ({ starts_at: event.starts_at, arrives_until: new Date(Date.parse(event.starts_at) + window * 60_000).toISOString() });

// What it became, and when it takes place since, where that is another time.
function line(event, before, window) {
  const moved = !before || Date.parse(before.starts_at) !== Date.parse(event.starts_at);
  const what = before && before.status === event.status ? (moved ? 'Moved' : 'Changed') : statusWord(event.status);
  const at = h('time', { datetime: event.at, title: moment(event.at) }, ago(event.at));
  const by = event.by === 'company' ? ['Your company', event.name && ' · '] : event.name ? [] : ['Customer'];
  return h('li', {}, h('div', { class: 'row still event' },
    h('span', { class: 'what' }, what, moved ? h('span', { class: 'light' }, `: ${whenWords(arrives(event, window))}`) : null),
    event.note ? h('span', { class: 'below written' }, event.note) : null,
    h('span', { class: 'note below' }, h('span', {}, by, event.name ? typed(event.name) : null), h('span', {}, at))));
}
