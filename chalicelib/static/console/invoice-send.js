// Sending an invoice: by e-mail or SMS, to one of the customer's addresses or numbers, as an invoice or as a reminder.

import { get, id, may, post } from './api.js';
import { money, settings } from './company.js';
import { addresses } from './customer-words.js';
import { fill, h } from './dom.js';
import { radios, select } from './forms.js';
import { invoiceWords } from './invoice-words.js';
import { ask, button, complain, note, say, whileBusy } from './ui.js';

// Why no link to an invoice leads anywhere, and where that is changed; null where they do.
export function whyNot() {
  const told = (words, part, label) => note(words, may('settings:write') ? [' ', h('a', { href: `#/settings/${part}` }, label)] : null);
  if (!settings.portal.on) return told('The portal is off, so no invoice can be sent.', 'portal', 'Turn it on');
  if (!settings.permissions.invoices) return told('Invoices are hidden from customers, so none can be sent.', 'permissions', 'Show them');
  return null;
}

// The button that asks how.
export function sending(one, path) {
  const pressed = button('Send', { kind: one.due > one.in_flight ? '' : 'second', disabled: Boolean(whyNot()), onclick: () => send(one, path, pressed).catch(complain) });
  return pressed;
}

const numbers = (who) => who.contacts.map((each) => each.phone).filter(Boolean);

async function send(one, path, pressed) {
  // Who may not read customers leaves it to the API: the first address, or the first number.
  if (!may('customers:read')) return choose(one, path, { email: null, sms: null });
  const who = await whileBusy(pressed, () => get(`/customers/${id(one.customer)}`));
  if (!who) return undefined;
  const place = `#/customers/${id(one.customer)}`;
  if (who.access === 'off') return missing('Portal access is off', `${one.customer_name} can’t come into the portal: a link would lead them nowhere.`, 'access:write', 'Go to their access', place);
  const ways = { email: addresses(who), sms: numbers(who) };
  if (!ways.email.length && !ways.sms.length) return missing('Nowhere to send it', `${one.customer_name} has no contact with an e-mail address or a phone number.`, 'customers:write', 'Add one', `${place}/edit`);
  return choose(one, path, ways);
}

// What has to be done first, by whoever may.
const missing = (title, text, scope, deed, place) => ask({
  title, text, deed: may(scope) ? deed : 'Close', cancel: may(scope) ? 'Cancel' : '',
  done: () => { if (may(scope)) location.assign(place); },
});

function choose(one, path, ways) {
  const can = (way) => !ways[way] || ways[way].length > 0;
  const words = h('p', {}, '');
  const by = radios({ name: 'by', label: 'How', value: can('email') ? 'email' : 'sms', choices: [
    ['email', 'E-mail', can('email') ? null : 'They have no contact with an e-mail address.'],
    ['sms', 'SMS', can('sms') ? null : 'They have no contact with a phone number.'],
  ] });
  by.node.classList.add('sides');
  for (const input of by.node.querySelectorAll('input')) input.disabled = !can(input.value);
  const to = ways.email || ways.sms ? select({ name: 'to', label: 'To', choices: [] }) : null;
  const late = invoiceWords(one);
  const as = one.due > one.in_flight ? radios({ name: 'as', label: 'As', value: late.startsWith('Overdue') ? 'reminder' : 'invoice', choices: [
    ['invoice', 'An invoice', 'It says that the invoice is ready.'],
    ['reminder', 'A reminder', `It asks for the ${money(one.due - one.in_flight)} still to pay. ${late}.`],
  ] }) : null;
  let way = '';
  // Everything follows the choice of the way.
  const follow = () => {
    if (to && way !== by.get()) fill(to.control, ways[by.get()].map((each) => h('option', { value: each }, each)));
    way = by.get();
    fill(words, `They get ${way === 'sms' ? 'a text message' : 'an e-mail'} with a link that opens this invoice${as ? ' and lets them pay it' : ''}, without a password.`);
  };
  by.node.addEventListener('change', follow);
  follow();
  return ask({
    title: `Send invoice ${one.number}?`, text: words, fields: [by, to, as].filter(Boolean), about: { suppressed: 'to', stopped: 'to', 'no-phone': 'by', 'no-address': 'by' },
    deed: 'Send', busy: 'Sending…',
    run: (values, key) => post(`${path}/deliveries`, values, key),
    done: (sent, values) => say(`${values.as === 'reminder' ? 'A reminder of invoice' : 'Invoice'} ${one.number} is on its way to ${sent.to}.`),
  });
}
