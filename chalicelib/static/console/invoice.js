// One invoice: what it says, how it stands, what was paid by what, and what can be done about it.

import { get, id, may, post, put, remove } from './api.js';
import { day, money } from './company.js';
import { h } from './dom.js';
import { amount } from './forms.js';
import { sendingInvoice, whyNoInvoice } from './invoice-send.js';
import { invoicePill } from './invoice-words.js';
import { linesTable } from './lines-table.js';
import { ask, back, button, head, link, note, pairs, quiet, say } from './ui.js';

export default async function invoice({ params, signal, go, reload }) {
  const one = await get(`/invoices/${id(params.id)}`, {}, signal);
  const title = `Invoice ${one.number}`;
  const content = [
    back('#/invoices', 'Invoices'),
    head(title, invoicePill(one)),
    h('div', { class: 'sheet' }, standing(one), may('invoices:write') || may('payments:write') ? next(one, reload) : null, lines(one), paid(one), one.notes ? part('Notes', h('p', { class: 'notes' }, one.notes)) : null, about(one)),
    may('invoices:write') ? away(one, go, reload) : null,
  ];
  return { title, content: content.filter(Boolean) };
}

const part = (title, ...inside) => h('section', {}, h('h2', {}, title), inside);

// What is still owed is big; the rest is quiet.
function standing(one) {
  const big = one.status === 'open' && one.due > 0 ? ['Still due', one.due] : ['Total', one.total];
  return h('header', {},
    h('p', { class: 'facts' }, h('a', { href: `#/customers/${id(one.customer)}` }, one.customer_name), one.title ? h('span', {}, one.title) : null),
    h('p', {}, h('span', { class: 'label' }, big[0]), h('span', { class: 'amount' }, money(big[1]))),
    pairs([['Issued on', day(one.issued_on)], ['Due on', day(one.due_on)], one.in_flight ? ['On its way', money(one.in_flight)] : null]));
}

// The things to do next, harmless ones.
function next(one, reload) {
  const path = `/invoices/${id(one.id)}`;
  const writes = may('invoices:write');
  const owed = one.status === 'open' && one.due > one.in_flight;
  const edit = writes && one.changeable !== 'nothing' ? link('Edit', `#${path}/edit`, 'second') : null;
  if (one.status === 'draft') {
    const issue = button('Issue this invoice', { onclick: () => issued(one, path, reload) });
    return writes ? h('div', { class: 'deeds both' }, issue, edit) : null;
  }
  const sends = writes && one.status === 'open';
  const deeds = [
    sends ? sendingInvoice(one, path) : null,
    owed && may('payments:write') ? link('Record payment', `#/customers/${id(one.customer)}/payments/new?invoice=${id(one.id)}`, 'second') : null,
    edit,
  ].filter(Boolean);
  return deeds.length ? [h('div', { class: 'deeds both' }, deeds), sends ? whyNoInvoice() : null] : null;
}

const issued = (one, path, reload) => ask({
  title: `Issue invoice ${one.number}?`,
  text: `${one.customer_name} sees it in the portal from then on, and owes ${money(one.total)}. It can’t become a draft again.`,
  deed: 'Issue it', busy: 'Issuing…',
  run: () => put(`${path}/status`, { status: 'open' }),
  done: () => { say(`Invoice ${one.number} is issued.`); reload(); },
});

const lines = (one) => linesTable(one, [
  one.paid ? ['Paid', -one.paid] : null,
  one.credited ? ['Credited', -one.credited] : null,
  one.status === 'open' && one.due !== one.total ? ['Due', one.due, 'total'] : null,
].filter(Boolean));

const POSTED = { charge: '', credit: 'out of account credit', refund: 'refunded', dispute: 'taken back by the bank', voided: 'became account credit' };

// What was paid by what.
function paid(one) {
  if (!one.posted.length) return null;
  const line = (each) => [h('a', { href: `#/payments/${id(each.payment)}` }, each.method || 'Payment'), day(each.on), POSTED[each.kind]];
  return part('Payments', pairs(one.posted.map((each) => {
    const [method, on, how] = line(each);
    return [[method, h('span', { class: 'note-line' }, [on, how].filter(Boolean).join(' · '))], money(each.amount)];
  })));
}

function about(one) {
  if (!one.bill_to.length && !one.external_id) return null;
  return pairs([
    one.bill_to.length ? ['Billed to', h('span', { class: 'lines-of' }, one.bill_to.join('\n'))] : null,
    one.external_id ? ['Your own id', h('code', {}, one.external_id)] : null,
  ]);
}

// What takes something away asks once, in words.
function away(one, go, reload) {
  const path = `/invoices/${id(one.id)}`;
  if (one.status === 'draft') {
    const drop = () => ask({
      title: `Delete draft ${one.number}?`, text: `${one.customer_name} has never seen it. It is gone for good.`,
      deed: 'Delete draft', busy: 'Deleting…', danger: true,
      run: () => remove(path), done: () => { say(`Draft ${one.number} is deleted.`); go('/invoices'); },
    });
    return h('div', { class: 'tools' }, quiet('Delete draft', drop));
  }
  if (one.status !== 'open') return null;
  const free = one.due - one.in_flight;
  const credit = () => ask({
    title: `Credit note for invoice ${one.number}`, text: `What you take off is owed no longer. At most ${money(free)}.`,
    fields: [amount({ name: 'amount', label: 'Amount to take off', required: 'Type how much to take off.' })],
    deed: 'Take it off', busy: 'Taking off…',
    run: (values, key) => post(`${path}/credits`, values, key),
    done: (now) => { say(`Done: ${money(now.due)} is still due.`); reload(); },
  });
  const set = (status, title, text, deed, busy, said) => () => ask({
    title, text, deed, busy, danger: true,
    run: () => put(`${path}/status`, { status }), done: () => { say(said); reload(); },
  });
  const voided = set('void', `Void invoice ${one.number}?`, [`${one.customer_name} no longer owes it, and sees it as void. This can’t be undone.`, one.paid ? `The ${money(one.paid)} that were paid become account credit.` : null].filter(Boolean), `Void invoice ${one.number}`, 'Voiding…', `Invoice ${one.number} is void.`);
  const given = set('written_off', `Write off ${money(one.due)}?`, `The rest of invoice ${one.number} is given up: ${one.customer_name} can’t pay it any more. What was paid stays paid. This can’t be undone.`, 'Write it off', 'Writing off…', `Invoice ${one.number} is written off.`);
  const held = one.in_flight ? note('A payment is on its way. Until it has arrived or failed, this invoice can’t be voided or written off.') : null;
  return h('div', {}, held, h('div', { class: 'tools' }, free > 0 ? quiet('Add a credit note', credit) : null, one.in_flight ? null : quiet('Void', voided), one.in_flight || one.due <= 0 ? null : quiet('Write off', given)));
}
