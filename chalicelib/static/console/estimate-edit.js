// Write an estimate, or change one: saved as a draft that only the company sees, or issued to the customer.

import { Problem, get, id, post, put, send } from './api.js';
import { today } from './company.js';
import { customerChoice } from './customer-choice.js';
import { h } from './dom.js';
import { termsField } from './estimate-terms-field.js';
import { area, cancel, date, form, text } from './forms.js';
import { daysAfter } from './invoice-sums.js';
import { nextNumber } from './next-number.js';
import { atThePrice, priced } from './priced.js';
import { back, button, head, note, say } from './ui.js';

const STANDS = 30;

export default async function edit({ params, path, query, signal, go }) {
  const making = path.endsWith('/new');
  const standard = get('/estimate-terms', {}, signal);
  const found = making ? [params.id && get(`/customers/${id(params.id)}`, {}, signal), nextNumber('/estimates', 'E-1001', signal), query.like && get(`/estimates/${id(query.like)}`, {}, signal)]
    : [null, null, send('GET', `/estimates/${id(params.id)}`, { signal }).then((answer) => ({ ...answer.value, etag: answer.etag }))];
  const [terms, who, number, read] = await Promise.all([standard, ...found]);
  const before = making ? null : read;
  const was = before || { ...blank(), ...(read ? same(read) : {}), number };
  const away = before ? `#/estimates/${id(before.id)}` : who ? `#/customers/${id(who.id)}` : '#/estimates';
  const title = before ? `Edit ${before.status === 'draft' ? 'draft' : 'estimate'} ${before.number}` : 'New estimate';
  const label = before ? `Estimate ${before.number}` : who ? who.name : 'Estimates';
  const content = [back(away, label), head(title), who ? h('p', { class: 'lead' }, `For ${who.name}`) : null];
  if (before && before.changeable === 'nothing') return { title, kind: 'wide', content: [...content, note(`This estimate is ${before.status} and can’t be changed. Re-open it first, or copy it into a new one.`)].filter(Boolean) };
  if (before && before.status !== 'draft') content.push(note(`${before.customer_name} may have seen it. What you change counts from now on: they can accept only what it says then.`));
  return { title, kind: 'wide', content: [...content, sheet({ before, was, who, away, standard: terms, signal, go })].filter(Boolean) };
}

const blank = () => ({ title: '', issued_on: today(), expires_on: daysAfter(today(), STANDS), lines: [], tax: 0, tax_name: '', notes: '', terms: null, terms_version: 0, external_id: null });

// What a copy takes over: all but what is of one estimate alone.
function same({ title, lines, tax, tax_name: taxName, notes, terms, terms_version: version }) {
  return { title, lines, tax, tax_name: taxName, notes, terms: version ? null : terms, terms_version: 0 };
}

function sheet({ before, was, who, away, standard, signal, go }) {
  const fields = [];
  const add = (field) => { fields.push(field); return field; };
  const wasOut = before && before.status !== 'draft';
  let status = '';
  let chosen = Boolean(before);
  const whose = before || who ? null : add(customerChoice({ name: 'customer', label: 'Customer', signal, chosen: () => {} }));
  const number = add(text({ name: 'number', label: 'Estimate number', value: was.number, required: 'Give the estimate a number.', attributes: { maxlength: '40' } }));
  const name = add(text({ name: 'title', label: 'What it is for (optional)', value: was.title, attributes: { maxlength: '200' } }));
  const issued = add(date({ name: 'issued_on', label: 'Issued on', value: was.issued_on, required: 'Choose the day of the estimate.', attributes: { oninput: () => { if (!chosen && issued.control.value) expires.control.value = daysAfter(issued.control.value, STANDS); } } }));
  const expires = add(date({ name: 'expires_on', label: 'Last day to accept it (optional)', value: was.expires_on || '', attributes: { oninput: () => { chosen = true; } } }));
  const asked = priced(was, fields);
  const terms = termsField(was, standard, fields);
  const notes = add(area({ name: 'notes', label: 'Notes (optional)', value: was.notes, rows: 3, hint: 'Shown below the lines.', attributes: { maxlength: '2000' } }));
  const own = add(text({ name: 'external_id', label: 'Your own id (optional)', value: was.external_id || '', hint: 'What your other software calls this estimate.', attributes: { maxlength: '100', spellcheck: 'false', autocapitalize: 'none' } }));
  // Which button was pressed is a part of what is sent, and of its Idempotency-Key.
  add({ name: 'status', pointer: 'status', get: () => status || 'pending', wrong: () => {}, control: number.control, focus: () => number.focus() });

  const draft = wasOut ? null : button(before ? 'Save draft' : 'Save as draft', { kind: 'second', busy: 'Saving…', onclick: () => { status = 'draft'; node.requestSubmit(submit); status = ''; } });
  const { node, submit } = form({
    className: 'card stack invoice-form',
    fields,
    content: [whose && whose.node, h('div', { class: 'two' }, number.node, name.node), h('div', { class: 'two' }, issued.node, expires.node),
      asked.nodes, h('div', { class: 'stack' }, terms.nodes),
      h('details', {}, h('summary', {}, 'Notes and your own id'), h('div', { class: 'stack' }, notes.node, own.node))].filter(Boolean),
    deed: wasOut ? 'Save changes' : 'Issue estimate',
    busy: wasOut ? 'Saving…' : 'Issuing…',
    others: [draft, cancel(away)],
    send: (values, key) => {
      const body = { customer: before ? before.customer : who ? who.id : values.customer, number: values.number, title: values.title, issued_on: values.issued_on, expires_on: values.expires_on || null,
        ...asked.read(values), notes: values.notes, terms: terms.read(), status: values.status, external_id: values.external_id || null };
      return atThePrice(before ? changed(before, body) : post('/estimates', body, key));
    },
    about: { 'external-id-taken': 'external_id' },
    problem: (failed) => { if (failed.type === 'external-id-taken' || failed.errors.some((one) => /^#\/(notes|external_id)/.test(one.pointer))) node.querySelector('details').open = true; return false; },
    done: (made) => { say(made.status === 'draft' ? `Draft ${made.number} is saved.` : wasOut ? `Estimate ${made.number} is saved.` : `Estimate ${made.number} is issued. Send it now, if you like.`); go(`/estimates/${id(made.id)}`, true); },
  });
  return node;
}

// What somebody else has done meanwhile isn't written over unseen: it is told once, and then it is.
async function changed(before, body) {
  const path = `/estimates/${id(before.id)}`;
  try {
    return await put(path, body, before.etag);
  } catch (failed) {
    if (failed.type !== 'stale') throw failed;
    before.etag = (await send('GET', path)).etag;
    throw new Problem({ type: 'meanwhile', title: '', detail: 'Somebody has changed this estimate since you opened it here, or its customer has asked for changes. What you typed is still below: look at it in another tab, then save again to put yours in its place.' });
  }
}
