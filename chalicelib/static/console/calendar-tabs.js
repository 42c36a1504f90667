// What all views of the calendar have: what can be made, and the ways to look at it, each an address of its own: by week, by
// day, and what waits for an answer.

import { may } from './api.js';
import { fill, h } from './dom.js';
import { link } from './ui.js';

const VIEWS = [['week', 'Week'], ['day', 'Day'], ['requests', 'Requests']];
export const NEW = [['Block time', '/calendar/blocks/new', 'second'], ['Book a visit', '/bookings/new', '']];

export const making = () => (may('bookings:write') ? NEW.map(([label, path, kind]) => link(label, `#${path}`, kind)) : []);

// `count` promises how many requests wait, as words. {node, set(day)}: the other views are of the same days.
export function tabs(view, day, count) {
  const number = h('span', { class: 'count' });
  count.then((words) => fill(number, words));
  const links = VIEWS.map(([one, label]) => h('a', { 'aria-current': one === view ? 'true' : null }, label, one === 'requests' ? number : null));
  const set = (now) => VIEWS.forEach(([one], index) => links[index].setAttribute('href', one === 'requests' ? '#/calendar/requests' : `#/calendar?view=${one}${now && `&day=${now}`}`));
  set(day);
  return { node: h('nav', { 'aria-label': 'Calendar' }, h('ul', { class: 'tabs many' }, links.map((one) => h('li', {}, one)))), set };
}
