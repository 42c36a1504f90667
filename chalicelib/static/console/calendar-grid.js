// Days of the calendar, each a list of what is on. Where there is room the lists are drawn as a grid: hours down the side, what
// is at once side by side. The grid says nothing that the lists don't: on a phone, and read aloud, they are all there is.

import { settings } from './company.js';
import { changeOfClock, inLanes, range, span } from './calendar-axis.js';
import { entry } from './calendar-entry.js';
import { h, unique } from './dom.js';
import { local } from './visit-times.js';

// `days` in order, `found` what the API says of them, `axis` where instants stand. `heads`: whether each day has a heading.
// {node, tick()}: the line of the time it is moves on.
export function grid({ days, found, axis, heads, changed }) {
  const shown = days.map((day) => onDay(day, found, axis));
  const [from, until] = range(axis, worth(axis, shown));
  const columns = shown.map((one) => column(one, { axis, from, until, crews: found.crews, heads, changed }));
  const hours = axis.hours.filter(({ at }) => at >= from && at <= until).map(({ at, label }) => h('span', { style: { '--at': at - from } }, label));
  const node = h('div', { class: `calendar ${heads ? 'week' : 'alone'}`, style: { '--minutes': until - from, '--days': days.length } },
    h('div', { class: 'hours', 'aria-hidden': true }, hours), columns.map((one) => one.node));
  const tick = () => columns.forEach((one) => one.tick());
  tick();
  return { node, tick };
}

// What should be seen: the open hours, and what is booked. Blocked time is cut off at their end, unless all of it lies beyond.
function worth(axis, shown) {
  const items = shown.flatMap((one) => one.items).filter((one) => !one.longer);
  const spans = (which) => items.filter((one) => (one.kind === 'block') === which).map((one) => one.span);
  const first = [...shown.flatMap(({ open }) => open), ...spans(false)];
  const [from, until] = range(axis, first);
  return [...first, ...spans(true).filter(([since, to]) => to <= from || since >= until)];
}

// What is on on a day, and when it is open, in minutes of its axis. What comes from another day, or goes on to the next, is
// `longer`.
function onDay(day, found, axis) {
  const known = found.days.find((one) => one.day === day);
  const lies = (since, until) => span(axis, day, since, until);
  const items = found.items.map((one) => ({ ...one, job: lies(one.starts_at, one.ends_at), span: lies(one.busy_since, one.busy_until), longer: local(one.starts_at).day < day || local(Date.parse(one.ends_at) - 1).day > day }));
  const here = items.filter((one) => one.job).sort((one, other) => one.job[0] - other.job[0] || one.starts_at.localeCompare(other.starts_at));
  // What blocks all crews lies below everything else.
  const wholes = here.filter(whole);
  for (const one of here) Object.assign(one, whole(one) ? { lane: 0, lanes: 1 } : { over: wholes.some(({ job }) => job[0] < one.job[1] && one.job[0] < job[1]) });
  inLanes(here.filter((one) => !whole(one)));
  return { ...known, items: here, open: known.hours.map((one) => lies(one.opens, one.closes)).filter(Boolean) };
}

const whole = (one) => one.kind === 'block' && !one.crews;

function column({ day, name, hours, items, open }, { axis, from, until, crews, heads, changed }) {
  const at = ([since, to]) => ({ '--at': Math.max(since, from) - from, '--long': Math.min(to, until) - Math.max(since, from) });
  const now = h('span', { class: 'now', hidden: true });
  const ground = h('div', { class: 'ground', 'aria-hidden': true }, open.map((one) => h('span', { class: 'open', style: at(one) })), now);
  const list = items.length ? h('ol', { class: 'entries' }, items.map((one) => entry(one, { day, axis, from, until, crews, changed })))
    : h('p', { class: 'hint nothing' }, 'Nothing is booked.');
  const head = heads ? heading(day, name, hours) : null;
  const node = h('section', { class: 'on-day', ...(head ? { 'aria-labelledby': head.id } : { 'aria-label': 'What is on' }) }, head && head.node, h('div', { class: 'column' }, ground, list));
  const tick = () => {
    const minute = local(Date.now()).day === day ? axis.place(Date.now(), day) : -1;
    now.hidden = minute < from || minute > until;
    now.style.setProperty('--at', minute - from);
    node.classList.toggle('is-today', minute >= 0);
  };
  return { node, tick };
}

function heading(day, name, hours) {
  const written = (options) => new Intl.DateTimeFormat(settings.locale.locale, { timeZone: 'UTC', ...options }).format(new Date(`${day}T12:00:00Z`));
  const id = unique('day');
  const link = h('a', { href: `#/calendar?view=day&day=${day}` },
    h('span', { class: 'in-full' }, written({ weekday: 'long', month: 'long', day: 'numeric' })),
    h('span', { class: 'in-short', 'aria-hidden': true }, h('span', {}, written({ weekday: 'short' })), ' ', h('b', {}, written({ day: 'numeric' }))));
  // Each span stays in one piece; where the day is a narrow column, each is in a line of its own.
  const spans = spansOf(hours);
  const open = spans.length ? spans.map((one, index) => [h('span', {}, one, index < spans.length - 1 ? ',' : null), ' ']) : h('span', {}, 'Closed');
  const named = name ? [h('span', { class: 'dot' }, ' · '), h('span', { class: 'called' }, name)] : null;
  return { id, node: h('header', {}, h('h3', { id }, link), h('p', { class: 'hint spans-of' }, open, named), changeOfClock(day) ? h('p', { class: 'hint' }, changeOfClock(day)) : null) };
}

// When a day is open, in words: '8 AM – 12 PM, 1 – 5 PM', 'Closed · Thanksgiving'.
export const openWords = (hours, name) => [spansOf(hours).join(', ') || 'Closed', name].filter(Boolean).join(' · ');

function spansOf(hours) {
  const short = (minutes) => new Intl.DateTimeFormat(settings.locale.locale, { timeZone: settings.locale.time_zone, hour: 'numeric', ...(minutes ? { minute: '2-digit' } : {}) });
  return hours.map(({ opens, closes }) => short([opens, closes].some((one) => !local(one).time.endsWith(':00'))).formatRange(new Date(opens), new Date(closes)));
}
