// Write an invoice, or change one: saved as a draft that only the company sees, or issued to the customer.

import { get, id, post, put } from './api.js';
import { money, today } from './company.js';
import { customerChoice } from './customer-choice.js';
import { h } from './dom.js';
import { area, cancel, date, form, lines, text } from './forms.js';
import { daysAfter } from './invoice-sums.js';
import { nextNumber } from './next-number.js';
import { atThePrice, priced } from './priced.js';
import { back, button, head, note, say } from './ui.js';

const TERMS = 14;

export default async function edit({ params, path, signal, go }) {
  const making = path.endsWith('/new');
  const before = making ? null : await get(`/invoices/${id(params.id)}`, {}, signal);
  const [who, number] = making ? await Promise.all([params.id && get(`/customers/${id(params.id)}`, {}, signal), nextNumber('/invoices', '1001', signal)]) : [null, before.number];
  const was = before || { ...blank(), number, bill_to: who ? billTo(who) : [] };
  const away = before ? `#/invoices/${id(before.id)}` : who ? `#/customers/${id(who.id)}` : '#/invoices';
  const title = before ? `Edit ${before.status === 'draft' ? 'draft' : 'invoice'} ${before.number}` : 'New invoice';
  const label = before ? `Invoice ${before.number}` : who ? who.name : 'Invoices';
  const whom = before ? before.customer_name : who && who.name;
  const content = [back(away, label), head(title), whom && !before ? h('p', { class: 'lead' }, `For ${whom}`) : null];
  if (before && before.changeable === 'nothing') return { title, kind: 'wide', content: [...content, note('This invoice can’t be changed any more.')] };
  if (before && before.changeable === 'not_below_paid') content.push(note(`Money has come in for this invoice: its number and day stay, and its total can’t go below ${money(before.paid + before.credited + before.in_flight)}.`));
  return { title, kind: 'wide', content: [...content, sheet({ before, was, who, away, signal, go })].filter(Boolean) };
}

const blank = () => ({ title: '', issued_on: today(), due_on: daysAfter(today(), TERMS), lines: [], tax: 0, tax_name: '', notes: '', status: 'draft', external_id: null });
const billTo = (who) => [who.name, ...who.address].slice(0, 6);

function sheet({ before, was, who, away, signal, go }) {
  const fields = [];
  const add = (field) => { fields.push(field); return field; };
  const wasOpen = before && before.status !== 'draft';
  const fixed = Boolean(before) && before.changeable === 'not_below_paid';
  let status = wasOpen ? 'open' : '';
  const whose = before || who ? null : add(customerChoice({ name: 'customer', label: 'Customer', signal, chosen: (found) => { if (!bill.control.value.trim()) bill.control.value = billTo(found).join('\n'); } }));
  const number = add(text({ name: 'number', label: 'Invoice number', value: was.number, required: 'Give the invoice a number.', attributes: { maxlength: '40', readonly: fixed } }));
  const name = add(text({ name: 'title', label: 'What it is for (optional)', value: was.title, attributes: { maxlength: '200' } }));
  const issued = add(date({ name: 'issued_on', label: 'Issued on', value: was.issued_on, required: 'Choose the day of the invoice.', attributes: { oninput: moveDue, readonly: fixed } }));
  const due = add(date({ name: 'due_on', label: 'Due on', value: was.due_on, required: 'Choose the day by which it is to be paid.', attributes: { oninput: () => { dueChosen = true; } } }));
  let dueChosen = Boolean(before);
  function moveDue() {
    if (!dueChosen && issued.control.value) due.control.value = daysAfter(issued.control.value, TERMS);
  }
  const asked = priced(was, fields);
  const notes = add(area({ name: 'notes', label: 'Notes (optional)', value: was.notes, rows: 3, hint: 'Printed below the lines.', attributes: { maxlength: '2000' } }));
  const bill = add(lines({ name: 'bill_to', label: 'Billed to', value: was.bill_to, hint: 'As on an envelope, up to six lines.' }));
  const own = add(text({ name: 'external_id', label: 'Your own id (optional)', value: was.external_id || '', hint: 'What your other software calls this invoice.', attributes: { maxlength: '100', spellcheck: 'false', autocapitalize: 'none' } }));
  // Which button was pressed is a part of what is sent, and of its Idempotency-Key.
  add({ name: 'status', pointer: 'status', get: () => status || 'open', wrong: () => {}, control: number.control, focus: () => number.focus() });

  const draft = wasOpen ? null : button(before ? 'Save draft' : 'Save as draft', { kind: 'second', busy: 'Saving…', onclick: () => { status = 'draft'; node.requestSubmit(submit); status = ''; } });
  const { node, submit } = form({
    className: 'card stack invoice-form',
    fields,
    content: [whose && whose.node, h('div', { class: 'two' }, number.node, name.node), h('div', { class: 'two' }, issued.node, due.node),
      asked.nodes,
      h('details', {}, h('summary', {}, 'Notes, address and your own id'), h('div', { class: 'stack' }, notes.node, bill.node, own.node))].filter(Boolean),
    deed: wasOpen ? 'Save changes' : 'Issue invoice',
    busy: wasOpen ? 'Saving…' : 'Issuing…',
    others: [draft, cancel(away)],
    send: (values, key) => {
      const body = { customer: before ? before.customer : who ? who.id : values.customer, number: values.number, title: values.title, issued_on: values.issued_on, due_on: values.due_on,
        ...asked.read(values), notes: values.notes, bill_to: values.bill_to, status: values.status, external_id: values.external_id || null };
      return atThePrice(before ? put(`/invoices/${id(before.id)}`, body) : post('/invoices', body, key));
    },
    about: { 'external-id-taken': 'external_id' },
    problem: (failed) => { if (failed.type === 'external-id-taken' || failed.errors.some((one) => /^#\/(notes|bill_to|external_id)/.test(one.pointer))) node.querySelector('details').open = true; return false; },
    done: (made) => { say(made.status === 'draft' ? `Draft ${made.number} is saved.` : before && wasOpen ? `Invoice ${made.number} is saved.` : `Invoice ${made.number} is issued. Send it by e-mail now, if you like.`); go(`/invoices/${id(made.id)}`, true); },
  });
  return node;
}
