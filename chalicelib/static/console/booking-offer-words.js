// What a company offers online, in a few words: hours, days, prices, lengths of time, and what can be chosen.

import { day, settings } from './company.js';

export const WEEKDAYS = [
  ['monday', 'Monday'], ['tuesday', 'Tuesday'], ['wednesday', 'Wednesday'], ['thursday', 'Thursday'], ['friday', 'Friday'],
  ['saturday', 'Saturday'], ['sunday', 'Sunday'],
];
export const PRICES = [
  ['none', 'Say nothing', 'No price is shown.'], ['exact', 'A price', 'It costs that.'],
  ['from', 'A price “from”', 'It costs that or more.'], ['estimate', 'Free estimate', 'You look first, and it costs nothing.'],
];
export const CONFIRMING = [
  ['once', 'At once', 'Whoever books has the time. You are told.'],
  ['request', 'When you say so', 'It is a request that holds its time until you confirm it, propose another, or decline.'],
];
export const AREA_RULES = [
  ['any', 'Anywhere', 'No postal code is looked at.'],
  ['flagged', 'Anywhere, with a mark', 'Bookings from outside of your area are taken, and marked for you.'],
  ['refused', 'Only inside', 'Who is outside of your area is told so, and how to reach you.'],
];

const clock = () => new Intl.DateTimeFormat(settings.locale.locale, { timeZone: 'UTC', hour: 'numeric', minute: '2-digit' });
// 24:00 is the midnight at the day's end.
const instant = (time) => new Date(Date.UTC(2026, 0, 1, ...time.split(':').map(Number)));
const timeWords = (time) => clock().format(instant(time));

// '8:00 AM – 12:00 PM, 1:00 – 5:00 PM'; 'Closed' for none.
export const spansWords = (spans) => spans.map(({ opens, closes }) => `${timeWords(opens)} – ${timeWords(closes)}`).join(', ') || 'Closed';

// The week in as few lines as it has different days: ['Mon – Fri: 8:00 AM – 5:00 PM'].
export function weekWords(hours) {
  const runs = [];
  for (const [name, label] of WEEKDAYS) {
    const words = spansWords(hours[name]);
    const last = runs[runs.length - 1];
    if (last && last.words === words) last.until = label;
    else runs.push({ since: label, until: label, words, open: hours[name].length > 0 });
  }
  const short = (label) => label.slice(0, 3);
  return runs.filter((one) => one.open).map(({ since, until, words }) => `${short(since)}${until === since ? '' : ` – ${short(until)}`}: ${words}`);
}

// 'Nov 26, 2026' or 'Dec 24, 2026 – Jan 1, 2027'.
export const daysWords = ({ since, until }) => (since === until ? day(since) : `${day(since)} – ${day(until)}`);

const many = (count, one) => `${count} ${one}${count === 1 ? '' : 's'}`;
export const hoursWords = (count) => (count && count % 168 === 0 ? many(count / 168, 'week') : count > 24 && count % 24 === 0 ? many(count / 24, 'day') : many(count, 'hour'));
export const horizonWords = (days) => (days === 365 ? '1 year' : days % 7 === 0 && days < 60 ? many(days / 7, 'week') : many(days, 'day'));

// A choice of numbers in words, with the one that is chosen now, whatever it is.
export const choices = (usual, now, words, none) => [...new Set([...usual, now])].sort((one, other) => one - other)
  .map((count) => [String(count), count === 0 && none ? none : words(count)]);
