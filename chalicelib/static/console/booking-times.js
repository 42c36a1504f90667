// A field in which a time is chosen: one that is free, by week and day, or any that is typed, since the company may book outside
// of its hours. Answers an instant with its offset. What is chosen stays chosen while somebody looks at other days.

import { Problem, get } from './api.js';
import { settings, today } from './company.js';
import { lengthWords } from './booking-words.js';
import { fill, h, icon, unique } from './dom.js';
import { dayAmong } from './filtered.js';
import { Wrong, date, radios, text } from './forms.js';
import { daysAfter } from './invoice-sums.js';
import { quiet } from './ui.js';
import { instant, local, weekday, windowOf } from './visit-times.js';

const WEEK = 7;
const WHY = {
  closed: 'You are closed on this day.', short: 'Your hours on this day are too short for it.', past: 'This day is over.', full: 'Nothing is free any more on this day.',
  notice: 'This is sooner than customers can book.', horizon: 'This is further ahead than customers can book.', area: 'This postal code is outside the area that you serve.',
};
const PARTS = [['Morning', '12:00'], ['Afternoon', '17:00'], ['Evening', '24:00']];
const ARROWS = { '-1': 'M10 3 5 8l5 5', 1: 'M6 3l5 5-5 5' };

// `service()` is the id of the service, '' for none yet; `besides` the booking that is moved, and
// `now` its own time, which is none to choose; `day` the one to begin with; `chosen`
// hears of each choice. {node, name, …, again()}: `again` reads the free times anew.
export function timeChoice({ service, besides = '', now = '', day = '', signal, chosen = () => {} }) {
  const desk = { service, besides, now: Date.parse(now), signal, chosen, turn: 0, since: later(dayAmong(day)), day: later(dayAmong(day)), days: [], slot: null, name: unique('slot') };
  const error = h('p', { class: 'error', id: unique('time-error'), hidden: true });
  const way = radios({ name: 'way', label: 'When', value: 'free', choices: [['free', 'A free time'], ['typed', 'Any other time', 'Also outside of your hours, as long as there is room.']] });
  const free = h('div', { class: 'choosing-time' });
  const on = date({ name: 'own-day', label: 'Day', value: desk.day, attributes: { oninput: () => told(desk) } });
  const at = text({ name: 'own-time', type: 'time', label: 'Begins at', attributes: { oninput: () => told(desk) } });
  const typed = h('div', { class: 'two' }, on.node, at.node);
  const follow = () => {
    free.hidden = way.get() !== 'free';
    typed.hidden = !free.hidden;
    told(desk);
  };
  way.node.addEventListener('change', follow);
  way.node.append(error);
  Object.assign(desk, { free, way, on, at });
  follow();
  const first = again(desk);
  const node = h('div', { class: 'choosing-time' }, way.node, free, typed);
  const wrong = (words) => {
    node.classList.toggle('wrong', Boolean(words));
    error.hidden = !words;
    fill(error, words ? [h('span', { class: 'hush' }, 'Error: '), words] : []);
  };
  const focus = () => (typed.hidden ? (free.querySelector('input:checked, input, button') || way.control) : at.control.value ? on.control : at.control).focus();
  return { node, first, name: 'starts_at', pointer: 'starts_at', control: way.control, get: () => read(desk), wrong, focus, again: () => again(desk) };
}

const later = (day) => (day > today() ? day : today());

function read(desk) {
  if (desk.way.get() === 'free') {
    if (!desk.slot) throw new Wrong('Choose a time.');
    return desk.slot.starts_at;
  }
  const [day, time] = [desk.on.control.value, desk.at.control.value];
  if (!day || !time) throw new Wrong('Say on which day and at what time it begins.');
  return instant(day, time);
}

// What is chosen now, to whoever tells it in words; null for nothing yet.
function told(desk) {
  let starts = null;
  try {
    starts = read(desk);
  } catch (failed) {
    if (!(failed instanceof Wrong)) throw failed;
  }
  desk.chosen(starts && { starts_at: starts, ...(desk.way.get() === 'free' ? desk.slot : {}) });
}

