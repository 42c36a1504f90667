// The company's website: whether the tab is on it, the code that puts it there, and links for buttons of one's own. How the
// tab looks and where messages go have pages of their own.

import { get } from './api.js';
import { settings } from './company.js';
import { h } from './dom.js';
import { back, card, copyable, link, listing, note, pill, row, section } from './ui.js';
import { check, tabPill } from './website-check.js';
import { code, steps } from './website-code.js';

export default async function website({ signal }) {
  const { slug } = settings.portal;
  const found = slug ? await get('/widget', {}, signal) : null;
  let state = shown(found);
  // The check goes on asking.
  const told = (now) => {
    const then = state;
    state = shown(now);
    then.replaceWith(state);
  };
  return { title: 'Website', content: [
    back('#/settings', 'Settings'),
    h('h1', {}, 'Website'),
    h('p', { class: 'lead' }, `A tab on your own website leads customers to the portal, and visitors to your contact form${settings.booking.on ? ' and to online booking' : ''}. Its code goes there once; all else is decided here.`),
    found ? check(found, signal, told) : addressFirst(),
    listing([tab(settings, state), form(settings)]),
    found ? [...installing(found), own(settings)] : null,
  ] };
}

// The code, and where it goes.
export const installing = (found) => [section('The code', code(found)), section('Where it goes', steps())];

export const addressFirst = () => card(h('p', {}, 'Your portal has no address yet, and the code has it in it.'), h('div', { class: 'deeds' }, link('Choose the address', '#/guide/address')));

const shown = (found) => tabPill(found, 'Shown once installed');

function tab({ widget: { side, label } }, state) {
  return row({ href: '#/settings/website/tab', what: 'The tab', note: [`On the ${side}`, label ? `“${label}”` : 'In the standard words'], state });
}

function form({ company, contact_form: { on, email } }) {
  const to = email || company.email;
  return row({
    href: '#/settings/website/contact', what: 'Contact form', note: `New messages go to ${to || 'the first admin of your team'}`,
    state: on ? pill('On', 'paid') : pill('Off', 'void'),
  });
}

function own({ portal: { url }, contact_form: { on }, booking }) {
  const line = (words, to, label) => h('div', { class: 'own-link' }, h('p', {}, words), copyable(to, label));
  return section('Buttons of your own',
    h('p', { class: 'hint' }, 'Anything on your website can lead here: give it one of these links. They work without the tab, too.'),
    card(
      line('For “Manage account” or “Pay a bill”', url, 'Copy the portal’s link'),
      on ? line('For “Contact us”', `${url}/contact`, 'Copy the form’s link') : note('There is no contact page while the contact form is off.'),
      booking.on ? line('For “Book online”', `${url}/book`, 'Copy the booking page’s link') : null));
}
