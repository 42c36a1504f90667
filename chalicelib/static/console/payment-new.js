// Record money that came in by hand: cash, a check, a transfer. What it will pay is shown before it is recorded.

import { get, id, post } from './api.js';
import { day, money, readMoney, today } from './company.js';
import { filled } from './customers-search.js';
import { fill, h, unique } from './dom.js';
import { Wrong, amount, cancel, check, date, form, group, text } from './forms.js';
import { back, head, note, pairs, say } from './ui.js';

const WAYS = ['Cash', 'Check', 'Bank transfer', 'Card at the door'];
const MOST = 90;
const MOST_READ = 500;

export default async function payment({ params, query, signal, go }) {
  const path = `/customers/${id(params.id)}`;
  const [who, open] = await Promise.all([get(path, {}, signal), owed(params.id, signal)]);
  const only = open.filter((one) => one.id === query.invoice);
  const all = open.reduce((sum, one) => sum + payable(one), 0);
  const ways = h('datalist', { id: unique('ways') }, WAYS.map((value) => h('option', { value })));
  const rest = h('output', { class: 'preview' });
  const much = amount({ name: 'amount', label: 'Amount', value: only.length ? payable(only[0]) : all || null, required: 'Type how much came in.', attributes: { oninput: () => show() } });
  const fields = [
    much,
    text({ name: 'method', label: 'How it was paid', required: 'Say how it was paid: cash, or the check’s number.', hint: 'Cash, Check 1042, Bank transfer… It stands on the receipt that the customer is mailed.', attributes: { list: ways.id, maxlength: '60' } }),
    date({ name: 'received_on', label: 'Received on', value: today(), required: 'Choose the day it came in.', attributes: { max: today() } }),
  ];
  const ticks = open.map((one) => pays(one, !only.length || one === only[0], () => show()));
  const chosen = () => open.filter((one, index) => ticks[index].get());
  // What each gets of it is shown before it is recorded.
  function show() {
    const minor = readMoney(much.control.value);
    const [parts, left] = spread(chosen(), minor > 0 ? minor : 0);
    open.forEach((one, index) => { ticks[index].gets.textContent = parts.get(one.id) ? money(parts.get(one.id)) : '—'; });
    fill(rest, left ? pairs([['To account credit', money(left)]]) : null);
    rest.hidden = !left;
  }
  const { node } = form({
    className: 'card stack',
    fields: [...fields, ...ticks],
    content: [fields.map((one) => one.node), ways, open.length ? group('What it pays', h('div', { class: 'ticks' }, ticks.map((one) => one.node))) : note(`${who.name} owes nothing: all of it becomes account credit.`), rest],
    deed: 'Record payment',
    busy: 'Recording…',
    others: cancel(`#${path}`),
    send: ({ amount: minor, method, received_on }, key) => {
      const paid = chosen();
      if (open.length && !paid.length) throw new Wrong('Choose at least one invoice. What they don’t take becomes account credit.');
      if (paid.length > MOST) throw new Wrong(`Choose at most ${MOST} invoices at once.`);
      const which = paid.length ? { invoices: paid.map((one) => one.id) } : {};
      return post(`${path}/payments`, { amount: minor, method, received_on, ...which }, key);
    },
    done: (made) => { say(`${money(made.amount)} recorded.`); go(`/payments/${id(made.id)}`, true); },
  });
  show();
  const title = 'Record a payment';
  return { title, kind: 'narrow', content: [back(`#${path}`, who.name), head(title), node] };
}

const payable = (one) => Math.max(0, one.due - one.in_flight);

// What can be paid, oldest due first.
async function owed(customer, signal) {
  const { items } = await filled((cursor) => get('/invoices', { customer, status: 'open', limit: 100, cursor }, signal), '', MOST_READ);
  return items.filter((one) => payable(one) > 0).sort((one, other) => (one.due_on + one.id < other.due_on + other.id ? -1 : 1));
}

// An invoice with what it gets of the payment beside it.
function pays(one, value, changed) {
  const tick = check({ name: `pays-${one.id}`, label: `Invoice ${one.number}`, hint: `${money(payable(one))} due ${day(one.due_on)}`, value, attributes: { onchange: changed } });
  const gets = h('output', { class: 'gets', for: tick.control.id });
  tick.node.append(gets);
  return { ...tick, gets };
}

// As the API spreads it: one after the other, each until nothing is due on it. What is left becomes account credit.
function spread(invoices, minor) {
  let left = minor;
  const parts = new Map();
  for (const one of invoices) {
    parts.set(one.id, Math.min(left, payable(one)));
    left -= parts.get(one.id);
  }
  return [parts, left];
}