async function again(desk, since = desk.since) {
  const service = desk.service();
  const mine = (desk.turn += 1);
  if (!service) return void fill(desk.free, h('p', { class: 'hint' }, 'Choose the service first.'));
  // The times of another service are none of this one's.
  if (desk.of !== service) {
    desk.slot = null;
    told(desk);
    fill(desk.free, h('p', { class: 'hint' }, 'Looking for free times…'));
  }
  desk.of = service;
  desk.free.setAttribute('aria-busy', 'true');
  try {
    const found = await get('/booking-slots', { service, since, count: WEEK, besides: desk.besides }, desk.signal);
    if (mine !== desk.turn) return undefined;
    const days = found.days.map((one) => others(desk, one));
    Object.assign(desk, { since, days, minutes: found.minutes });
    const [first, last] = [days[0].day, days.at(-1).day];
    if (desk.day < first || desk.day > last || !among(desk, desk.day).slots.length) desk.day = (days.find((one) => one.slots.length) || days[0]).day;
    // Somebody else may have taken it meanwhile.
    const chosenDay = desk.slot && local(desk.slot.starts_at).day;
    if (desk.slot && chosenDay >= first && chosenDay <= last && !days.some(({ slots }) => slots.some((one) => one.starts_at === desk.slot.starts_at))) desk.slot = null;
    draw(desk);
    told(desk);
  } catch (failed) {
    if (desk.signal.aborted || mine !== desk.turn) return undefined;
    if (!(failed instanceof Problem)) throw failed;
    desk.slot = null;
    told(desk);
    if (failed.type === 'service-off') return void fill(desk.free, h('p', { class: 'hint' }, 'Customers can’t book this service now, so no free times are listed. Choose any other time above.'));
    fill(desk.free, h('p', { class: 'error', role: 'alert' }, failed.detail), quiet('Try again', () => again(desk, since)));
  } finally {
    if (mine === desk.turn) desk.free.removeAttribute('aria-busy');
  }
  return undefined;
}

// A day's times without the one that the booking has already.
function others({ now }, day) {
  const slots = day.slots.filter((one) => Date.parse(one.starts_at) !== now);
  return { ...day, slots, own: day.slots.find((one) => !slots.includes(one)) };
}

const among = (desk, day) => desk.days.find((one) => one.day === day);
const short = (day, options) => new Intl.DateTimeFormat(settings.locale.locale, { timeZone: 'UTC', ...options }).format(new Date(`${day}T12:00:00Z`));

function draw(desk) {
  const held = desk.free.contains(document.activeElement) ? document.activeElement.dataset.key : '';
  const by = (sign, label) => h('button', { type: 'button', class: 'chip arrow', 'aria-label': label, data: { key: label }, disabled: sign < 0 && desk.since <= today(), onclick: () => again(desk, later(daysAfter(desk.since, sign * WEEK))) }, icon(ARROWS[sign]));
  const strip = desk.days.map((one) => h('button', { type: 'button', class: one.slots.length ? '' : 'none', 'aria-pressed': one.day === desk.day, data: { key: one.day }, onclick: () => { desk.day = one.day; draw(desk); } },
    h('span', { 'aria-hidden': true }, short(one.day, { weekday: 'short' })), h('b', { 'aria-hidden': true }, short(one.day, { day: 'numeric' })), h('span', { class: 'hush' }, `${weekday(one.day, today())}: `),
    h('span', {}, one.slots.length || h('span', { 'aria-hidden': true }, '–'), h('span', { class: 'hush' }, one.slots.length === 1 ? ' free time' : one.slots.length ? ' free times' : 'nothing free'))));
  fill(desk.free,
    h('div', { class: 'strip-head' }, by(-1, 'Earlier days'), h('p', { 'aria-live': 'polite' }, weekday(desk.day, today())), by(1, 'Later days')),
    h('div', { class: 'strip', role: 'group', 'aria-label': 'Days' }, strip), times(desk));
  if (held) [...desk.free.querySelectorAll('[data-key]')].find((one) => one.dataset.key === held && !one.disabled)?.focus();
}

function times(desk) {
  const { slots, why, name, own } = among(desk, desk.day);
  const theirs = own ? ` It has ${clock(own)} now.` : '';
  if (!slots.length) return h('p', { class: 'hint' }, [own ? 'Nothing else is free on this day.' : WHY[why], theirs, name && ` (${name})`, ' You can still type any other time.']);
  let from = '';
  const parts = PARTS.map(([label, until]) => {
    const here = slots.filter((one) => { const { time } = local(one.starts_at); return time >= from && time < until; });
    from = until;
    return here.length ? h('fieldset', { class: 'part-of-day' }, h('legend', {}, label), h('div', { class: 'times' }, here.map((one) => choice(desk, one)))) : null;
  });
  return [parts, h('p', { class: 'hint' }, `It takes ${lengthWords(desk.minutes)}.${theirs}`)];
}

const clock = ({ starts_at: at }) => windowOf({ starts_at: at, ends_at: at });
const choice = (desk, one) => h('label', { class: 'time' },
  h('input', { type: 'radio', name: desk.name, value: one.starts_at, checked: desk.slot?.starts_at === one.starts_at, onchange: () => { desk.slot = one; told(desk); } }),
  clock(one));
