// Sending something to a customer: by e-mail or SMS, to one of their addresses or numbers, as a link that opens it.

import { get, id, may, post } from './api.js';
import { settings } from './company.js';
import { addresses } from './customer-words.js';
import { fill, h } from './dom.js';
import { radios, select } from './forms.js';
import { ask, button, complain, note, say, whileBusy } from './ui.js';

// Why no link to it leads anywhere, and where that is changed; null where it does. `permission` is the switch that hides
// things of this kind, `one` what they are called.
export function whyNot(permission, one) {
  const told = (words, part, label) => note(words, may('settings:write') ? [' ', h('a', { href: `#/settings/${part}` }, label)] : null);
  if (!settings.portal.on) return told(`The portal is off, so no ${one} can be sent.`, 'portal', 'Turn it on');
  if (!settings.permissions[permission]) return told(`${permission[0].toUpperCase()}${permission.slice(1)} are hidden from customers, so none can be sent.`, 'permissions', 'Show them');
  return null;
}

// The button that asks how. `what` is {customer, name, path, title, words(way), said(to, values)}: who gets it, the thing's
// path in the API, the dialog's title, what they get by that way, and what is told when it is on its way. `kind` is the
// button's, `hindered` whether nothing can be sent at all, `more()` the dialog's further fields.
export function sendButton({ kind = '', hindered, ...what }) {
  const pressed = button('Send', { kind, disabled: hindered, onclick: () => send(what, pressed).catch(complain) });
  return pressed;
}

const numbers = (who) => who.contacts.map((each) => each.phone).filter(Boolean);

async function send(what, pressed) {
  // Who may not read customers leaves it to the API: the first address, or the first number.
  if (!may('customers:read')) return choose(what, { email: null, sms: null });
  const who = await whileBusy(pressed, () => get(`/customers/${id(what.customer)}`));
  if (!who) return undefined;
  const place = `#/customers/${id(what.customer)}`;
  if (who.access === 'off') return missing('Portal access is off', `${what.name} can’t come into the portal: a link would lead them nowhere.`, 'access:write', 'Go to their access', place);
  const ways = { email: addresses(who), sms: numbers(who) };
  if (!ways.email.length && !ways.sms.length) return missing('Nowhere to send it', `${what.name} has no contact with an e-mail address or a phone number.`, 'customers:write', 'Add one', `${place}/edit`);
  return choose(what, ways);
}

// What has to be done first, by whoever may.
const missing = (title, text, scope, deed, place) => ask({
  title, text, deed: may(scope) ? deed : 'Close', cancel: may(scope) ? 'Cancel' : '',
  done: () => { if (may(scope)) location.assign(place); },
});

function choose({ path, title, words, said, more = () => [] }, ways) {
  const can = (way) => !ways[way] || ways[way].length > 0;
  const told = h('p', {}, '');
  const by = radios({ name: 'by', label: 'How', value: can('email') ? 'email' : 'sms', choices: [
    ['email', 'E-mail', can('email') ? null : 'They have no contact with an e-mail address.'],
    ['sms', 'SMS', can('sms') ? null : 'They have no contact with a phone number.'],
  ] });
  by.node.classList.add('sides');
  for (const input of by.node.querySelectorAll('input')) input.disabled = !can(input.value);
  const to = ways.email || ways.sms ? select({ name: 'to', label: 'To', choices: [] }) : null;
  let way = '';
  // Everything follows the choice of the way.
  const follow = () => {
    if (to && way !== by.get()) fill(to.control, ways[by.get()].map((each) => h('option', { value: each }, each)));
    way = by.get();
    fill(told, words(way));
  };
  by.node.addEventListener('change', follow);
  follow();
  return ask({
    title, text: told, fields: [by, to, ...more()].filter(Boolean), about: { suppressed: 'to', stopped: 'to', 'no-phone': 'by', 'no-address': 'by' },
    deed: 'Send', busy: 'Sending…',
    run: (values, key) => post(`${path}/deliveries`, values, key),
    done: (sent, values) => say(said(sent.to, values)),
  });
}
