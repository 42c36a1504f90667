// All customers: found as one types, with what they owe and where they stand with the portal.

import { get, id, may, post } from './api.js';
import { money } from './company.js';
import { accessPill, reach } from './customer-words.js';
import { h } from './dom.js';
import { ask, button, empty, head, link, paged, row } from './ui.js';
import { counted, filled, searching } from './customers-search.js';

export default async function customers({ query, signal, go }) {
  const read = (search, cursor) => filled((from) => get('/customers', { search, cursor: from }, signal), cursor);
  const first = await read(query.search, '');
  const changes = may('customers:write');
  const nobody = !first.items.length && !query.search;
  const title = 'Customers';
  if (nobody) return { title, content: [head(title), nobodyYet(changes)] };
  const list = searching({ label: 'Search customers', hint: 'How a name, an e-mail address or a phone number begins', value: query.search, first, signal,
    load: read, show: (page, search) => found(page, search, changes, read),
    told: (page) => counted(page, 'customer', 'customers') });
  const beside = [
    may('access:write') ? button('Invite all', { kind: 'second', onclick: () => inviteAll(go) }) : null,
    changes ? link('New customer', '#/customers/new') : null,
  ];
  return { title, content: [head(title, beside), await list] };
}

const found = (page, search, changes, read) => paged({
  first: page,
  load: (cursor) => read(search, cursor),
  line: customerRow,
  none: search
    ? empty(`Nobody found for “${search}”`, 'Names, e-mail addresses and phone numbers are found by how they begin. Somebody who was just added may take a moment.', changes ? link('New customer', '#/customers/new', 'second') : null)
    : nobodyYet(changes),
});

const customerRow = (one) => row({
  href: `#/customers/${id(one.id)}`,
  what: one.name,
  sum: one.sums.balance ? [h('span', { class: 'hush' }, 'owes '), money(one.sums.balance)] : h('span', { class: 'naught' }, [h('span', { class: 'hush' }, 'owes '), money(0)]),
  note: [reach(one), one.sums.credit > 0 ? `${money(one.sums.credit)} credit` : null],
  state: accessPill(one.access),
});

function nobodyYet(changes) {
  const words = 'Whoever you send invoices to will be here, with what they owe. Your own software can bring them all at once by the API’s import.';
  return empty('No customers yet', words, changes ? link('New customer', '#/customers/new') : null);
}

// Long work: asked for here, followed on a page of its own.
const inviteAll = (go) => ask({
  title: 'Invite everybody who was never invited?',
  text: ['Each of them gets one e-mail that opens your portal for them.', 'Nobody is invited twice. Customers without an e-mail address, or with access turned off, are left out.'],
  deed: 'Send the invites',
  busy: 'Starting…',
  run: (values, key) => post('/bulk-invites', {}, key),
  done: (started) => go(`/customers/invites/${id(started.id)}`),
});
