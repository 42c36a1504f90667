// The company's settings, kept with their version while somebody is signed in, and how its amounts and dates are written.

import { send } from './api.js';

export let settings = null;
let etag = '';

// Read once; `again` asks the API anew.
export async function load(again = false) {
  if (settings && !again) return settings;
  return keep(await send('GET', '/settings'));
}

// Change some of them. Problem 'stale': somebody else was faster.
export async function change(parts) {
  return keep(await send('PATCH', '/settings', { body: parts, version: etag }));
}

export function keep(answer) {
  settings = answer.value;
  etag = answer.etag || etag;
  return settings;
}

export function drop() {
  settings = null;
}

// Amounts are minor units.

// Decimal places as money.py has them (Stripe's): a browser would write COP, HUF and IDR with none.
const NONE = 'BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF';
const THREE = 'BHD JOD KWD OMR TND';
export const digits = () => {
  const { currency } = settings.payments;
  return NONE.includes(currency) ? 0 : THREE.includes(currency) ? 3 : 2;
};
const number = () => new Intl.NumberFormat(settings.locale.locale, { style: 'currency', currency: settings.payments.currency, minimumFractionDigits: digits(), maximumFractionDigits: digits() });
export const money = (minor) => number().format(minor / 10 ** digits());

// An amount as one types it: '1234.50'.
export const plainMoney = (minor) => (minor / 10 ** digits()).toFixed(digits()).replace('.', separators().decimal);

// What was typed, in minor units; null if it is no amount.
export function readMoney(text) {
  const { decimal, group } = separators();
  const [typed, part = '', ...more] = text.replace(/[\s\u00a0\u202f$€£¥]/g, '').split(decimal);
  const grouped = typed.split(group);
  const whole = grouped.join('');
  const places = digits();
  // Where groups are set off by a comma, "12,50" is neither 12.50 nor 1,250.
  if (grouped.length > 1 && !(/^-?\d{1,3}$/.test(grouped[0]) && grouped.slice(1).every((one, index) => (index + 2 === grouped.length ? /^\d{3}$/ : /^\d{2,3}$/).test(one)))) return null;
  if (more.length || !/^-?\d{1,9}$/.test(whole || '0') || !/^\d*$/.test(part) || part.length > places || !(whole + part)) return null;
  const sign = whole.startsWith('-') ? -1 : 1;
  return sign * (Math.abs(Number(whole || 0)) * 10 ** places + Number(part.padEnd(places, '0') || 0));
}

// How numbers are typed here: {decimal, group}.
export function separators() {
  const parts = new Intl.NumberFormat(settings.locale.locale, { useGrouping: true }).formatToParts(12345.6);
  const of = (type) => parts.find((one) => one.type === type)?.value || '';
  return { decimal: of('decimal') || '.', group: of('group') || '\u0000' };
}

const written = (options) => new Intl.DateTimeFormat(settings.locale.locale, options);
const MEDIUM = { day: 'numeric', month: 'short', year: 'numeric' };

// '2026-11-23' as people write it.
export const day = (text) => written({ ...MEDIUM, timeZone: 'UTC' }).format(new Date(`${text}T12:00:00Z`));

// An instant as the day, or day and time, that it was where the company is.
export const dayOf = (text) => written({ ...MEDIUM, timeZone: settings.locale.time_zone }).format(new Date(text));
export const moment = (text) => written({ ...MEDIUM, hour: 'numeric', minute: '2-digit', timeZone: settings.locale.time_zone }).format(new Date(text));

// How long ago an instant was, as people say it; the day of it after a week. `now` is another clock's, where that counts.
export function ago(text, now = Date.now()) {
  const minutes = Math.floor((now - new Date(text)) / 60_000);
  const [count, unit] = minutes < 60 ? [minutes, 'minute'] : minutes < 24 * 60 ? [Math.floor(minutes / 60), 'hour'] : [Math.floor(minutes / 24 / 60), 'day'];
  if (count < 1) return 'Just now';
  if (unit === 'day' && count > 7) return dayOf(text);
  return `${count} ${unit}${count === 1 ? '' : 's'} ago`;
}

// The day that it is where the company is, as '2026-11-23'.
export const today = () => new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', timeZone: settings.locale.time_zone }).format(new Date());
