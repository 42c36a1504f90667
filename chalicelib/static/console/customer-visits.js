// One customer's visits, on their page: the newest and those to come, and a way to plan another.

import { get, id, may } from './api.js';
import { settings } from './company.js';
import { h } from './dom.js';
import { empty, link, listing, section } from './ui.js';
import { visitRow } from './visit-words.js';

const FEW = 5;

// The first few, for the customer's page to wait for with the rest.
export const firstVisits = (customer, signal) => get('/visits', { customer, limit: FEW }, signal);

export function theirVisits(who, { items, next }) {
  const plan = may('visits:write') ? link('New visit', `#/customers/${id(who.id)}/visits/new`, 'second small') : null;
  const book = settings.booking.on && may('bookings:write') ? link('Book a time', `#/bookings/new?customer=${id(who.id)}`, 'second small') : null;
  const list = items.length ? listing(items.map((one) => visitRow(one, { whole: false })))
    : empty('No visits yet', 'What was done at their place, and what is planned, will be here.', book || plan ? h('p', { class: 'deeds' }, book, plan) : null);
  const all = next ? h('a', { href: `#/visits?customer=${id(who.id)}` }, 'All visits', h('span', { class: 'hush' }, ` of ${who.name}`)) : null;
  return section('Visits', list, items.length && (book || plan || all) ? h('p', { class: 'more deeds' }, book, plan, all) : null);
}
