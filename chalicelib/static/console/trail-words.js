// The audit trail's fields and values in people's words. What is known of no field is shown as it is, but never as JSON.

import { id } from './api.js';
import { day, money, moment } from './company.js';
import { categoryWord, typeWord } from './document-words.js';
import { h } from './dom.js';
import { amountOf } from './invoice-sums.js';
import { rights } from './keys.js';
import { PERMISSIONS } from './permissions.js';
import { sizeWords } from './upload.js';

const FIELDS = {
  'company/name': 'Company name', 'company/phone': 'Phone', 'company/email': 'E-mail', 'company/address': 'Address',
  'portal/on': 'Portal', 'portal/slug': 'Portal’s address', 'branding/colour': 'Color', 'branding/logo': 'Logo',
  'payments/partial': 'Part payments', 'payments/minimum': 'Smallest part payment', 'locale/locale': 'Amounts and dates', 'locale/time_zone': 'Time zone',
  'widget/on': 'Tab on your website', 'widget/side': 'Side of the tab', 'widget/label': 'Words on the tab', 'widget/colour': 'Color of the tab',
  'contact_form/on': 'Contact form', 'contact_form/email': 'Messages go to', spam: 'Spam',
  done: 'Steps done', account: 'Stripe account', scopes: 'May', first_name: 'Greeted as', external_id: 'Your own id', on: 'Portal access',
  'messages/link_days': 'Days that links work', email: 'E-mail', sms: 'SMS', 'texts/en/email': 'E-mail in English', 'texts/es/email': 'E-mail in Spanish', 'texts/en/sms': 'SMS in English', 'texts/es/sms': 'SMS in Spanish',
  must_change_password: 'New password at the next sign-in', tax_name: 'Name of the tax', bill_to: 'Billed to', method: 'Paid by', as: 'Sent as', expires_on: 'Last day to accept it', 'reviews/links': 'Review links',
  'booking/on': 'Online booking', 'booking/notice': 'Booked at the latest (hours before)', 'booking/horizon': 'Booked at the earliest (days ahead)', 'booking/step': 'A job can begin every (minutes)',
  'booking/window': 'Arrival window (minutes)', 'booking/crews': 'Jobs at the same time', 'booking/confirming': 'Confirmed', 'booking/cutoff': 'Changed online until (hours before)', 'booking/policy': 'Policy', 'booking/remind': 'Reminder (hours before)',
  'booking/area/rule': 'Area', 'booking/area/codes': 'Postal codes', 'booking/services': 'Services',
  starts_at: 'Arrival from', ends_at: 'Arrival until', completed_at: 'Done', work: 'What was done', filename: 'Saved as', type: 'Kind of file', visible_from: 'Visible from', visible_until: 'Visible until',
};
const WORDS = {
  status: { draft: 'Draft', open: 'Open', paid: 'Paid', void: 'Void', written_off: 'Written off', pending: 'Pending', expired: 'Expired', new: 'New', contacted: 'Contacted', won: 'Won', lost: 'Lost', scheduled: 'Scheduled', on_the_way: 'On the way', complete: 'Complete', cancelled: 'Canceled', resolved: 'Resolved', requested: 'Requested', confirmed: 'Confirmed', proposed: 'Another time proposed', declined: 'Declined' },
  side: { left: 'Left', right: 'Right' },
  role: { admin: 'Admin', 'read-only': 'Read-only' },
  language: { en: 'English', es: 'Spanish' },
  channel: { email: 'E-mail', sms: 'SMS' },
  as: { invoice: 'An invoice', reminder: 'A reminder' },
  cause: { bounced: 'Bounced', complained: 'Marked as spam' },
  customers: { all: 'All who were never invited' },
  confirming: { once: 'At once', request: 'When you say so' },
  rule: { any: 'Anywhere', flagged: 'Anywhere, with a mark', refused: 'Only inside' },
  kind: { exact: 'It costs that', from: 'From', estimate: 'Free estimate' },
  done: { address: 'Address', branding: 'Branding', permissions: 'Permissions', stripe: 'Stripe', website: 'Website', invite: 'First invite' },
};
const AMOUNTS = ['amount', 'minimum', 'total', 'tax', 'credit_note'];
// What is told line by line.
const LISTS = ['lines', 'contacts', 'products'];
const ULID = /^[0-9A-HJKMNP-TV-Z]{26}$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;
const last = (field) => field.split('/').pop();
const capital = (words) => words.charAt(0).toUpperCase() + words.slice(1);

export function named(field) {
  const permission = field.startsWith('permissions/') && PERMISSIONS.find(([name]) => name === last(field));
  return permission ? permission[1] : FIELDS[field] || offered(field) || capital(last(field).replaceAll('_', ' '));
}

const OF_A_SERVICE = { name: 'name', words: 'words', minutes: 'minutes', before: 'minutes kept free before', after: 'minutes kept free after', 'price/kind': 'price', 'price/amount': 'amount', questions: 'questions', on: 'offered' };

