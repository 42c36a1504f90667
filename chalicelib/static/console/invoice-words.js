// Invoices and payments in a few words: how they stand, and their lines in a list.

import { id } from './api.js';
import { day, dayOf, money, today } from './company.js';
import { h } from './dom.js';
import { daysBetween } from './invoice-sums.js';
import { pill, row } from './ui.js';

const days = (count) => (count === 1 ? '1 day' : `${count} days`);

// How an invoice stands today, as a word and a shape: the same as on the customer's pages.
function standing(one, now = today()) {
  if (one.status === 'draft') return ['Draft', 'due'];
  if (one.status === 'void') return ['Void', 'void'];
  if (one.status === 'written_off') return ['Written off', 'written-off'];
  if (one.due <= 0) return ['Paid', 'paid'];
  if (one.due <= one.in_flight) return ['Processing', 'processing'];
  const left = daysBetween(now, one.due_on);
  if (left < 0) return [`Overdue by ${days(-left)}`, 'overdue'];
  if (one.paid || one.credited) return ['Part paid', 'part-paid'];
  return [left === 0 ? 'Due today' : left === 1 ? 'Due tomorrow' : `Due in ${days(left)}`, 'due'];
}

export const invoicePill = (one) => pill(...standing(one));
export const invoiceWords = (one) => standing(one)[0];

// A line of a list. `beside` is what stands beside the number: the customer's name, or the title.
export function invoiceRow(one, beside = 'customer_name') {
  const owed = one.status === 'open' && one.due > 0;
  const partly = owed && one.due !== one.total;
  return row({
    href: `#/invoices/${id(one.id)}`,
    what: beside === 'title' ? one.number : [one.number, h('span', { class: 'beside-number' }, one.customer_name)],
    sum: [h('span', { class: 'hush' }, owed ? 'due ' : 'total '), money(owed ? one.due : one.total)],
    note: [beside === 'title' ? one.title : null, day(one.issued_on), partly ? `of ${money(one.total)}` : null],
    state: invoicePill(one),
    closed: !owed && one.status !== 'draft',
  });
}

const UNSETTLED = {
  starting: ['Not finished', 'due'],
  requires_action: ['Waits for the customer', 'due'],
  processing: ['Processing', 'processing'],
  failed: ['Failed', 'overdue'],
  canceled: ['Canceled', 'void'],
};

const goneBack = (one) => one.refunds.filter((back) => back.state === 'done').reduce((all, back) => all + back.amount, 0);

function paymentStanding(one) {
  if (one.state !== 'succeeded') return UNSETTLED[one.state];
  const gone = goneBack(one);
  if (one.refunds.some((back) => back.kind === 'dispute' && back.state === 'done')) return ['Taken back by the bank', 'back-again'];
  if (gone && gone >= one.amount) return ['Refunded', 'back-again'];
  if (gone) return ['Part refunded', 'back-again'];
  return ['Paid', 'paid'];
}

export const paymentPill = (one) => pill(...paymentStanding(one));

// 'Account credit' where nothing was charged.
export const paidBy = (one) => one.method || (one.credit && !one.amount ? 'Account credit' : 'Payment');

export function paymentRow(one) {
  const numbers = one.allocations.map((part) => part.number);
  const paid = numbers.length > 2 ? `${numbers.length} invoices` : numbers.length ? `Invoice ${numbers.join(' and ')}` : null;
  return row({
    href: `#/payments/${id(one.id)}`,
    what: paidBy(one),
    sum: money(one.amount + one.credit),
    note: [h('time', { datetime: one.at }, dayOf(one.at)), paid],
    state: paymentPill(one),
    closed: one.state === 'failed' || one.state === 'canceled',
  });
}
