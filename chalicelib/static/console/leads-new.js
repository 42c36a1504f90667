// How many messages nobody has looked after yet, for a page that has more to tell: it neither waits for it nor fails with it.

import { get } from './api.js';
import { h } from './dom.js';
import { pill } from './ui.js';

const MOST = 20;

export function lateCount(signal) {
  const place = h('span', { class: 'pill-later' });
  get('/leads', { status: 'new', limit: MOST }, signal)
    .then(({ items, next }) => { if (items.length) place.replaceWith(pill(`${items.length}${next ? ' or more' : ''} new`, 'fresh')); })
    .catch(() => {});
  return place;
}
