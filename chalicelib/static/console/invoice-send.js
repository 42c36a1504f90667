// Sending an invoice: as an invoice, or as a reminder to pay it.

import { money } from './company.js';
import { radios } from './forms.js';
import { invoiceWords } from './invoice-words.js';
import { sendButton, whyNot } from './sending.js';

// Why no link to an invoice leads anywhere; null where they do.
export const whyNoInvoice = () => whyNot('invoices', 'invoice');

// The button that asks how.
export function sendingInvoice(one, path) {
  const owed = one.due > one.in_flight;
  const late = invoiceWords(one);
  const as = () => radios({ name: 'as', label: 'As', value: late.startsWith('Overdue') ? 'reminder' : 'invoice', choices: [
    ['invoice', 'An invoice', 'It says that the invoice is ready.'],
    ['reminder', 'A reminder', `It asks for the ${money(one.due - one.in_flight)} still to pay. ${late}.`],
  ] });
  return sendButton({
    kind: owed ? '' : 'second', hindered: Boolean(whyNoInvoice()), customer: one.customer, name: one.customer_name, path,
    title: `Send invoice ${one.number}?`,
    words: (way) => `They get ${way === 'sms' ? 'a text message' : 'an e-mail'} with a link that opens this invoice${owed ? ' and lets them pay it' : ''}, without a password.`,
    more: () => (owed ? [as()] : []),
    said: (to, values) => `${values.as === 'reminder' ? 'A reminder of invoice' : 'Invoice'} ${one.number} is on its way to ${to}.`,
  });
}
