// The company's calendar, a day or a week of it, where the company is. Turning to another day redraws below the tools, so that
// the focus stays on what was pressed; the address goes along without a step of the history.

import { Problem, get, may } from './api.js';
import { waiting } from './booking-waiting.js';
import { axisOfClock, axisOfDay, changeOfClock, weekOf } from './calendar-axis.js';
import { grid, openWords } from './calendar-grid.js';
import { NEW, making, tabs } from './calendar-tabs.js';
import { settings, today } from './company.js';
import { unread } from './customers-search.js';
import { fill, h, icon } from './dom.js';
import { dayAmong } from './filtered.js';
import { date } from './forms.js';
import { daysAfter } from './invoice-sums.js';
import { empty, head, link } from './ui.js';
import { zoneWords } from './visit-times.js';
import { dayWords } from './visit-words.js';

const MINUTE = 60_000;
// A date is typed digit by digit, and is a date before it is the one that is meant.
const PAUSE = 600;
const WIDE = '(min-width: 48rem)';

export default async function calendar({ query, signal }) {
  const view = ['day', 'week'].includes(query.view) ? query.view : matchMedia(WIDE).matches ? 'week' : 'day';
  const day = dayAmong(query.day) || today();
  const desk = { view, signal, turns: 0, title: h('h2', { class: 'period' }), voice: h('p', { class: 'hush', role: 'status' }), results: h('div', { class: 'results' }) };
  desk.making = making();
  desk.tabs = tabs(view, day, waiting());
  const node = tools(desk);
  draw(desk, day, await load(desk, day));
  const timer = setInterval(() => desk.tick(), MINUTE);
  signal.addEventListener('abort', () => clearInterval(timer));
  return { title: 'Calendar', kind: 'wide planning', content: [head('Calendar', desk.making), desk.tabs.node, node, desk.voice, desk.results] };
}

const daysOf = ({ view }, day) => (view === 'week' ? weekOf(day) : [day]);

function load(desk, day) {
  const days = daysOf(desk, day);
  return get('/bookings', { since: days[0], until: days.at(-1) }, desk.signal);
}

// To another day, or to the same anew.
async function turn(desk, day, aloud = true) {
  const mine = (desk.turns += 1);
  desk.results.setAttribute('aria-busy', 'true');
  try {
    const found = await load(desk, day);
    if (mine !== desk.turns || desk.signal.aborted) return;
    draw(desk, day, found);
    if (aloud) desk.voice.textContent = `${periodWords(daysOf(desk, day))}: ${counted(found.items)}`;
    history.replaceState(history.state, '', `#/calendar?view=${desk.view}&day=${day}`);
  } catch (failed) {
    if (desk.signal.aborted || mine !== desk.turns) return;
    if (!(failed instanceof Problem)) throw failed;
    fill(desk.results, unread(failed, () => turn(desk, day)));
  } finally {
    if (mine === desk.turns) desk.results.removeAttribute('aria-busy');
  }
}

const counted = ({ length }) => (length ? `${length} ${length === 1 ? 'entry' : 'entries'}.` : 'nothing is booked.');

function draw(desk, day, found) {
  const days = daysOf(desk, day);
  const whole = desk.view === 'week';
  desk.day = day;
  desk.field.value = day;
  desk.tabs.set(day);
  fill(desk.title, periodWords(days));
  // What is made here is of the day that is looked at.
  const meant = whole ? (days.includes(today()) ? today() : days[0]) : day;
  desk.making.forEach((one, index) => { one.href = `#${NEW[index][1]}?day=${meant}`; });
  const { node, tick } = grid({ days, found, axis: whole ? axisOfClock() : axisOfDay(day), heads: whole, changed: () => turn(desk, desk.day, false) });
  desk.tick = tick;
  const [only] = found.days;
  const open = whole ? zoneWords() : [openWords(only.hours, only.name), changeOfClock(day), zoneWords()].filter(Boolean).join(' · ');
  const shown = found.items.length || whole ? node : empty('Nothing is booked on this day', 'What your customers book, and what you book for them, will be here. Visits that you plan under Visits are not, and take no place: block the time for them.', h('div', { class: 'deeds' }, [...NEW].reverse().map(([label, path, kind]) => (may('bookings:write') ? link(label, `#${path}?day=${day}`, kind) : null))));
  fill(desk.results, h('p', { class: 'hint of-day' }, open), shown);
}

// 'Today, Monday, November 23'; 'November 22 – 28, 2026'.
function periodWords(days) {
  if (days.length === 1) return dayWords(days[0]);
  const at = (day) => new Date(`${day}T12:00:00Z`);
  return new Intl.DateTimeFormat(settings.locale.locale, { timeZone: 'UTC', month: 'long', day: 'numeric', year: 'numeric' }).formatRange(at(days[0]), at(days.at(-1)));
}

const ARROWS = { '-1': 'M10 3 5 8l5 5', 1: 'M6 3l5 5-5 5' };

function tools(desk) {
  const by = desk.view === 'week' ? 7 : 1;
  const step = (sign, label) => h('button', { type: 'button', class: 'chip arrow', 'aria-label': label, onclick: () => turn(desk, daysAfter(desk.day, sign * by)) }, icon(ARROWS[sign]));
  const now = h('button', { type: 'button', class: 'chip', onclick: () => turn(desk, today()) }, 'Today');
  let timer = 0;
  const go = () => {
    clearTimeout(timer);
    const wanted = dayAmong(field.control.value);
    if (wanted > '2000' && wanted !== desk.day) turn(desk, wanted);
  };
  const field = date({ name: 'day', label: 'Go to day', attributes: { onchange: () => { clearTimeout(timer); timer = setTimeout(go, PAUSE); } } });
  field.node.querySelector('label').classList.add('hush');
  desk.field = field.control;
  const unit = desk.view === 'week' ? 'week' : 'day';
  return h('div', { class: 'turning' },
    h('div', { class: 'chips' }, step(-1, `Previous ${unit}`), now, step(1, `Next ${unit}`)), desk.title,
    h('form', { role: 'search', 'aria-label': 'Another day', onsubmit: (event) => { event.preventDefault(); go(); } }, field.node));
}
