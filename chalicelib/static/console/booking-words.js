// A booking in a few words: how it stands, when it is, what it costs, what to know of it.

import { id, may } from './api.js';
import { money, settings, today } from './company.js';
import { h } from './dom.js';
import { pill } from './ui.js';
import { local, weekday, windowOf } from './visit-times.js';

const STATUSES = [['requested', 'Requested'], ['confirmed', 'Confirmed'], ['proposed', 'Another time proposed'], ['declined', 'Declined'], ['cancelled', 'Canceled']];
const SHAPES = { requested: 'fresh', confirmed: 'paid', proposed: 'processing', declined: 'void', cancelled: 'void' };
const SOURCES = [['portal', 'In your portal'], ['page', 'On your booking page'], ['widget', 'From your website'], ['staff', 'By your team']];
export const FLAGS = { outside: 'Outside your area', suspected: 'Suspected' };
// What it costs, as the offer said it when it was booked.
const PRICES = { none: () => '', exact: money, from: (amount) => `From ${money(amount)}`, estimate: () => 'Free estimate' };

const wordOf = (choices, value) => choices.find(([one]) => one === value)?.[1] || value;
export const statusWord = (status) => wordOf(STATUSES, status);
export const statusPill = (status) => pill(statusWord(status), SHAPES[status] || '');
// Where there is room for a word.
export const shortPill = (status) => pill(status === 'proposed' ? 'Proposed' : statusWord(status), SHAPES[status] || '');
export const sourceWord = (source) => wordOf(SOURCES, source);
export const priceWords = ({ kind, amount }) => PRICES[kind](amount);

// A mark of what to look at twice: a word and a shape.
export const flagPills = (flags) => flags.map((one) => pill(FLAGS[one], one === 'suspected' ? 'suspected' : 'overdue'));
export const flagsOf = (one) => Object.keys(FLAGS).filter((flag) => one[flag]);

export const dayOfBooking = (one) => weekday(local(one.starts_at).day, today());

// '9:00 – 11:00 AM'; with the zone in the hour that there is twice. Until midnight it is of its own day only.
const HOUR = 3_600_000;
export function clock(one) {
  const at = Date.parse(one.starts_at);
  const { time } = local(at);
  const span = local(one.ends_at).time === '00:00' && Date.parse(one.ends_at) - at < 24 * HOUR ? untilMidnight(one) : windowOf(one);
  if (local(at - HOUR).time !== time && local(at + HOUR).time !== time) return span;
  const zone = new Intl.DateTimeFormat(settings.locale.locale, { timeZone: settings.locale.time_zone, timeZoneName: 'short' }).formatToParts(at).find(({ type }) => type === 'timeZoneName');
  return `${span} ${zone.value}`;
}

const onTheDot = (at) => windowOf({ starts_at: at, ends_at: at });
const untilMidnight = ({ starts_at: since, ends_at: until }) => (since === until ? onTheDot(since) : `${onTheDot(since)} – ${onTheDot(until)}`);

// When somebody arrives: within the window that was promised, on the dot where there is none.
export const arrival = (one) => h('time', { class: 'window', datetime: one.starts_at }, clock({ starts_at: one.starts_at, ends_at: one.arrives_until }));
export const whenWords = (one) => `${dayOfBooking(one)}, ${clock({ starts_at: one.starts_at, ends_at: one.arrives_until })}`;

// So long, in words: '45 minutes', '3 hours 20 minutes'.
export function lengthWords(minutes) {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  const many = (count, one) => `${count} ${one}${count === 1 ? '' : 's'}`;
  return [hours && many(hours, 'hour'), rest && many(rest, 'minute')].filter(Boolean).join(' ') || 'No time';
}

export const bookingPath = (one) => `/bookings/${id(one.id)}`;
// Names are people's own, in their own direction of writing.
export const typed = (text) => h('bdi', {}, text);

// Whose it is; who may see customers gets there.
export const whoName = (one) => one.customer_name || one.who.name;
export const whose = (one) => (one.customer && may('customers:read') ? h('a', { href: `#/customers/${id(one.customer)}` }, typed(whoName(one))) : typed(whoName(one)));

// Whether a message reaches them; a customer's own address may be on file.
export const reached = (one) => Boolean(one.customer || one.who.email || one.who.phone);
