// The settings: an overview, and a page for each part.

import { may } from './api.js';
import { branding } from './branding.js';
import { change, digits, load, money, plainMoney, settings } from './company.js';
import { h } from './dom.js';
import { Wrong, amount, check, email, lines, select, text } from './forms.js';
import { PERMISSIONS, permissions } from './permissions.js';
import { saving } from './saving.js';
import { latePill, state, stripeCard } from './stripe.js';
import { address, ask, back, button, card, copyable, link, listing, note, pill, row, say } from './ui.js';
import { lateTab } from './website-check.js';

const PARTS = { portal, company, branding: look, permissions: allowed, payments, stripe, messages, region };

export default function page(asked) {
  const part = PARTS[asked.params.part];
  return part ? part(asked) : overview(asked);
}

function overview({ signal }) {
  const { company: who, portal: own, permissions: shown, payments: paying, locale, messages: { link_days: days }, widget, contact_form: form, reviews, booking } = settings;
  const count = PERMISSIONS.filter(([name]) => shown[name]).length;
  const entry = (part, what, words, status) => row({ href: `#/settings/${part}`, what, note: words, state: status });
  return { title: 'Settings', content: [
    h('h1', {}, 'Settings'),
    listing([
      entry('portal', 'Portal', own.url ? h('span', {}, address(own.url)) : 'No address yet', onPill(own)),
      entry('company', 'Company', [who.phone, who.email].filter(Boolean).join(' · ') || 'No phone number or e-mail address yet'),
      entry('branding', 'Name, color and logo', who.name),
      entry('website', 'Website', `The tab, its code, and the contact form${form.on ? '' : ', which is off'}`, !own.slug ? null : own.on && widget.on ? lateTab(signal) : pill('Off', 'void')),
      entry('booking', 'Online booking', 'Your services, your hours, and the rules of your calendar', booking.on ? pill('On', 'paid') : pill('Off', 'void')),
      entry('permissions', 'What customers can do', count === PERMISSIONS.length ? 'Everything is shown' : `${count} of ${PERMISSIONS.length} shown`),
      entry('payments', 'Payments', paying.partial ? `Part payments from ${money(least(paying.minimum))}` : 'Invoices are paid in full'),
      entry('stripe', 'Stripe', 'Where the money goes', latePill(signal)),
      entry('terms', 'Standard terms', 'What customers agree to when they accept an estimate'),
      entry('reviews', 'Review links', reviews.links.map((one) => one.name).join(' · ') || 'None yet: where customers can review you in public'),
      entry('messages', 'Links in messages', `They work for ${days} ${days === 1 ? 'day' : 'days'}`),
      entry('region', 'Language and region', `${languageName(locale.locale)} · ${locale.time_zone.replaceAll('_', ' ')}`),
    ]),
  ] };
}

const onPill = ({ on, slug }) => (!slug ? pill('Not set up', 'due') : on ? pill('On', 'paid') : pill('Off', 'void'));
const titled = (title, ...content) => ({ title, content: [back('#/settings', 'Settings'), h('h1', {}, title), ...content] });
const least = (minimum) => minimum || 5 * 10 ** digits();

function portal(page) {
  const { on, slug, url } = settings.portal;
  if (!slug) return titled('Portal', card(h('p', {}, 'Your portal has no address yet.'), may('settings:write') ? h('div', { class: 'deeds' }, link('Choose the address', '#/guide/address')) : null));
  const turn = async (to, question) => {
    if (await ask({ ...question, run: () => again(() => change({ portal: { on: to } })) })) {
      say(to ? 'The portal is on.' : 'The portal is off.');
      page.reload();
    }
  };
  const off = { title: 'Turn the portal off?', text: ['Every page of it will say that it is not available and how to reach you. Links in e-mails you have sent will say so too.', 'Nothing is lost: turned on again, all is as before.'], deed: 'Turn the portal off', busy: 'Turning it off…', danger: true };
  const onAgain = { title: 'Turn the portal on?', text: 'Customers can come in again, and links in e-mails work as before.', deed: 'Turn the portal on', busy: 'Turning it on…' };
  return titled('Portal',
    card(h('div', {}, h('h2', {}, 'Address'), h('p', { class: 'hint' }, 'Permanent: links in e-mails and on your website always find it.')), copyable(url), h('p', {}, h('a', { href: url, target: '_blank', rel: 'noopener' }, 'Open the portal'))),
    card(h('div', {}, h('h2', {}, onPill(settings.portal)), h('p', {}, on ? 'Customers can come in.' : 'Customers see that the portal is not available, and how to reach you.')),
      may('settings:write') ? h('div', { class: 'deeds' }, on ? button('Turn the portal off', { kind: 'second', onclick: () => turn(false, off) }) : button('Turn the portal on', { onclick: () => turn(true, onAgain) })) : null));
}

// The portal is turned on or off whatever else was changed meanwhile.
async function again(work) {
  try {
    return await work();
  } catch (failed) {
    if (failed.type !== 'stale') throw failed;
    await load(true);
    return work();
  }
}

