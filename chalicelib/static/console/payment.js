// One payment: what it paid, how it stands, what went back, and giving back the rest of it or a part.

import { get, id, may, post } from './api.js';
import { dayOf, moment, money, readMoney } from './company.js';
import { h } from './dom.js';
import { amount, text } from './forms.js';
import { paidBy, paymentPill } from './invoice-words.js';
import { ask, back, button, head, note, pairs, say } from './ui.js';

export default async function payment({ params, signal, reload }) {
  const one = await get(`/payments/${id(params.id)}`, {}, signal);
  const who = may('customers:read') ? await get(`/customers/${id(one.customer)}`, {}, signal) : { name: 'the customer' };
  const title = `Payment of ${money(one.amount + one.credit)}`;
  const content = [
    back(`#/customers/${id(one.customer)}`, who.name),
    head(title, paymentPill(one)),
    h('div', { class: 'sheet' },
      pairs([
        ['From', h('a', { href: `#/customers/${id(one.customer)}` }, who.name)],
        ['Paid by', one.online || !one.amount ? paidBy(one) : `${paidBy(one)}, recorded by hand`],
        ['On', h('time', { datetime: one.at }, one.online ? moment(one.at) : dayOf(one.at))],
        one.credit && one.amount ? ['Out of account credit', money(one.credit)] : null,
      ]),
      spread(one),
      one.refunds.length ? h('section', {}, h('h2', {}, 'Money that went back'), pairs(one.refunds.map(gone))) : null,
      may('payments:write') && one.refundable > 0 ? h('div', { class: 'deeds' }, button('Refund', { kind: 'second', onclick: () => refund(one, who, reload) })) : null),
    UNDER_WAY[one.state] ? note(UNDER_WAY[one.state]) : null,
  ];
  return { title, content: content.filter(Boolean) };
}

const UNDER_WAY = {
  starting: 'The customer began to pay and has not finished. It ends by itself: nothing was charged yet.',
  requires_action: 'The customer’s bank asks them to confirm it. Nothing was charged yet.',
  processing: 'The bank is still moving this money. It counts as paid when it has arrived.',
};

// What the money went to.
function spread(one) {
  const paid = one.allocations.reduce((all, part) => all + part.amount, 0);
  const rest = one.amount + one.credit - paid;
  const lines = one.allocations.map((part) => [h('a', { href: `#/invoices/${id(part.invoice)}` }, `Invoice ${part.number}`), money(part.amount)]);
  if (rest > 0 && one.state === 'succeeded') lines.push(['To account credit', money(rest)]);
  return lines.length ? h('section', {}, h('h2', {}, one.state === 'succeeded' ? 'What it paid' : 'What it is for'), pairs(lines)) : null;
}

const REFUND = { starting: 'Refund on its way', pending: 'Refund on its way', done: 'Refunded', failed: 'Refund failed', undone: 'Refund came back' };
const DISPUTE = { starting: 'Disputed', pending: 'Disputed', done: 'Taken back by the bank', failed: 'Dispute ended', undone: 'Dispute won' };

const gone = (back) => [
  [(back.kind === 'refund' ? REFUND : DISPUTE)[back.state], h('span', { class: 'note-line' }, [dayOf(back.at), back.kind === 'refund' ? back.reason : back.reason.replace(/_/g, ' ')].filter(Boolean).join(' · '))],
  money(back.amount),
];

// Asked once: the button says how much goes to whom.
function refund(one, who, reload) {
  const hand = !one.online;
  const words = (minor) => (minor > 0 && minor <= one.refundable ? (hand ? `Record that ${money(minor)} went back` : `Refund ${money(minor)} to ${paidBy(one)}`) : hand ? 'Record the refund' : 'Refund');
  const follow = (event) => { event.target.form.querySelector('[type=submit] > span').textContent = words(readMoney(event.target.value)); };
  return ask({
    title: hand ? 'Was money given back by hand?' : `Refund to ${paidBy(one)}`,
    text: hand ? `This payment was taken by hand, so give it back by hand; here it is only written down. At most ${money(one.refundable)}.`
      : `At most ${money(one.refundable)}. ${who.name} gets it back on the same card or account within some days, and owes on the invoices again what it paid.`,
    fields: [
      amount({ name: 'amount', label: 'Amount', value: one.refundable, required: 'Type how much to give back.', attributes: { oninput: follow } }),
      text({ name: 'reason', label: 'Reason (optional)', hint: 'For your own records.', attributes: { maxlength: '200' } }),
    ],
    deed: words(one.refundable), busy: 'Refunding…', danger: true,
    run: (values, key) => post(`/payments/${id(one.id)}/refunds`, values, key),
    done: (now, values) => { say(hand ? `Written down: ${money(values.amount)} went back.` : `${money(values.amount)} is on its way back.`); reload(); },
  });
}
