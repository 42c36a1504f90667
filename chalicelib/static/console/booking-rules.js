// The rules of the calendar: how many jobs at once, when they begin, what is promised, and how far ahead they are booked.

import { load, part } from './booking-offer.js';
import { WEEKDAYS, choices, horizonWords, hoursWords } from './booking-offer-words.js';
import { lengthWords } from './booking-words.js';
import { settings } from './company.js';
import { h } from './dom.js';
import { Wrong, group, numberSelect, text } from './forms.js';
import { daysAfter } from './invoice-sums.js';
import { saving } from './saving.js';
import { back, note } from './ui.js';
import { local, weekday } from './visit-times.js';

const NOTICES = [0, 1, 2, 4, 8, 12, 24, 48, 72, 168];
const HORIZONS = [7, 14, 28, 30, 60, 90, 180, 365];
const STEPS = [5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240];
const WINDOWS = [0, 30, 60, 90, 120, 180, 240];
const MOST_CREWS = 100;
// No hours in so many days: nothing to tell.
const FAR = 60;

export default async function page({ signal }) {
  await load(signal);
  return { title: 'Times', content: [
    back('#/settings/booking', 'Online booking'),
    h('h1', {}, 'Times'),
    h('p', { class: 'lead' }, 'Which times your customers can choose. What you book for them yourself needs only a free crew.'),
    saving({ of: part, build: sheet, tell }),
    note('Visits that you plan under Visits take no place here: ', h('a', { href: '#/calendar/blocks/new' }, 'block the time'), ' for them.'),
  ] };
}

const TELL = { notice: hoursWords, horizon: horizonWords, step: lengthWords, window: (minutes) => (minutes ? lengthWords(minutes) : 'on the dot'), crews: String };
const tell = (pointer, value) => TELL[pointer](value);

function sheet(now) {
  const crews = text({ name: 'crews', label: 'Jobs at the same time', hint: 'How many crews or technicians can be out at once.', value: now.crews, required: 'Say how many jobs there can be at once.', attributes: { inputmode: 'numeric', maxlength: 3, class: 'few' } });
  const step = numberSelect({ name: 'step', label: 'A job can begin every', hint: 'Counted from when you open.', value: now.step, choices: choices(STEPS, now.step, lengthWords), attributes: { onchange: () => follow() } });
  const span = numberSelect({ name: 'window', label: 'Arrival window', hint: 'What you promise: somebody arrives within it.', value: now.window, choices: choices(WINDOWS, now.window, lengthWords, 'None: on the dot'), attributes: { onchange: () => follow() } });
  const notice = numberSelect({ name: 'notice', label: 'At the latest', hint: 'So long before a job it can still be booked.', value: now.notice, choices: choices(NOTICES, now.notice, (hours) => `${hoursWords(hours)} before`, 'Up to the last minute'), attributes: { onchange: () => follow() } });
  const horizon = numberSelect({ name: 'horizon', label: 'At the earliest', hint: 'So far ahead it can be booked.', value: now.horizon, choices: choices(HORIZONS, now.horizon, (days) => `${horizonWords(days)} ahead`), attributes: { onchange: () => follow() } });
  const times = h('p', { class: 'example', role: 'status' });
  const reach = h('p', { class: 'example', role: 'status' });
  const follow = () => {
    times.textContent = `Your customers choose from ${sample(step.get(), span.get())} …`;
    reach.textContent = `Somebody who looks now can book from ${soon(now, notice.get(), step.get())} until ${last(horizon.get())}.`;
  };
  follow();
  const fields = [{ ...crews, get: () => count(crews.get()) }, step, span, notice, horizon];
  return { fields, content: [crews.node, group('When a job begins', h('div', { class: 'two level' }, step.node, span.node), times), group('How far ahead', h('div', { class: 'two level' }, notice.node, horizon.node), reach)] };
}

function count(typed) {
  if (!/^\d+$/.test(typed) || Number(typed) < 1 || Number(typed) > MOST_CREWS) throw new Wrong(`Type a whole number: from 1 to ${MOST_CREWS}.`);
  return Number(typed);
}

// What the times look like on a day that opens at eight.
function sample(step, span) {
  const eight = 8 * 60;
  return [0, 1, 2].map((turn) => (span ? written().formatRange(minute(eight + turn * step), minute(eight + turn * step + span)) : clock(eight + turn * step))).join(', ');
}

const written = () => new Intl.DateTimeFormat(settings.locale.locale, { timeZone: 'UTC', hour: 'numeric', minute: '2-digit' });
const minute = (of) => new Date(Date.UTC(2026, 0, 1, 0, of));
const clock = (of) => written().format(minute(of));

const day = (at) => new Intl.DateTimeFormat(settings.locale.locale, { timeZone: settings.locale.time_zone, weekday: 'long', month: 'long', day: 'numeric' }).format(at);

// The first time there is, were nothing booked: within the hours, in steps from when they begin, with room for the shortest job.
function soon({ hours: week, special, services }, notice, step) {
  const at = local(Date.now() + notice * 3_600_000);
  const minutes = (time) => ((hour, minute) => hour * 60 + minute)(...time.split(':').map(Number));
  const least = Math.min(...services.filter((one) => one.on).map((one) => one.minutes), 24 * 60);
  for (let ahead = 0; ahead <= FAR; ahead += 1) {
    const on = daysAfter(at.day, ahead);
    const odd = special.find((one) => one.since <= on && on <= one.until);
    const { hours } = odd || { hours: week[WEEKDAYS[(new Date(`${on}T00:00:00Z`).getUTCDay() + 6) % 7][0]] };
    for (const { opens, closes } of hours) {
      const late = ahead ? 0 : minutes(at.time) - minutes(opens);
      const first = minutes(opens) + Math.max(Math.ceil(late / step), 0) * step;
      if (first + least <= minutes(closes)) return `${weekday(on, at.day)}, ${clock(first)}`;
    }
  }
  return weekday(at.day, at.day);
}

const last = (days) => day(new Date(Date.now() + days * 24 * 3_600_000));