// What is offered online: of a weekday, a special day, a service.
function offered(field) {
  const [of, part, which, ...rest] = field.split('/');
  if (of !== 'booking' || !which) return '';
  if (part === 'hours') return `Hours on ${capital(which)}`;
  if (part === 'special') return `Special day, ${day(which)}`;
  return `${capital(which.replaceAll('-', ' '))}: ${OF_A_SERVICE[rest.join('/')] || rest.join(' ')}`;
}

// What a link to it says: the name or the number, where the row has it.
export function aboutIt(place, { action, changes, target }) {
  const now = (field) => changes.find((one) => one.field === field)?.new;
  if (place === 'customers') return now('name') || 'Customer';
  if (place === 'invoices') return now('number') ? `Invoice ${now('number')}` : 'Invoice';
  if (place === 'estimates') return now('number') ? `Estimate ${now('number')}` : 'Estimate';
  if (place === 'documents') return now('name') || 'Document';
  if (place === 'visits') return now('title') || 'Visit';
  if (place === 'ratings') return 'Rating';
  if (place === 'bookings') return now('service') || 'Booking';
  if (place === 'leads') return now('name') || 'Message';
  if (place === 'messages') return capital(target.replaceAll('_', ' '));
  return now('amount') && action !== 'payment.refund' ? `Payment of ${money(now('amount'))}` : 'Payment';
}

const nothing = (value) => value === null || value === undefined || value === '' || (Array.isArray(value) && !value.length);
// An amount of nothing too.
const lacking = (field, value) => nothing(value) || (value === 0 && AMOUNTS.includes(last(field)));
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

// What became of what; where one of them is nothing, only what there is. Null where there is nothing to tell. `gone`: it was
// taken away as a whole.
export function difference({ field, old, new: now }, gone = false) {
  // Names of files, ids of links and hashes of passwords tell nobody anything.
  if (field === 'branding/logo') return nothing(now) ? 'removed' : 'a new logo';
  if (field === 'password') return nothing(old) ? 'set' : 'changed';
  if (field === 'link') return null;
  const [before, after] = [old, now].map((one) => !lacking(field, one));
  if (!before) return after ? value(field, now) : null;
  if (same(old, now) || (gone && !after)) return value(field, old);
  return [value(field, old), LISTS.includes(field) ? h('br') : null, h('span', { class: 'hush' }, ' became '), h('span', { 'aria-hidden': true }, ' → '), after ? value(field, now) : h('span', { class: 'light' }, 'nothing')];
}

function value(field, given) {
  const name = last(field);
  const words = WORDS[name] || {};
  if (typeof given === 'boolean') return yesOrNo(field, given);
  if (field.startsWith('texts/')) return given === 'standard' ? 'the standard text' : 'your own text';
  if (name === 'scopes' && Array.isArray(given)) return rights(given);
  if (name === 'lines' && Array.isArray(given)) return below(given.map(lineOf));
  if (name === 'products' && Array.isArray(given)) return below(given.map((one) => one.filter(Boolean).join(', ')));
  if (name === 'contacts' && Array.isArray(given)) return below(given.map((one) => [one.name, one.email, one.phone].filter(Boolean).join(', ')));
  if (name === 'invoice') return h('a', { href: `#/invoices/${id(given)}` }, 'Invoice');
  if (name === 'size') return sizeWords(given);
  // A photo without words is known by its id only.
  if (name === 'photos') return ULID.test(given) ? 'a photo' : given;
  if (name === 'category') return categoryWord(given);
  if (name === 'type' && field === 'type') return typeWord(given);
  if (typeof given === 'number') return AMOUNTS.includes(name) ? money(given) : String(given);
  if (Array.isArray(given)) return given.map((one) => words[one] || plain(one)).join(', ');
  if (/^\d{4}-\d\d-\d\d$/.test(given)) return day(given);
  if (INSTANT.test(given)) return moment(given);
  return words[given] || plain(given);
}

function yesOrNo(field, on) {
  if (field.startsWith('permissions/')) return on ? 'shown' : 'hidden';
  if (['on', 'email', 'sms'].includes(last(field))) return on ? 'on' : 'off';
  return on ? 'yes' : 'no';
}

const below = (lines) => h('span', { class: 'lines-of' }, lines.join('\n'));

// 'Mow, 2 × $50.00', and what it comes to where that is not the product.
function lineOf([what, quantity, price, amount]) {
  const times = quantity === '1' ? money(price) : `${quantity} × ${money(price)}`;
  return `${what}, ${times}${amountOf(quantity, price) === amount ? '' : ` = ${money(amount)}`}`;
}

// Something of a shape that is not known here.
const plain = (given) => (typeof given === 'object' && given !== null ? Object.values(given).flat().filter((one) => !nothing(one)).join(', ') : String(given));
