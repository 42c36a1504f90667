// One booking: when and for whom, what was asked and answered, what became of it, and what can be done with it now.

import { get, id, may } from './api.js';
import { attach, cancel, confirm, decline, moveLink, proposeLink } from './booking-deeds.js';
import { history } from './booking-history.js';
import { arrival, bookingPath, dayOfBooking, flagsOf, lengthWords, priceWords, sourceWord, statusPill, statusWord, typed, whoName, whose } from './booking-words.js';
import { moment } from './company.js';
import { fill, h } from './dom.js';
import { deskOf } from './redrawn.js';
import { back, button, head, pairs, quiet, section } from './ui.js';
import { local, windowOf } from './visit-times.js';

export default async function booking({ params, signal, reload }) {
  const path = `/bookings/${id(params.id)}`;
  const one = await get(path, {}, signal);
  const desk = deskOf(one, { signal, reload, changes: may('bookings:write') });
  // What was pressed is gone by then.
  desk.changed = (now) => {
    desk.set(now);
    document.querySelector('main h1')?.focus();
  };
  return { title: `${one.service.name}, ${whoName(one)}`, kind: 'wide', content: [
    back(`#/calendar?view=day&day=${local(one.starts_at).day}`, 'Calendar'),
    head(one.service.name, desk.part((now) => statusPill(now.status))),
    h('div', { class: 'halves' },
      h('div', { class: 'main-half' }, h('div', { class: 'sheet' }, desk.part(asked), desk.changes ? desk.part(deeds) : null),
        section('What they wrote', desk.part(written)),
        section('What happened', desk.part(history))),
      h('div', {}, section('Details', h('div', { class: 'card stack details' }, desk.part(facts))), section('Whose it is', h('div', { class: 'card stack details' }, desk.part(person))), section('That day', thatDay(one, signal)))),
  ] };
}

const FLAGGED = {
  suspected: 'This was suspected of not being a real booking: it came in as programs send it. It waits for your answer, and nothing was sent to them.',
  outside: 'The address is outside the area that you serve.',
};

const WAITS = {
  requested: 'It keeps its time free until you answer.',
  proposed: 'You proposed this time: it is kept free until they answer.',
};

function asked(one) {
  return h('div', { class: 'stack' },
    h('div', {}, h('p', { class: 'chosen' }, dayOfBooking(one)), h('p', { class: 'at' }, one.window ? 'Arrival ' : null, arrival(one), h('span', { class: 'hush' }, `, ${statusWord(one.status)}`))),
    WAITS[one.status] ? h('p', { class: 'hint' }, WAITS[one.status]) : null,
    flagsOf(one).map((flag) => h('p', { class: 'about-flag' }, FLAGGED[flag])),
    one.note ? h('blockquote', { class: 'written aside' }, one.note) : null);
}

// What can be done now, as the API says it.
function deeds(one, desk) {
  const can = (deed) => one.allowed.includes(deed);
  const parts = [
    can('confirm') ? button(one.status === 'proposed' ? 'They agreed: confirm it' : 'Confirm', { onclick: () => confirm(one, desk.changed, desk.reload) }) : null,
    can('propose') ? proposeLink(one) : null,
    can('move') ? moveLink(one, 'second') : null,
    can('decline') ? button('Decline', { kind: 'second', onclick: () => decline(one, desk.changed, desk.reload) }) : null,
    can('cancel') && !can('decline') ? button('Cancel it', { kind: 'second', onclick: () => cancel(one, desk.changed, desk.reload) }) : null,
  ].filter(Boolean);
  return parts.length ? h('div', { class: 'deeds answers' }, parts) : null;
}

function written(one) {
  if (!one.notes && !one.answers.length) return h('div', { class: 'card stack' }, h('p', { class: 'hint' }, 'They left no notes.'));
  return h('div', { class: 'card stack report' },
    one.answers.map(({ question, answer }) => h('div', {}, h('h3', {}, typed(question)), h('p', { class: 'written' }, answer))),
    one.notes ? h('div', {}, one.answers.length ? h('h3', {}, 'Notes') : null, h('p', { class: 'written' }, one.notes)) : null);
}

function facts(one) {
  return [pairs([
    ['The job', windowOf(one)],
    one.before || one.after ? ['Kept free around it', [one.before ? `${lengthWords(one.before)} before` : '', one.after ? `${lengthWords(one.after)} after` : ''].filter(Boolean).join(', ')] : null,
    one.price.kind === 'none' ? null : ['Price', priceWords(one.price)],
    ['They can change it until', h('time', { class: 'window', datetime: one.changeable_until }, moment(one.changeable_until))],
    ['Booked', [sourceWord(one.source), h('span', { class: 'note-line' }, h('time', { datetime: one.created_at }, moment(one.created_at)))]],
    one.visit && may('visits:read') ? ['Visit', h('a', { href: `#/visits/${id(one.visit)}` }, 'Open the visit')] : null,
    one.lead && may('leads:read') ? ['Lead', h('a', { href: `#/leads/${id(one.lead)}` }, 'Open the lead')] : null,
  ]), one.policy ? h('div', { class: 'agreed' }, h('h3', {}, 'Your terms then'), h('p', { class: 'written' }, one.policy)) : null];
}

function person(one, desk) {
  const { email, phone, address, postal_code: code } = one.who;
  const place = [...address, address.join(' ').includes(code) ? '' : code].filter(Boolean);
  return h('div', { class: 'stack' }, pairs([
    ['Name', whose(one)],
    one.customer && one.who.name !== one.customer_name ? ['Typed as', typed(one.who.name)] : null,
    email ? ['E-mail', h('a', { href: `mailto:${encodeURIComponent(email).replace('%40', '@')}` }, email)] : null,
    phone ? ['Phone', h('a', { href: `tel:${phone.replace(/[^\d+]/g, '')}` }, phone)] : null,
    place.length ? ['Where', h('span', { class: 'lines-of' }, place.join('\n'))] : null,
  ]), one.customer ? null : h('p', { class: 'hint' }, one.source === 'staff' ? 'Not among your customers.' : 'Not among your customers: they booked without signing in.'),
  desk.changes && one.allowed.includes('attach') ? h('p', {}, quiet('Choose the customer it belongs to', () => attach(one, desk.signal, desk.changed, desk.reload))) : null);
}

// What else is on; it comes after the rest, and nothing fails with it.
function thatDay(one, signal) {
  const { day } = local(one.starts_at);
  const place = h('div', { class: 'card stack' }, h('p', { class: 'hint', role: 'status' }, 'Looking at the day…'));
  const open = h('p', {}, h('a', { href: `#/calendar?view=day&day=${day}` }, 'See the day', h('span', { class: 'hush' }, ` in the calendar, ${dayOfBooking(one)}`)));
  get('/bookings', { since: day, until: day }, signal).then(({ items, crews }) => {
    const others = items.filter((each) => each.id !== one.id);
    const line = (each) => h('li', {}, h('time', { datetime: each.starts_at }, windowOf(each)), ' ', each.kind === 'block' ? h('span', {}, 'Blocked', each.title && `: ${each.title}`) : h('span', {}, h('a', { href: `#${bookingPath(each)}` }, each.title, ' · ', typed(each.who))));
    fill(place, others.length ? h('ul', { class: 'that-day' }, others.map(line)) : h('p', { class: 'hint' }, 'Nothing else is on that day.'), crews > 1 ? h('p', { class: 'hint' }, `You have room for ${crews} at once.`) : null, open);
  }).catch(() => fill(place, open));
  return place;
}
