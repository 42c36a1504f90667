// The audit trail: who changed what, from what, to what, when, from where.

import { get, id } from './api.js';
import { moment } from './company.js';
import { h } from './dom.js';
import { aboutIt, difference, named } from './trail-words.js';
import { empty, paged } from './ui.js';

export default async function trail(page) {
  const names = new Map();
  const load = async (cursor) => {
    const found = await get('/audit', { cursor, limit: 30 }, page.signal);
    for (const one of found.items) learn(names, one);
    return found;
  };
  return { title: 'Audit trail', content: [
    h('h1', {}, 'Audit trail'),
    h('p', { class: 'lead' }, 'Every change, newest first. It can’t be edited by anybody.'),
    await paged({ load, line: (one) => line(one, names), none: empty('No changes yet', 'Whatever somebody of your company, or its software, changes will stand here.'), more: 'Show older ones' }),
  ] };
}

const KINDS = { key: 'API key', operator: 'Porchlight' };

// What each action is called. A test compares them with all that are noted.
const WORDS = {
  'settings.change': 'Changed the settings',
  'booking_settings.change': 'Changed online booking',
  'address.choose': 'Chose the portal’s address',
  'guide.keep': 'Went on with the guide',
  'stripe.connect': 'Went to Stripe to connect an account',
  'team.invite': 'Invited somebody to the team',
  'team.role': 'Changed a role',
  'team.remove': 'Removed somebody from the team',
  'invite.accept': 'Joined the team',
  'password.change': 'Changed their password',
  'password.reset': 'Chose a new password',
  'key.make': 'Made an API key',
  'key.revoke': 'Revoked an API key',
  'customer.create': 'Added a customer',
  'customer.change': 'Changed a customer',
  'access.change': 'Changed a customer’s access',
  'access.set-password': 'Set a customer’s password',
  'access.invite': 'Invited a customer',
  'access.send-reset': 'Sent a customer a password reset',
  'access.end-sessions': 'Signed a customer out everywhere',
  'access.revoke-link': 'Revoked a customer’s link',
  'access.bulk-invite': 'Invited many customers',
  'invoice.create': 'Created an invoice',
  'invoice.change': 'Changed an invoice',
  'invoice.issue': 'Issued an invoice',
  'invoice.void': 'Voided an invoice',
  'invoice.write_off': 'Wrote an invoice off',
  'invoice.credit': 'Credited an invoice',
  'invoice.send': 'Sent an invoice',
  'invoice.delete': 'Deleted a draft',
  'payment.enter': 'Entered a payment',
  'payment.refund': 'Refunded a payment',
  'credit.use': 'Used account credit',
  'estimate.create': 'Created an estimate',
  'estimate.change': 'Changed an estimate',
  'estimate.issue': 'Issued an estimate',
  'estimate.reopen': 'Re-opened an estimate',
  'estimate.mark': 'Marked an estimate',
  'estimate.send': 'Sent an estimate',
  'estimate.convert': 'Made an invoice of an estimate',
  'estimate.delete': 'Deleted a draft of an estimate',
  'estimate_terms.change': 'Changed the standard terms',
  'document.share': 'Shared a document',
  'document.change': 'Changed a document',
  'document.send': 'Sent a document',
  'document.tell': 'Told customers of a document',
  'document.delete': 'Removed a document',
  'visit.create': 'Planned a visit',
  'visit.change': 'Changed a visit',
  'visit.photo_add': 'Added a photo to a visit',
  'visit.photo_delete': 'Removed a photo of a visit',
  'rating.follow_up': 'Followed a rating up',
  'booking.create': 'Made a booking',
  'booking.confirm': 'Confirmed a booking',
  'booking.decline': 'Declined a booking',
  'booking.propose': 'Proposed another time',
  'booking.move': 'Moved a booking',
  'booking.cancel': 'Canceled a booking',
  'booking.attach': 'Said whose a booking is',
  'block.create': 'Blocked time in the calendar',
  'block.delete': 'Freed blocked time',
  'import.run': 'Imported records',
  'template.change': 'Changed a message',
  'template.reset': 'Reset a message to the standard',
  'template.test': 'Sent a test of a message',
  'suppression.lift': 'Lifted a stop on an address',
  'message.resend': 'Sent a message again',
  'lead.status': 'Changed how far a lead is',
  'lead.spam': 'Sorted a message by hand',
  'lead.note': 'Added a note to a lead',
};
const PLACES = { customer: 'customers', access: 'customers', invoice: 'invoices', payment: 'payments', credit: 'payments', lead: 'leads', message: 'customers', template: 'messages', estimate: 'estimates', document: 'documents', visit: 'visits', rating: 'ratings', booking: 'bookings' };
const NOWHERE = ['access.bulk-invite', 'invoice.delete', 'estimate.delete', 'document.delete'];
// What is gone then is told as it was.
const TAKEN_AWAY = ['invoice.delete', 'estimate.delete', 'document.delete', 'key.revoke', 'team.remove', 'access.revoke-link'];

// What was only sent, or got a photo, is called as in another of the entries that are here, where one has its name. Newest first:
// the first name that comes is the latest.
function learn(names, entry) {
  const place = PLACES[entry.action.split('.')[0]];
  const words = aboutIt(place, entry);
  const key = `${place} ${entry.target}`;
  if (!names.has(key) && words !== aboutIt(place, { ...entry, changes: [] })) names.set(key, words);
}

function line(entry, names) {
  const { actor, action } = entry;
  const who = actor.kind === 'admin' ? actor.name : `${KINDS[actor.kind]} “${actor.name}”`;
  const told = entry.changes.map((one) => [named(one.field), difference(one, TAKEN_AWAY.includes(action))]).filter(([, words]) => words);
  return h('li', {}, h('div', { class: 'row still trail' },
    h('span', { class: 'what' }, words(action), about(entry, names)),
    h('span', { class: 'note when' }, h('time', { datetime: entry.at }, moment(entry.at))),
    h('span', { class: 'note below' }, h('span', {}, who), entry.address ? h('span', {}, `from ${entry.address}`) : null),
    told.length ? h('dl', { class: 'below changes' }, told.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value)))) : null));
}

// A new kind of action, as it is spelled: 'visit.skip-one' is "Visit: skip one".
function words(action) {
  const [noun, verb = ''] = action.replace(/[-_]/g, ' ').split('.');
  return WORDS[action] || `${noun.charAt(0).toUpperCase()}${noun.slice(1)}: ${verb}`;
}

// A payment is called by its amount: a refund of it has another.
function called(place, entry, names) {
  const own = aboutIt(place, entry);
  return own === aboutIt(place, { ...entry, changes: [] }) ? names.get(`${place} ${entry.target}`) || own : own;
}

// What it was done to: a link where there is a page of it, an address of somebody; ids tell nobody anything.
function about(entry, names) {
  const { action, target } = entry;
  const place = PLACES[action.split('.')[0]];
  if (place && !NOWHERE.includes(action)) return [' · ', h('a', { href: `#/${place}/${id(target)}` }, called(place, entry, names))];
  return target.includes('@') ? [' · ', h('span', { class: 'light' }, target)] : null;
}
