// Visits' times where the company is: an instant as a day and a time of the clock there, and back.

import { settings } from './company.js';
import { Wrong } from './forms.js';

const clock = () => new Intl.DateTimeFormat('en-CA', { timeZone: settings.locale.time_zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' });

// An instant as {day: '2026-11-23', time: '09:30'}.
export function local(at) {
  const part = Object.fromEntries(clock().formatToParts(new Date(at)).map(({ type, value }) => [type, value]));
  return { day: `${part.year}-${part.month}-${part.day}`, time: `${part.hour}:${part.minute}` };
}

const asIfUtc = ({ day, time }) => Date.parse(`${day}T${time}:00Z`);

// A day and a time of the clock there, as an instant with its offset. One that a change of the clock skips is none.
export function instant(day, time) {
  const wanted = asIfUtc({ day, time });
  let at = wanted;
  for (let tries = 0; tries < 2; tries += 1) at = wanted - (asIfUtc(local(at)) - at);
  const minutes = (asIfUtc(local(at)) - at) / 60_000;
  if (at + minutes * 60_000 !== wanted) throw new Wrong(`There is no ${time} on this day: the clock is put forward then.`);
  const two = (number) => String(number).padStart(2, '0');
  const far = Math.abs(minutes);
  return `${day}T${time}:00${minutes < 0 ? '-' : '+'}${two(Math.floor(far / 60))}:${two(far % 60)}`;
}

// The same of what was typed into fields: where there is no such time, `field` is the one that is told so.
export function instantOf(field, day, time) {
  try {
    return instant(day, time);
  } catch (failed) {
    if (failed instanceof Wrong) failed.field = field.name;
    throw failed;
  }
}

// Whose clock it is.
export const zoneWords = () => `Times are those of ${settings.locale.time_zone.split('/').pop().replaceAll('_', ' ')}`;

const written = (options) => new Intl.DateTimeFormat(settings.locale.locale, { timeZone: settings.locale.time_zone, ...options });

// '9:00 – 11:00 AM', or the one time where the window has no length.
export function windowOf({ starts_at: from, ends_at: until }) {
  const format = written({ hour: 'numeric', minute: '2-digit' });
  return from === until ? format.format(new Date(from)) : format.formatRange(new Date(from), new Date(until));
}

// 'Monday, November 23', with the year where it is another one; `today` is the day it is now.
export function weekday(day, today) {
  const year = day.slice(0, 4) === today.slice(0, 4) ? {} : { year: 'numeric' };
  return new Intl.DateTimeFormat(settings.locale.locale, { timeZone: 'UTC', weekday: 'long', month: 'long', day: 'numeric', ...year }).format(new Date(`${day}T12:00:00Z`));
}
