// All documents that are shared, newest first: with everyone, or with one customer, by category.

import { get, id, may } from './api.js';
import { CATEGORIES, EVERYONE, documentRow } from './document-words.js';
import { h } from './dom.js';
import { among, asked, filtered } from './filtered.js';
import { select } from './forms.js';
import { back, empty, head, link } from './ui.js';

const WHOSE = [['', 'Anybody'], [EVERYONE, 'Everyone at once']];

export default async function documents({ query, signal }) {
  const { customer = '' } = query;
  const one = customer && customer !== EVERYONE ? customer : '';
  const share = may('documents:write') ? link('Share a document', one ? `#/customers/${id(one)}/documents/new` : '#/documents/new') : null;
  const [shown, who] = await Promise.all([
    filtered({
      filters: { customer, category: among(CATEGORIES, query.category) }, one: 'document', many: 'documents', signal,
      load: (filters, cursor) => get('/documents', { ...filters, cursor }, signal),
      place: (filters) => `/documents${asked(filters)}`,
      list: (filters) => ({ line: (each) => documentRow(each, !one), none: none(filters, one, share) }),
    }),
    one && may('customers:read') ? get(`/customers/${id(one)}`, {}, signal) : null,
  ]);
  const title = one ? `Documents of ${who ? who.name : 'a customer'}` : 'Documents';
  const any = shown.first.items.length || asked({ ...shown.filters(), customer: one ? '' : customer });
  return { title, content: [one ? back(`#/customers/${id(one)}`, who ? who.name : 'Customer') : null, head(title, any ? share : null), any ? controls(shown, one) : null, ...shown.node].filter(Boolean) };
}

function controls(shown, one) {
  const changed = () => shown.change({ customer: whose ? whose.get() : one, category: category.get() });
  const category = select({ name: 'category', label: 'Category', value: shown.filters().category, choices: [['', 'All categories'], ...CATEGORIES], attributes: { onchange: changed } });
  const whose = one ? null : select({ name: 'customer', label: 'Shared with', value: shown.filters().customer, choices: WHOSE, attributes: { onchange: changed } });
  return h('form', { class: 'filters', role: 'search', 'aria-label': 'Filters', onsubmit: (event) => event.preventDefault() }, category.node, whose && whose.node);
}

function none({ customer, category }, one, share) {
  if (category) return empty('Nothing in this category', 'Documents of other categories may be there.', link('All categories', `#/documents${asked({ customer })}`, 'second'));
  if (one) return empty('Nothing shared yet', 'Contracts, labels and other files that only this customer sees will be here.', share);
  if (customer) return empty('Nothing is shared with everyone', 'What all of your customers should have, such as safety sheets or your licence, can be shared once for all of them.');
  return empty('No documents yet', 'Contracts, product labels, safety sheets, photos: what you share with one customer, or with all of them, will be here.', share);
}
