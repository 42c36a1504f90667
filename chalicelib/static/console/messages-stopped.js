// Addresses that get no more mail, since it came back or was marked as spam; and trying one of them again.

import { get, id, may, remove } from './api.js';
import { moment } from './company.js';
import { h } from './dom.js';
import { causePill } from './message-words.js';
import { ask, back, empty, paged, quiet, say } from './ui.js';

const MEANT = {
  bounced: 'Mail will be sent there again. Only if the mailbox works now: mail that keeps coming back makes all your mail look like spam.',
  complained: 'Mail will be sent there again. Only if they asked you for it: whoever marks it as spam once more harms all your mail.',
};

export default async function stopped({ signal, reload }) {
  const load = (cursor) => get('/suppressions', { cursor }, signal);
  return { title: 'Stopped addresses', content: [
    back('#/messages', 'Messages'),
    h('h1', {}, 'Stopped addresses'),
    h('p', { class: 'lead' }, 'Mail to these came back for good, or somebody marked it as spam. Nothing more is sent there until you say so.'),
    await paged({ load, line: (one) => line(one, reload), none: empty('No address is stopped', 'When mail can’t be delivered to somebody, their address will be here with the reason.') }),
  ] };
}

function line(one, reload) {
  return h('li', {}, h('div', { class: 'row still' },
    h('span', { class: 'what' }, one.address), causePill(one.cause),
    h('span', { class: 'note' }, h('time', { datetime: one.at }, moment(one.at))), h('span', {}),
    one.detail ? h('span', { class: 'below note-line' }, one.detail) : null,
    h('span', { class: 'below tools' },
      one.customer && may('customers:read') ? h('a', { class: 'quiet', href: `#/customers/${id(one.customer)}` }, 'Open the customer', h('span', { class: 'hush' }, ` of ${one.address}`)) : null,
      may('messages:write') ? quiet('Send there again', () => lift(one, reload), `to ${one.address}`) : null)));
}

const lift = (one, reload) => ask({
  title: 'Send mail there again?',
  text: [h('p', { class: 'taken-address' }, one.address), MEANT[one.cause] || MEANT.bounced],
  deed: 'Send there again',
  busy: 'One moment…',
  danger: true,
  run: () => remove(`/suppressions/${id(one.id)}`),
  done: () => { say(`Mail goes to ${one.address} again.`); reload(); },
});
