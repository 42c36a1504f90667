// One customer: what they owe, what they were offered, what was done and shared, how they come into the portal, who they are.

import { get, id, may, post } from './api.js';
import { money, plainMoney } from './company.js';
import { access } from './customer-access.js';
import { firstDocuments, theirDocuments } from './customer-documents.js';
import { firstEstimates, theirEstimates } from './customer-estimates.js';
import { firstMessages, theirMessages } from './customer-messages.js';
import { firstVisits, theirVisits } from './customer-visits.js';
import { firstName } from './customer-words.js';
import { filled } from './customers-search.js';
import { h } from './dom.js';
import { amount, select } from './forms.js';
import { invoiceRow, paymentRow } from './invoice-words.js';
import { ask, back, card, complain, empty, head, link, paged, pairs, quiet, say, section } from './ui.js';

const FEW = 5;

export default async function customer({ params, signal, reload }) {
  const path = `/customers/${id(params.id)}`;
  const read = (scope, from, query) => (may(scope) ? get(from, query, signal) : null);
  const first = (scope, load, of = params.id) => (may(scope) ? load(of, signal) : null);
  // First of all whether there is such a customer: else each of the others is asked in vain.
  const who = await get(path, {}, signal);
  const [entry, links, invoices, payments, estimates, visits, documents, messages] = await Promise.all([
    read('access:read', `${path}/access`),
    read('access:read', `${path}/access/links`),
    read('invoices:read', '/invoices', { customer: params.id, limit: FEW }),
    read('payments:read', `${path}/payments`, { limit: FEW }),
    first('estimates:read', firstEstimates),
    first('visits:read', firstVisits),
    first('documents:read', firstDocuments),
    first('messages:read', firstMessages, path),
  ]);
  const log = messages && (await theirMessages(path, messages, signal));
  const content = [
    back('#/customers', 'Customers'),
    head(who.name, may('customers:write') ? link('Edit', `#/customers/${id(who.id)}/edit`, 'second') : null),
    h('div', { class: 'halves' },
      h('div', { class: 'main-half' }, owing(who, reload), invoices && theirInvoices(who, invoices), payments && (await theirPayments(who, payments, path, signal)),
        estimates && theirEstimates(who, estimates), visits && theirVisits(who, visits), documents && theirDocuments(who, documents), log && log.node),
      h('div', {}, entry && access(who, entry, links, log ? log.refresh : () => {}), about(who))),
  ];
  return { title: who.name, kind: 'wide', content };
}

// Their money at a glance, and the things to do next.
function owing(who, reload) {
  const { balance, in_flight: under, credit, open_invoices: open } = who.sums;
  const here = `#/customers/${id(who.id)}`;
  const use = may('payments:write') && credit > 0 && open ? quiet('Use it', () => spendCredit(who, reload).catch(complain), 'to pay an invoice') : null;
  const deeds = [
    may('invoices:write') ? link('New invoice', `${here}/invoices/new`) : null,
    may('payments:write') ? link('Record payment', `${here}/payments/new`, 'second') : null,
  ].filter(Boolean);
  return h('div', { class: 'bill' },
    h('p', {}, h('span', { class: 'label' }, balance ? 'Owes' : 'Owes nothing'), h('span', { class: 'amount' }, money(balance))),
    pairs([
      ['Open invoices', open],
      under ? ['On its way', money(under)] : null,
      credit ? [credit > 0 ? 'Account credit' : 'Owes beside invoices', [money(Math.abs(credit)), use]] : null,
    ]),
    deeds.length ? h('div', { class: 'deeds both' }, deeds) : null);
}

function theirInvoices(who, { items, next }) {
  const all = `#/invoices?customer=${id(who.id)}`;
  const first = may('invoices:write') ? link('New invoice', `#/customers/${id(who.id)}/invoices/new`, 'second') : null;
  const list = items.length ? h('div', { class: 'card' }, h('ul', { class: 'rows' }, items.map((one) => invoiceRow(one, 'title'))))
    : empty('No invoices yet', 'Invoices for this customer will be here.', first);
  return section('Invoices', list, next ? h('p', { class: 'more' }, h('a', { href: all }, 'All invoices', h('span', { class: 'hush' }, ` of ${who.name}`))) : null);
}

async function theirPayments(who, first, path, signal) {
  const none = empty('No payments yet', 'What they pay online, and what you record by hand, will be here.');
  return section('Payments', await paged({ first, none, line: paymentRow, more: 'Show more payments', load: (cursor) => get(`${path}/payments`, { cursor, limit: FEW }, signal) }));
}

function about(who) {
  const people = who.contacts.map((one, index) => h('li', { class: 'contact-row' },
    h('span', { class: 'what' }, one.name || (index ? 'Another contact' : who.name)),
    one.email ? h('a', { href: `mailto:${one.email}` }, one.email) : null,
    one.phone ? h('a', { href: `tel:${one.phone.replace(/[^\d+]/g, '')}` }, one.phone) : null));
  const more = pairs([
    who.address.length ? ['Address', h('span', { class: 'lines-of' }, who.address.join('\n'))] : null,
    ['Greeted as', firstName(who)],
    ['Language', { en: 'English', es: 'Spanish' }[who.language] || 'Their browser’s'],
    who.external_id ? ['Your own id', h('code', {}, who.external_id)] : null,
  ]);
  const nobody = h('p', { class: 'hint' }, 'No contact yet. Without an e-mail address nothing can be sent to them.');
  return section('Contact', card(people.length ? h('ul', { class: 'contacts' }, people) : nobody, more));
}

// Account credit pays an invoice, or a part of it.
async function spendCredit(who, reload) {
  const { items } = await filled((cursor) => get('/invoices', { customer: who.id, status: 'open', limit: 100, cursor }), '', 500);
  const payable = items.filter((one) => one.due > one.in_flight).sort((one, other) => (one.due_on < other.due_on ? -1 : 1));
  if (!payable.length) return say('All that is owed is already on its way.');
  const most = (one) => Math.min(who.sums.credit, one.due - one.in_flight);
  const chosen = select({ name: 'invoice', label: 'Invoice', choices: payable.map((one) => [one.id, `${one.number}: ${money(one.due - one.in_flight)} due`]) });
  const much = amount({ name: 'amount', label: 'Amount', value: most(payable[0]), required: 'Type how much of the credit to use.', hint: `There is ${money(who.sums.credit)} of account credit.` });
  chosen.control.addEventListener('change', () => { much.control.value = plainMoney(most(payable[chosen.control.selectedIndex])); });
  return ask({
    title: 'Use account credit',
    fields: [chosen, much],
    deed: 'Use it',
    busy: 'Using it…',
    run: (values, key) => post(`/customers/${id(who.id)}/credit-uses`, values, key),
    done: (payment) => { say(`${money(payment.credit)} of account credit used.`); reload(); },
  });
}
