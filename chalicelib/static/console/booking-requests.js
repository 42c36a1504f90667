// What waits for an answer, the soonest first: for the company's, who wants what and when, and the three answers; for the
// customer's, the times that were proposed.

import { get, may } from './api.js';
import { confirm, decline, proposeLink } from './booking-deeds.js';
import { waiting } from './booking-waiting.js';
import { bookingPath, dayOfBooking, flagPills, flagsOf, sourceWord, statusPill, typed, whenWords, whoName, whose } from './booking-words.js';
import { making, tabs } from './calendar-tabs.js';
import { ago } from './company.js';
import { fill, h, unique } from './dom.js';
import { button, complain, empty, head, section, whileBusy } from './ui.js';
import { local } from './visit-times.js';

const MOST = 20;

export default async function requests({ signal, reload }) {
  const load = (whose) => get('/booking-requests', { limit: MOST, waiting_for: whose }, signal);
  const [ours, theirs] = await Promise.all([load('company'), load('customer')]);
  const none = empty('Nothing waits for your answer', 'What customers ask for, where you confirm bookings yourself, will be here. Until you answer, each keeps its time free.');
  return { title: 'Requests', kind: 'wide planning', content: [
    head('Calendar', making()), tabs('requests', '', waiting()).node,
    section('To be answered', ours.items.length ? pages('company', ours, { signal, reload }) : none),
    theirs.items.length ? section('Waiting for them', h('p', { class: 'hint' }, 'You proposed another time, and keep it free until they answer.'), pages('customer', theirs, { signal, reload })) : null,
  ] };
}

// A list by pages of those that wait for the one or the other.
function pages(whose, first, { signal, reload }) {
  const list = h('ol', { class: 'requests' });
  const more = h('div', { class: 'pager' });
  const show = (page) => {
    const cards = page.items.map((one) => request(one, reload));
    list.append(...cards);
    const pressed = button('Show more', { kind: 'second', busy: 'Loading…', onclick: () => whileBusy(pressed, async () => {
      try {
        show(await get('/booking-requests', { limit: MOST, waiting_for: whose, cursor: page.next }, signal)).querySelector('a').focus();
      } catch (failed) {
        complain(failed);
      }
    }) });
    fill(more, page.next ? pressed : null);
    return cards[0];
  };
  show(first);
  return [list, more];
}

function request(one, reload) {
  const heading = h('h3', { id: unique('request') }, h('a', { href: `#${bookingPath(one)}` }, one.service.name));
  const node = h('li', { class: 'card stack request', 'aria-labelledby': heading.id });
  const deeds = may('bookings:write') ? h('div', { class: 'deeds' },
    one.allowed.includes('confirm') ? button(one.status === 'proposed' ? 'They agreed: confirm it' : 'Confirm', { onclick: () => confirm(one, answered, reload) }) : null,
    one.allowed.includes('propose') ? proposeLink(one) : null,
    one.allowed.includes('decline') ? button('Decline', { kind: 'second', onclick: () => decline(one, answered, reload) }) : null) : null;
  const flags = flagsOf(one);
  // It stays where it was, in a line, so that nobody loses their place in the list.
  const answered = (now) => {
    const words = h('p', { tabindex: '-1' }, h('a', { href: `#${bookingPath(now)}` }, now.service.name), ' for ', typed(whoName(now)), `, ${whenWords(now)}. `, statusPill(now.status));
    node.classList.add('answered');
    fill(node, words);
    words.focus();
  };
  return fill(node,
    h('div', {}, heading, h('p', {}, whose(one), one.customer ? null : ' · Not among your customers')),
    h('div', {}, h('p', { class: 'at' }, h('time', { class: 'window', datetime: one.starts_at }, whenWords(one))),
      h('p', { class: 'facts' }, h('span', {}, one.status === 'proposed' ? `Proposed ${ago(one.happened.at(-1).at).toLowerCase()}` : `Asked ${ago(one.created_at).toLowerCase()}`), h('span', {}, sourceWord(one.source)), one.status === 'requested' ? changes(one) : null, h('a', { href: `#/calendar?view=day&day=${local(one.starts_at).day}` }, 'See the day', h('span', { class: 'hush' }, `, ${dayOfBooking(one)}`)))),
    flags.length ? h('p', { class: 'flags' }, flagPills(flags)) : null,
    one.notes ? h('p', { class: 'written' }, one.notes) : null, deeds);
}

// What happened since it was asked for.
const changes = ({ happened: { length } }) => (length > 1 ? h('span', {}, length === 2 ? 'Changed once since' : `Changed ${length - 1} times since`) : null);
