// One thing in the calendar: a booking, which leads to its page, or blocked time, which can be opened again.

import { id, may, remove } from './api.js';
import { FLAGS, clock, flagPills, flagsOf, shortPill, statusWord, typed } from './booking-words.js';
import { LEAST, begins } from './calendar-axis.js';
import { day } from './company.js';
import { h } from './dom.js';
import { daysAfter } from './invoice-sums.js';
import { ask, say } from './ui.js';
import { local, windowOf } from './visit-times.js';

// A line of words is as high as so many minutes.
const LINE = 16;

export function entry(one, { day, axis, from, until, crews, changed }) {
  const [since, to] = one.job;
  const at = Math.min(Math.max(since, from), until - LEAST);
  const long = Math.max(Math.min(to, until) - at, LEAST);
  // So many lines of it there is room for, below a first one.
  const lines = Math.max(Math.floor((long - 9) / LINE) - 1, 1);
  const style = { '--lines': lines, '--at': at - from, '--long': long, '--lane': one.lane, '--lanes': one.lanes, '--before': Math.max(since - Math.max(one.span[0], from), 0), '--after': Math.max(Math.min(one.span[1], until) - to, 0) };
  const words = one.kind === 'block' ? blocked(one, { day, axis, crews, changed }) : booked(one, { day, axis });
  const classes = [one.kind === 'block' ? 'block' : one.status, long < 40 && 'slight', long < 75 && 'low', long >= 60 && 'hour', long >= 90 && 'tall', one.lanes > 1 && 'beside', one.lanes > 2 && 'narrow', one.over && 'over'];
  return h('li', { class: classes.filter(Boolean).join(' '), style },
    one.kind === 'block' ? null : [h('span', { class: 'kept kept-before', 'aria-hidden': true }), h('span', { class: 'kept kept-after', 'aria-hidden': true })], words);
}

function booked(one, { day, axis }) {
  const flags = flagsOf(one);
  const said = [whenOn(one, day, axis), one.title, one.who, statusWord(one.status), ...flags.map((flag) => FLAGS[flag])];
  return h('a', { class: 'thing', href: `#/bookings/${id(one.id)}`, title: said.filter(Boolean).join('\n') },
    h('span', { class: 'first-line' }, when(one, day, axis), h('span', { class: 'how' }, shortPill(one.status), flagPills(flags))),
    h('span', { class: 'what' }, one.title),
    h('span', { class: 'note' }, typed(one.who)));
}

function blocked(one, { day, axis, crews, changed }) {
  const taken = !one.crews || one.crews >= crews ? (crews > 1 ? 'All crews' : '') : one.crews === 1 ? '1 crew' : `${one.crews} crews`;
  const parts = [
    when(one, day, axis),
    h('span', { class: 'what' }, h('span', { class: one.title ? 'hush' : '' }, one.title ? 'Blocked: ' : 'Blocked'), one.title),
    taken ? h('span', { class: 'note' }, taken) : null,
  ];
  return may('bookings:write') ? h('button', { type: 'button', class: 'thing', onclick: () => reopen(one, changed) }, parts) : h('div', { class: 'thing' }, parts);
}

// Its beginning alone where there is no room for more: how long it is can be seen there.
function when(one, day, axis) {
  const words = whenOn(one, day, axis);
  return h('span', { class: 'when' }, h('time', { datetime: one.starts_at }, words), h('span', { class: 'start', 'aria-hidden': true }, words === clock(one) ? at(one.starts_at) : words));
}

const reopen = (one, changed) => ask({
  title: one.title ? `Open “${one.title}” again?` : 'Open this time again?',
  text: `It is blocked ${period(one)}. If you open it again, it can be booked at once.`,
  deed: 'Open it again', cancel: 'Keep it blocked', busy: 'Opening…',
  // Somebody of the team may have been faster: it is open then, as was wished.
  run: () => remove(`/booking-blocks/${id(one.id)}`).catch((failed) => { if (failed.status !== 404) throw failed; }),
  done: () => { say('It can be booked again.'); changed(); },
});

const at = (moment) => windowOf({ starts_at: moment, ends_at: moment });

// 'on Nov 23, 2026, 9:00 – 11:00 AM', 'from … until …' over several days; 'on Nov 25, 2026, all day' from midnight to midnight.
export function period({ starts_at: since, ends_at: until }) {
  const last = local(Date.parse(until) - 1).day;
  const first = local(since).day;
  const ended = Date.parse(until) === begins(daysAfter(last, 1));
  if (ended && Date.parse(since) === begins(first)) return first === last ? `on ${day(first)}, all day` : `from ${day(first)} to ${day(last)}`;
  if (first === last) return `on ${day(first)}, ${clock({ starts_at: since, ends_at: until })}`;
  return `from ${day(first)}, ${at(since)}, until ${ended ? `the end of ${day(last)}` : `${day(last)}, ${at(until)}`}`;
}

// When it is on, of what lies on this day.
function whenOn(one, day, axis) {
  const { starts_at: since, ends_at: until } = one;
  const [early, late] = [local(since).day < day, local(Date.parse(until) - 1).day > day];
  if ((early && late) || (one.job[0] <= 0 && one.job[1] >= axis.most)) return 'All day';
  if (early) return `Until ${at(until)}`;
  return late ? `From ${at(since)}` : clock(one);
}
