// Hours of one day as fields: from when until when, as often as it opens.

import { may } from './api.js';
import { fill, h } from './dom.js';
import { Wrong, text } from './forms.js';
import { quiet } from './ui.js';

const MOST = 6;
const USUAL = { opens: '08:00', closes: '17:00' };
// A clock has no 24:00: as an end, midnight is the day's.
const closing = (typed) => (typed === '00:00' ? '24:00' : typed);
const typing = (closes) => (closes === '24:00' ? '00:00' : closes);
const two = (number) => String(number).padStart(2, '0');

// `place` is where they stand in the body ('hours/monday'), `about` the day's name, `changed` hears when fields come and go.
// Answers {node, fields(), get(), set(spans), focus(), open()}.
export function spanFields(given, { place, about, changed = () => {} }) {
  let shown = [];
  let count = 0;
  const list = h('div', { class: 'spans' });
  const more = quiet('Add hours', () => { const one = made(next()); shown.push(one); drawn(); told(); one.opens.focus(); }, `(${about})`);
  const node = h('div', { class: 'spans-edit' }, list, h('div', {}, more));
  const told = () => { changed(); list.dispatchEvent(new Event('input', { bubbles: true })); };

  // After a break of an hour, as far as the day goes.
  function next() {
    const last = shown[shown.length - 1];
    const ends = last ? Number(closing(last.closes.control.value).split(':')[0]) : 0;
    if (!last || Number.isNaN(ends) || ends > 21) return USUAL;
    return { opens: `${two(ends + 1)}:00`, closes: `${two(Math.min(ends + 5, 24))}:00` };
  }

  function made(span) {
    const one = {};
    count += 1;
    const field = (part, label, value, required) => {
      const field_ = text({ name: `${place}-${part}-${count}`, type: 'time', label, value, required });
      Object.defineProperty(field_, 'pointer', { get: () => `${place}/${shown.indexOf(one)}/${part}` });
      return Object.assign(field_, { inner: true });
    };
    one.opens = field('opens', `${about}, from`, span.opens, 'Say from when.');
    one.closes = field('closes', `${about}, until`, typing(span.closes), 'Say until when.');
    const until = one.closes.get;
    one.closes.get = () => {
      const closes = closing(until());
      if (one.opens.control.value && closes <= one.opens.control.value) throw new Wrong(`${about}: close later than you open.`);
      return closes;
    };
    one.drop = h('button', { type: 'button', class: 'drop', onclick: () => drop(one) }, h('span', { 'aria-hidden': true }, '×'), h('span', { class: 'hush' }, ''));
    one.node = h('div', { class: 'span' }, one.opens.node, h('span', { class: 'until', 'aria-hidden': true }, '–'), one.closes.node, one.drop);
    return one;
  }

  function drop(one) {
    shown = shown.filter((each) => each !== one);
    drawn();
    told();
    shown[shown.length - 1].opens.focus();
  }

  function drawn() {
    fill(list, shown.map((one) => one.node));
    shown.forEach((one, index) => {
      one.drop.hidden = shown.length < 2 || !may('settings:write');
      one.drop.lastChild.textContent = `Remove hours ${index + 1}: ${about}`;
    });
    more.hidden = shown.length >= MOST || !may('settings:write');
  }

  const set = (spans) => { shown = spans.map(made); drawn(); };
  set(given);
  return {
    node, set,
    fields: () => shown.flatMap((one) => [one.opens, one.closes]),
    get: () => shown.map((one) => ({ opens: one.opens.control.value, closes: closing(one.closes.control.value) })),
    focus: () => (shown[0] ? shown[0].opens.focus() : more.focus()),
    // Where there are none yet, the usual ones to begin with.
    open: () => { if (!shown.length) set([USUAL]); },
  };
}
