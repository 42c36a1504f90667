// Online booking: whether it is on, what is missing before it can be, and the way to each thing that is decided of it.

import { may } from './api.js';
import { amend, load } from './booking-offer.js';
import { AREA_RULES, CONFIRMING, daysWords, horizonWords, hoursWords, weekWords } from './booking-offer-words.js';
import { settings, today } from './company.js';
import { h } from './dom.js';
import { ask, back, button, card, copyable, head, link, listing, pill, row, say } from './ui.js';

export default async function page({ signal, reload }) {
  const offer = await load(signal);
  return { title: 'Online booking', content: [
    back('#/settings', 'Settings'),
    head('Online booking', offer.on ? pill('On', 'paid') : pill('Off', 'void')),
    h('p', { class: 'lead' }, 'Customers and visitors choose a service and a time by themselves. No time is given away twice.'),
    offer.on ? running(offer, reload) : off(offer, reload),
    listing([services(offer), hours(offer), special(offer), rules(offer), confirming(offer), area(offer)]),
  ] };
}

const address = () => `${settings.portal.url}/book`;
const entry = (place, what, note, state) => row({ href: `#/settings/booking/${place}`, what, note, state });
const some = (spans) => spans.length > 0;
const isOpen = ({ hours: week, special: days }) => Object.values(week).some(some) || days.some((one) => some(one.hours));
const offered = (offer) => offer.services.filter((one) => one.on);

function services(offer) {
  const names = offered(offer).map((one) => one.name);
  const shown = names.length > 4 ? [...names.slice(0, 3), `${names.length - 3} more`] : names;
  return entry('services', 'Services', shown.join(' · ') || 'None yet: what can be booked, how long it takes, what it costs', names.length ? null : pill('Missing', 'due'));
}

function hours(offer) {
  return entry('hours', 'Opening hours', isOpen({ hours: offer.hours, special: [] }) ? weekWords(offer.hours) : 'Closed all week', isOpen(offer) ? null : pill('Missing', 'due'));
}

function special(offer) {
  const coming = offer.special.filter((one) => one.until >= today());
  const next = coming[0];
  return entry('special', 'Special days', next ? `Next: ${[next.name, daysWords(next)].filter(Boolean).join(', ')}` : 'Holidays, and days with other hours than usual');
}

function rules(offer) {
  const crews = offer.crews === 1 ? 'One job at a time' : `${offer.crews} jobs at a time`;
  const notice = offer.notice ? `${hoursWords(offer.notice)} ahead` : 'Up to the last minute';
  return entry('rules', 'Times', `${crews} · ${notice} · up to ${horizonWords(offer.horizon)}`);
}

function confirming(offer) {
  const [, when] = CONFIRMING.find(([name]) => name === offer.confirming);
  return entry('promises', 'Confirming and changes', `Confirmed ${when.toLowerCase()} · ${offer.cutoff ? `can be changed until ${hoursWords(offer.cutoff)} before` : 'can be changed until it begins'}`);
}

function area(offer) {
  const [, where] = AREA_RULES.find(([name]) => name === offer.area.rule);
  const count = offer.area.codes.length;
  return entry('area', 'Area', offer.area.rule === 'any' ? where : `${where}: ${count} postal ${count === 1 ? 'code' : 'codes'}`);
}

// Off: what is missing, or the button.
function off(offer, reload) {
  if (!settings.portal.slug) return card(h('p', {}, 'Your portal has no address yet, and the booking page needs one.'), may('settings:write') ? h('div', { class: 'deeds' }, link('Choose the address', '#/guide/address')) : null);
  const [served, open] = [offered(offer).length > 0, isOpen(offer)];
  if (!served || !open) {
    const todo = served ? link('Set your opening hours', '#/settings/booking/hours') : link(offer.services.length ? 'Choose what is offered' : 'Add your first service', offer.services.length ? '#/settings/booking/services' : '#/settings/booking/services/new');
    return card(
      h('p', {}, served ? 'One thing is missing: an hour in which somebody can come.' : open ? 'One thing is missing: a service that can be booked. The rest is filled in as most companies have it.' : 'Two things are missing: a service that can be booked, and an hour in which somebody can come.'),
      may('settings:write') ? h('div', { class: 'deeds' }, todo) : null);
  }
  const turn = async () => {
    const text = [`“Book a visit” will be in your portal, “Book online” in the tab on your website, and anybody can book at ${address()}`, 'Have a look at the opening hours and times first: they decide which times are offered.'];
    if (await ask({ title: 'Turn online booking on?', text, deed: 'Turn it on', busy: 'Turning it on…', run: () => amend(() => ({ on: true })) })) {
      say('Online booking is on.');
      reload();
    }
  };
  return card(h('p', {}, 'All is there. While it is off, your customers see nothing of it.'), may('settings:write') ? h('div', { class: 'deeds' }, button('Turn online booking on', { onclick: turn })) : null);
}

function running(offer, reload) {
  const turn = async () => {
    const text = ['Nobody can book, move or cancel anything online. The booking page, the links to it and the calendar here are gone until it is on again.', 'What is booked stays as it is, and its visits too: to move or cancel one of them, online booking must be on. Customers are not told anything, and no reminders are sent.'];
    if (await ask({ title: 'Turn online booking off?', text, deed: 'Turn it off', busy: 'Turning it off…', danger: true, run: () => amend(() => ({ on: false })) })) {
      say('Online booking is off.');
      reload();
    }
  };
  const url = address();
  return card(h('div', {}, h('h2', {}, 'Your booking page'), h('p', { class: 'hint' }, 'For anybody: put it on your website, into e-mails, on your van.')), copyable(url, 'Copy the address'),
    h('div', { class: 'deeds' }, h('a', { class: 'quiet', href: url, target: '_blank', rel: 'noopener' }, 'Look at it as a visitor'), may('settings:write') ? h('button', { type: 'button', class: 'quiet', onclick: turn }, 'Turn online booking off') : null));
}
