// What is shared with one customer, on their page: the newest, and a way to share more.

import { get, id, may } from './api.js';
import { documentRow } from './document-words.js';
import { h } from './dom.js';
import { empty, link, listing, section } from './ui.js';

const FEW = 5;

// The first few, for the customer's page to wait for with the rest.
export const firstDocuments = (customer, signal) => get('/documents', { customer, limit: FEW }, signal);

export function theirDocuments(who, { items, next }) {
  const share = may('documents:write') ? link('Share a document', `#/customers/${id(who.id)}/documents/new`, 'second small') : null;
  const list = items.length ? listing(items.map((one) => documentRow(one, false)))
    : empty('Nothing shared yet', 'Contracts, labels and other files that only this customer sees will be here.', share);
  const all = next ? h('a', { href: `#/documents?customer=${id(who.id)}` }, 'All documents', h('span', { class: 'hush' }, ` of ${who.name}`)) : null;
  return section('Documents', list, items.length && (share || all) ? h('p', { class: 'more deeds' }, share, all) : null);
}