function company() {
  return titled('Company', h('p', { class: 'lead' }, 'How your customers reach you. It stands at the foot of every page, on invoices and in e-mails.'), saving({
    tell: (pointer, value) => [value].flat().join(', '),
    build: ({ company: now }) => ({ fields: [
      text({ name: 'phone', pointer: 'company/phone', label: 'Phone', value: now.phone, type: 'tel', attributes: { autocomplete: 'tel', maxlength: 40 } }),
      email({ name: 'email', pointer: 'company/email', label: 'E-mail', hint: 'Customers write to it, and we write to it when a payment fails or is disputed.', value: now.email, attributes: { autocomplete: 'email', maxlength: 254 } }),
      lines({ name: 'address', pointer: 'company/address', label: 'Address', hint: 'One line each, as on an envelope.', value: now.address, rows: 4, attributes: { autocomplete: 'street-address' } }),
    ] }),
  }));
}

function look() {
  return { ...titled('Name, color and logo', branding()), kind: 'wide' };
}

function allowed() {
  return titled('What customers can do', h('p', { class: 'lead' }, 'What is off is not there for customers: no menu, no page, and no link that you have mailed before.'), permissions());
}

function payments() {
  return titled('Payments', saving({
    tell: (pointer, value) => (typeof value === 'boolean' ? (value ? 'yes' : 'no') : money(least(value))),
    build: ({ payments: now }) => ({ fields: [
      check({ name: 'partial', pointer: 'payments/partial', label: 'Part payments', kind: 'switch', hint: 'Customers may pay a part of one invoice. Off: an invoice is paid in full.', value: now.partial }),
      ((field) => ({ ...field, get: () => field.get() || 0 }))(amount({ name: 'minimum', pointer: 'payments/minimum', label: 'Smallest part payment (optional)', hint: `In ${now.currency}. Empty: ${plainMoney(least(0))}.`, value: now.minimum || null })),
    ] }),
  }), note('Whoever owes less than the smallest part payment can still pay all of it.'));
}

function messages() {
  return titled('Links in messages', h('p', { class: 'lead' }, 'The buttons and links in your messages open a customer’s portal without a password. They work again and again, until their days are over.'), saving({
    tell: (pointer, value) => `${value} ${value === 1 ? 'day' : 'days'}`,
    build: ({ messages: now }) => ({ fields: [
      ((field) => ({ ...field, get: () => days(field.get()) }))(text({ name: 'link_days', pointer: 'messages/link_days', label: 'Days that a link works', hint: `From 1 to ${MOST_DAYS}. It counts for messages from now on.`, value: now.link_days, required: `Type how many days: from 1 to ${MOST_DAYS}.`, attributes: { inputmode: 'numeric', maxlength: 2, class: 'few' } })),
    ] }),
  }), note('A link that is over offers a fresh one to the same address. You can revoke one earlier on the customer’s page.'));
}

const MOST_DAYS = 90;

function days(typed) {
  const count = Number(typed);
  if (!/^\d+$/.test(typed) || count < 1 || count > MOST_DAYS) throw new Wrong(`Type a whole number of days: from 1 to ${MOST_DAYS}.`);
  return count;
}

async function stripe({ signal }) {
  return titled('Stripe', stripeCard(await state(signal)));
}

// Pages are written in English and Spanish, and the API takes no other language; a test asks it for each of these.
const LOCALES = ['en-US', 'en-CA', 'en-GB', 'en-AU', 'en-NZ', 'en-IE', 'es-US', 'es-MX', 'es-ES'];

function languageName(tag) {
  try {
    return new Intl.DisplayNames('en', { type: 'language', languageDisplay: 'standard' }).of(tag);
  } catch {
    return tag;
  }
}

function region() {
  const zones = Intl.supportedValuesOf ? Intl.supportedValuesOf('timeZone') : [];
  const choices = (known, now) => (known.includes(now) ? known : [now, ...known]);
  return titled('Language and region', saving({
    tell: (pointer, value) => (pointer.endsWith('locale') ? languageName(value) : value),
    build: ({ locale: now, payments: { currency } }) => ({ fields: [
      select({ name: 'locale', pointer: 'locale/locale', label: 'Amounts and dates', hint: 'How they are written on pages, invoices and in e-mails. Customers choose their language themselves.', value: now.locale, choices: choices(LOCALES, now.locale).map((one) => [one, `${languageName(one)} · ${sample(one, currency)}`]) }),
      select({ name: 'time_zone', pointer: 'locale/time_zone', label: 'Time zone', hint: 'When a day begins: due dates go by it.', value: now.time_zone, choices: choices(zones, now.time_zone).map((one) => [one, one.replaceAll('_', ' ')]) }),
    ] }),
  }));
}

const sample = (tag, currency) => new Intl.NumberFormat(tag, { style: 'currency', currency }).format(1234.5);
