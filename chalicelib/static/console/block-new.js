// Block time: nothing can be booked then, or by fewer crews at once. What is booked already stays, and is named.

import { get, id, post } from './api.js';
import { statusPill, typed } from './booking-words.js';
import { begins } from './calendar-axis.js';
import { period } from './calendar-entry.js';
import { today } from './company.js';
import { fill, h } from './dom.js';
import { dayAmong } from './filtered.js';
import { Wrong, cancel, date, form, radios, select, text } from './forms.js';
import { daysAfter } from './invoice-sums.js';
import { back, head, link, listing, row, say } from './ui.js';
import { instantOf } from './visit-times.js';

// So many the API names at the most.
const MOST_NAMED = 1000;

export default async function block({ query, signal, go }) {
  const day = dayAmong(query.day) || today();
  const { crews } = await get('/bookings', { since: day, until: day }, signal);
  const away = `#/calendar?view=day&day=${day}`;
  const place = h('div', { class: 'stack' });
  const times = timeFields(day);
  const title = text({ name: 'title', label: 'Why (optional)', hint: 'Such as “Holidays”. Only your team sees it.', attributes: { maxlength: '100' } });
  const many = crews > 1 ? select({ name: 'crews', label: 'Who is away', value: '0', choices: [['0', 'Everybody: nothing can be booked'], ...Array.from({ length: crews - 1 }, (_, index) => [String(index + 1), `${index + 1} of ${crews} crews`])] }) : null;
  const fields = [...times.fields, many, title].filter(Boolean);
  const { node } = form({
    className: 'card stack', fields, content: [times.node, many && many.node, title.node].filter(Boolean),
    deed: 'Block this time', busy: 'Blocking…', others: cancel(away),
    send: (values, key) => post('/booking-blocks', { ...times.read(), title: values.title, crews: Number(values.crews || 0) }, key),
    done: (made) => {
      if (made.within.length) return within(place, made);
      say('This time is blocked.');
      return go(`/calendar?view=day&day=${times.first()}`, true);
    },
  });
  return { title: 'Block time', content: [back(away, 'Calendar'), fill(place, head('Block time'), node)] };
}

// Whole days, or some hours of one or several.
function timeFields(day) {
  const way = radios({ name: 'way', label: 'How long', value: 'days', choices: [['days', 'Whole days'], ['hours', 'Some hours']] });
  const first = date({ name: 'since', pointer: 'since', label: 'First day', value: day, required: 'Choose the day.', attributes: { onchange: () => { if (last.control.value < first.control.value) last.control.value = first.control.value; } } });
  const last = date({ name: 'until', pointer: 'until', label: 'Last day', value: day, required: 'Choose the last day.' });
  const from = text({ name: 'from', pointer: 'since_time', type: 'time', label: 'From', value: '' });
  const to = text({ name: 'to', pointer: 'until_time', type: 'time', label: 'Until', value: '' });
  const hours = h('div', { class: 'two' }, from.node, to.node);
  const some = () => way.get() === 'hours';
  const follow = () => { hours.hidden = !some(); };
  way.node.addEventListener('change', follow);
  follow();
  const need = (field, words) => ({ ...field, get: () => {
    if (some() && !field.control.value) throw new Wrong(words);
    return field.control.value;
  } });
  const at = (field, on) => instantOf(field, on.control.value, field.control.value);
  const whole = (of) => new Date(begins(of)).toISOString();
  const read = () => {
    if (last.control.value < first.control.value) throw new Wrong('This day is before the first one.', 'until');
    const times = some() ? { since: at(from, first), until: at(to, last) } : { since: whole(first.control.value), until: whole(daysAfter(last.control.value, 1)) };
    if (Date.parse(times.until) <= Date.parse(times.since)) throw new Wrong('This is not after the time it begins.', 'to');
    return times;
  };
  return { node: h('div', { class: 'stack' }, way.node, h('div', { class: 'two' }, first.node, last.node), hours), fields: [way, first, last, need(from, 'Say from when.'), need(to, 'Say until when.')], read, first: () => first.control.value };
}

// It is blocked, and these lie within it.
function within(place, { block: made, within: found }) {
  const one = found.length === 1;
  const heading = h('h1', { tabindex: '-1' }, 'This time is blocked');
  fill(place, heading,
    h('p', { class: 'lead' }, `Nobody can book any more ${period(made)}${made.crews ? `, as far as ${made.crews === 1 ? '1 crew is' : `${made.crews} crews are`} needed` : ''}. ${one ? 'One booking lies' : `${found.length < MOST_NAMED ? '' : 'At least '}${found.length} bookings lie`} within it and ${one ? 'stays' : 'stay'} as ${one ? 'it is' : 'they are'}: move or cancel what can’t take place.`),
    listing(found.map((each) => row({ href: `#/bookings/${id(each.id)}`, what: each.title, note: [typed(each.who), period(each).replace(/^(on|from) /, '')], state: statusPill(each.status) }))),
    h('p', {}, link('Back to the calendar', `#/calendar?view=day&day=${made.starts_at.slice(0, 10)}`, 'second')));
  heading.focus();
}
