// The links sent to a customer that still open, and revoking one.

import { id, remove } from './api.js';
import { dayOf } from './company.js';
import { h } from './dom.js';
import { ask, quiet, say } from './ui.js';

// `desk` is the customer's portal access, as customer-access.js has it.
export function liveLinks(desk) {
  if (!desk.links.length) return null;
  const line = (one) => h('li', {}, h('div', { class: 'row still' },
    h('span', { class: 'what' }, one.to),
    desk.changes ? quiet('Revoke', () => revoke(desk, one), `the link to ${one.to} of ${dayOf(one.created_at)}`) : h('span', {}),
    h('span', { class: 'note' }, h('span', {}, `Sent ${dayOf(one.created_at)}`), h('span', {}, `Opens until ${dayOf(one.expires_at)}`))));
  return h('details', { class: 'links' }, h('summary', {}, desk.links.length === 1 ? '1 live link' : `${desk.links.length} live links`), h('ul', { class: 'rows' }, desk.links.map(line)));
}

const revoke = (desk, one) => ask({
  title: 'Revoke this link?',
  text: `The link sent to ${one.to} on ${dayOf(one.created_at)} no longer opens. To sign out whoever came in by it, end all sessions too.`,
  deed: 'Revoke link',
  busy: 'Revoking…',
  danger: true,
  run: () => remove(`${desk.path}/links/${id(one.id)}`),
  done: async () => { await desk.read(); say('Link revoked.'); },
});
