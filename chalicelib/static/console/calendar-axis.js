// Where an instant stands on a calendar: minutes down a day, hours beside it, lanes for what is at once. Nothing is drawn here.
//
// A day alone is as long as it lasts: 23 hours where the clock is put forward, 25 where it is put back. Days side by side
// share one clock, midnight to midnight; an hour that there is twice is there once, with lanes for both.

import { settings } from './company.js';
import { daysAfter } from './invoice-sums.js';
import { local } from './visit-times.js';

const MINUTE = 60_000;
const HALF = 30 * MINUTE;
const WHOLE = 24 * 60;
// What is shorter is drawn as long as this, so that it can be read and pressed.
export const LEAST = 24;
const ROUND = 60;
const FEWEST = 8 * 60;
const USUAL = [8 * 60, 17 * 60];

// The first moment of a day where the company is, in milliseconds. Midnight itself may be skipped by the clock.
export function begins(day) {
  let at = Date.parse(`${day}T00:00:00Z`);
  while (local(at).day >= day) at -= 4 * HALF;
  while (local(at).day < day) at += HALF;
  return at;
}

// What a day of another length says of itself; '' for one of 24 hours.
export function changeOfClock(day) {
  const minutes = (begins(daysAfter(day, 1)) - begins(day)) / MINUTE;
  if (minutes === WHOLE) return '';
  return minutes < WHOLE ? 'The clock is put forward on this day' : 'The clock is put back on this day';
}

const written = (options) => new Intl.DateTimeFormat(settings.locale.locale, { hour: 'numeric', ...options });

// One day as it lasts: {place(ms), most, hours: [{at, label}]}.
export function axisOfDay(day) {
  const start = begins(day);
  const most = (begins(daysAfter(day, 1)) - start) / MINUTE;
  const zone = { timeZone: settings.locale.time_zone };
  const plain = written(zone);
  const exact = written({ ...zone, timeZoneName: 'short' });
  const hours = [];
  for (let at = 0; at < most; at += 30) {
    const then = start + at * MINUTE;
    if (local(then).time.endsWith(':00')) hours.push({ at, label: plain.format(then), exact: exact.format(then) });
  }
  const twice = (label) => hours.filter((one) => one.label === label).length > 1;
  return { place: (ms) => Math.round((ms - start) / MINUTE), most, hours: hours.map(({ at, label, exact: both }) => ({ at, label: twice(label) ? both : label })) };
}

// Days side by side, by the clock: place(ms, day).
export function axisOfClock() {
  const plain = written({ timeZone: 'UTC' });
  const hours = Array.from({ length: 24 }, (_, hour) => ({ at: hour * 60, label: plain.format(hour * 60 * MINUTE) }));
  const place = (ms, day) => {
    const { day: of, time } = local(ms);
    if (of !== day) return of < day ? 0 : WHOLE;
    const [hour, minute] = time.split(':').map(Number);
    return hour * 60 + minute;
  };
  return { place, most: WHOLE, hours };
}

// What of an interval lies on a day: [from, until] on its axis, null for nothing.
export function span(axis, day, since, until) {
  const [first, last] = [Date.parse(since), Date.parse(until)];
  const from = Math.max(axis.place(first, day), 0);
  const to = Math.min(axis.place(last, day), axis.most);
  // Through the hour that there is twice, the clock goes backwards.
  const end = to <= from && last > first && local(first).day === day && local(last).day === day ? Math.min(from + (last - first) / MINUTE, axis.most) : to;
  return end > from ? [from, end] : null;
}

// The hours that are worth showing: those that are open, and whatever else is in them, and an hour around.
export function range(axis, spans) {
  const shown = spans.length ? spans : [USUAL];
  let from = Math.max(Math.floor((Math.min(...shown.map(([one]) => one)) - ROUND / 2) / ROUND) * ROUND, 0);
  let until = Math.min(Math.ceil((Math.max(...shown.map(([, one]) => one)) + ROUND / 2) / ROUND) * ROUND, axis.most);
  while (until - from < FEWEST && (from > 0 || until < axis.most)) {
    from = Math.max(from - ROUND, 0);
    until = Math.min(until + ROUND, axis.most);
  }
  return [from, until];
}

// Side by side what is at the same time: [{job: [from, until], …}] sorted by `from`, each with its `lane` of how many. What is
// kept free around jobs may lie behind others. If one of them lies `over` something, all of them do, so that no two meet.
export function inLanes(items) {
  let together = [];
  let ends = [];
  const settle = () => {
    const over = together.some((one) => one.over);
    for (const one of together) Object.assign(one, { over, lanes: ends.length });
    [together, ends] = [[], []];
  };
  for (const one of items) {
    const [from, until] = one.job;
    if (ends.every((end) => end <= from)) settle();
    const free = ends.findIndex((end) => end <= from);
    one.lane = free < 0 ? ends.length : free;
    ends[one.lane] = Math.max(until, from + LEAST);
    together.push(one);
  }
  settle();
}

// The day that a week begins with, as people of the company's language and country have it: 1 is Monday, 7 Sunday.
const SUNDAYS = 'US CA MX BR JP KR IL IN ZA PH CO PE VE';
function firstOfWeek() {
  const { locale } = settings.locale;
  const known = new Intl.Locale(locale);
  const { firstDay } = known.getWeekInfo?.() || known.weekInfo || {};
  return firstDay || (SUNDAYS.split(' ').includes(known.maximize().region) ? 7 : 1);
}

export function weekOf(day) {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay() || 7;
  const first = daysAfter(day, -((weekday - firstOfWeek() + 7) % 7));
  return Array.from({ length: 7 }, (_, count) => daysAfter(first, count));
}
