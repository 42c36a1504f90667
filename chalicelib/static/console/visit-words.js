// A visit in a few words: how far it is, and when; and its line in a list.

import { id } from './api.js';
import { day, today } from './company.js';
import { h } from './dom.js';
import { daysAfter } from './invoice-sums.js';
import { pill, row } from './ui.js';
import { local, weekday, windowOf } from './visit-times.js';

export const STATUSES = [['scheduled', 'Scheduled'], ['on_the_way', 'On the way'], ['complete', 'Complete'], ['cancelled', 'Canceled']];
const SHAPES = { scheduled: 'due', on_the_way: 'processing', complete: 'paid', cancelled: 'void' };

export const statusWord = (status) => STATUSES.find(([one]) => one === status)?.[1] || status;
export const statusShape = (status) => SHAPES[status] || '';
export const visitPill = (one) => pill(statusWord(one.status), statusShape(one.status));

// The day it stands under in a list: when it was done, until then when its window begins.
export const dayAt = (one) => local(one.completed_at || one.starts_at).day;

// 'Today, Monday, November 23'.
export function dayWords(of, now = today()) {
  const near = { [daysAfter(now, -1)]: 'Yesterday, ', [now]: 'Today, ', [daysAfter(now, 1)]: 'Tomorrow, ' };
  return `${near[of] || ''}${weekday(of, now)}`;
}

// A line of a list. `whole`: of everybody's visits, by day, so that it says whose each is and not which day.
export const visitRow = (one, { whole = true } = {}) => row({
  href: `#/visits/${id(one.id)}`,
  what: one.title,
  note: [whole ? one.customer_name : day(dayAt(one)), h('time', { class: 'window', datetime: one.starts_at }, windowOf(one)), one.technician, one.photos ? (one.photos === 1 ? '1 photo' : `${one.photos} photos`) : null],
  state: visitPill(one),
  closed: one.status === 'complete' || one.status === 'cancelled',
});
