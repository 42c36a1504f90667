// One visit: whose it is, when, how far it is, what was done and used, photos, and what the customer says of it.

import { get, id, may, put } from './api.js';
import { chips } from './chips.js';
import { moment } from './company.js';
import { h } from './dom.js';
import { deskOf } from './redrawn.js';
import { starsOf } from './stars.js';
import { ask, back, head, link, pairs, say, section } from './ui.js';
import { photos } from './visit-photos.js';
import { STATUSES, dayWords, statusShape, statusWord, visitPill } from './visit-words.js';
import { local, windowOf } from './visit-times.js';

export default async function visit({ params, signal }) {
  const path = `/visits/${id(params.id)}`;
  const one = await get(path, {}, signal);
  const desk = deskOf(one, { path, changes: may('visits:write') });
  return { title: one.title, kind: 'wide', content: [
    back('#/visits', 'Visits'),
    head(one.title, desk.part(visitPill), desk.changes ? link('Edit', `#${path}/edit`, 'second') : null),
    h('div', { class: 'halves' },
      h('div', { class: 'main-half' },
        desk.changes ? progress(desk) : null,
        section('What was done', desk.part(report)),
        photos({ path, visit: one, changes: desk.changes, signal })),
      h('div', {}, section('Details', h('div', { class: 'card stack details' }, desk.part(facts))), section('Their rating', desk.part(rating)))),
  ] };
}

function facts(one) {
  return pairs([
    ['Customer', may('customers:read') ? h('a', { href: `#/customers/${id(one.customer)}` }, one.customer_name) : one.customer_name],
    ['Day', dayWords(local(one.starts_at).day)],
    [one.starts_at === one.ends_at ? 'Arrival' : 'Arrival window', h('time', { class: 'window', datetime: one.starts_at }, windowOf(one))],
    ['Technician', one.technician || 'Nobody yet'],
    one.completed_at ? ['Done', h('time', { datetime: one.completed_at }, moment(one.completed_at))] : null,
    one.booking && may('bookings:read') ? ['Booking', h('a', { href: `#/bookings/${id(one.booking)}` }, 'Open the booking')] : null,
    one.external_id ? ['Your own id', h('code', {}, one.external_id)] : null,
  ]);
}

function report(one) {
  if (!one.work && !one.products.length && !one.notes) return h('div', { class: 'card empty' }, h('p', {}, 'Nothing is written yet'), h('p', { class: 'hint' }, 'What was done and used, and notes for the customer, will be here. Your customer reads it too.'));
  return h('div', { class: 'card stack report' },
    one.work ? h('p', { class: 'written' }, one.work) : null,
    one.products.length ? h('div', {}, h('h3', {}, 'Products used'), products(one.products)) : null,
    one.notes ? h('div', {}, h('h3', {}, 'Notes for the customer'), h('p', { class: 'written' }, one.notes)) : null);
}

const products = (used) => h('table', { class: 'products-used' }, h('caption', { class: 'hush' }, 'Products used'),
  h('thead', {}, h('tr', {}, ['Product', 'Amount'].map((name) => h('th', { scope: 'col' }, name)))),
  h('tbody', {}, used.map((each) => h('tr', {}, h('th', { scope: 'row' }, each.name, each.note ? h('span', { class: 'note' }, each.note) : null), h('td', {}, each.amount || '—')))));

function rating(one) {
  if (!one.rating) {
    const words = { complete: 'Not rated yet. They are asked on the first page of their portal.', cancelled: 'A visit that is canceled isn’t rated.' }[one.status] || 'They can rate it once it is complete.';
    return h('div', { class: 'card stack' }, h('p', { class: 'hint' }, words));
  }
  const { stars, comment, rated_at: at } = one.rating;
  return h('div', { class: 'card stack' }, h('p', { class: 'big-stars' }, starsOf(stars)), comment ? h('blockquote', { class: 'written' }, comment) : null,
    h('p', { class: 'hint' }, h('time', { datetime: at }, moment(at)), may('ratings:read') ? [' · ', h('a', { href: `#/ratings/${id(one.id)}` }, 'Open the rating')] : null));
}

const HINTS = {
  scheduled: 'Your customer sees it, and once it is complete they are asked how it was.',
  on_the_way: 'Your customer sees it, and once it is complete they are asked how it was.',
  complete: 'If that was a slip, set it back: until it is rated that can be done.',
  cancelled: 'If it takes place after all, set it to scheduled.',
  booked: 'It was booked online: to move or cancel it, open its booking.',
  rated: 'Your customer has rated it, so it stays complete. What was done can still be corrected.',
};
// As the API has it: what is cancelled can only be planned anew, what is rated stays.
const canBecome = (one, status) => status === one.status || (one.booking && [status, one.status].includes('cancelled') ? false
  : one.status === 'cancelled' ? status === 'scheduled' : !one.rating);

function progress(desk) {
  const hint = h('p', { class: 'hint' });
  const far = chips({ title: 'Status', choices: STATUSES, shape: statusShape, below: [hint], become: (status) => become(desk, status) });
  desk.drawing(() => {
    const one = desk.found;
    far.show(one.status, (status) => canBecome(one, status));
    hint.textContent = HINTS[one.rating ? 'rated' : one.booking && one.status !== 'complete' ? 'booked' : one.status];
  });
  return far.node;
}

async function become(desk, status) {
  const { found } = desk;
  const set = async () => desk.set(await put(`${desk.path}/status`, { status }));
  // They are told once: not by a slip of the finger.
  if (status === 'complete') return void ask({
    title: `Is “${found.title}” done?`,
    text: [`If it was done within the last week, and is their latest, ${found.customer_name} gets a message with what was done that asks how it was. It goes out once.`, found.work ? null : 'Nothing is written about what was done yet: if they should read it in that message, write it first.'].filter(Boolean),
    deed: 'Yes, it is done', busy: 'Saving…', run: set, done: () => say('Saved: Complete.'),
  });
  await set();
  return say(`Saved: ${statusWord(status)}.`);
}
