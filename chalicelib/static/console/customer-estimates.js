// The latest estimates of one customer, on their page.

import { get, id, may } from './api.js';
import { h } from './dom.js';
import { estimateRow } from './estimate-words.js';
import { empty, link, listing, section } from './ui.js';

const FEW = 5;

// The first few, for the customer's page to wait for with the rest.
export const firstEstimates = (customer, signal) => get('/estimates', { customer, limit: FEW }, signal);

export function theirEstimates(who, { items, next }) {
  const write = may('estimates:write') ? link('New estimate', `#/customers/${id(who.id)}/estimates/new`, 'second small') : null;
  const list = items.length ? listing(items.map((one) => estimateRow(one, 'title'))) : empty('No estimates yet', 'Estimates for this customer will be here.', write);
  const more = next ? h('p', { class: 'more' }, h('a', { href: `#/estimates?customer=${id(who.id)}` }, 'All estimates', h('span', { class: 'hush' }, ` of ${who.name}`))) : null;
  return section('Estimates', list, more, items.length && write ? h('div', { class: 'deeds' }, write) : null);
}
