// How many bookings wait for the company's answer: in the menu, and for pages that have more to tell. Nothing waits for the
// number, and nothing fails with it.

import { get } from './api.js';
import { fill, h } from './dom.js';
import { pill } from './ui.js';

const MOST = 20;
const counted = ({ items, next }) => (items.length ? `${items.length}${next ? '+' : ''}` : '');

// The number beside "Calendar" in the menu, and the one of the calendar's own tab.
function mark(count) {
  const tab = document.querySelector('main nav a[href="#/calendar/requests"] .count');
  if (tab) fill(tab, count);
  const place = document.querySelector('#menu nav a[data-path="/calendar"]');
  if (!place) return;
  const number = place.querySelector('.count') || place.appendChild(h('span', { class: 'count' }));
  fill(number, count ? [h('span', { class: 'hush' }, ', '), count, h('span', { class: 'hush' }, count === '1' ? ' request to answer' : ' requests to answer')] : []);
}

// Asks how many there are, and tells the menu. Answers '3', '20+', '' for none or for nobody knows. Who asks meanwhile hears
// the same answer.
let asked = null;
export const waiting = () => (asked ||= ask().finally(() => { asked = null; }));

async function ask() {
  try {
    const count = counted(await get('/booking-requests', { limit: MOST }));
    mark(count);
    return count;
  } catch {
    return '';
  }
}

export function waitingCount() {
  const place = h('span', { class: 'pill-later' });
  waiting().then((count) => { if (count) place.replaceWith(pill(`${count} to answer`, 'fresh')); });
  return place;
}
