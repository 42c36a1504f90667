// Estimates in a few words: how they stand, and their line in a list.

import { id } from './api.js';
import { day, money, today } from './company.js';
import { h } from './dom.js';
import { daysBetween } from './invoice-sums.js';
import { pill, row } from './ui.js';

export const STATUSES = [['draft', 'Draft'], ['pending', 'Pending'], ['won', 'Won'], ['lost', 'Lost'], ['expired', 'Expired']];
const SHAPES = { draft: 'due', pending: 'processing', won: 'paid', lost: 'void', expired: 'written-off' };

const word = (status) => STATUSES.find(([one]) => one === status)[1];

// How an estimate stands today, as a word and a shape. A pending one that the customer wants changed waits for the company.
export const estimatePill = (one) => (one.status === 'pending' && one.changes_asked ? pill('Changes asked', 'fresh') : pill(word(one.status), SHAPES[one.status]));

// The last day it can be accepted on: near ones by their distance. Nothing where that doesn't matter any more.
export function lastDay(one, now = today()) {
  if (one.status !== 'pending' || !one.expires_on) return one.status === 'expired' ? `Expired after ${day(one.expires_on)}` : '';
  const left = daysBetween(now, one.expires_on);
  if (left === 0) return 'Last day today';
  if (left === 1) return 'Until tomorrow';
  return left <= 7 ? `${left} days left` : `Until ${day(one.expires_on)}`;
}

// A line of a list. `beside` is what stands beside the number: the customer's name, or the title.
export function estimateRow(one, beside = 'customer_name') {
  return row({
    href: `#/estimates/${id(one.id)}`,
    what: beside === 'title' ? one.number : [one.number, h('span', { class: 'beside-number' }, one.customer_name)],
    sum: [h('span', { class: 'hush' }, 'total '), money(one.total)],
    note: [one.title || null, day(one.issued_on), lastDay(one) || null],
    state: estimatePill(one),
    closed: ['won', 'lost', 'expired'].includes(one.status),
  });
}
