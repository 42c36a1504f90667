// The opening hours of a week: when somebody can come. Each day may have several.

import { may } from './api.js';
import { load, part } from './booking-offer.js';
import { WEEKDAYS, spansWords } from './booking-offer-words.js';
import { spanFields } from './booking-spans.js';
import { fill, h } from './dom.js';
import { saving } from './saving.js';
import { back, note, quiet, say } from './ui.js';
import { zoneWords } from './visit-times.js';

export default async function page({ signal }) {
  await load(signal);
  return { title: 'Opening hours', content: [
    back('#/settings/booking', 'Online booking'),
    h('h1', {}, 'Opening hours'),
    h('p', { class: 'lead' }, 'When you come to customers. A job begins and ends within these hours.'),
    saving({ of: part, build: ({ hours }) => week(hours), tell: (pointer, value) => spansWords(value) }),
    note(`${zoneWords()}. For holidays and other odd days see `, h('a', { href: '#/settings/booking/special' }, 'Special days'), '.'),
  ] };
}

function week(hours) {
  const fields = [];
  const days = WEEKDAYS.map(([name, label]) => dayField(name, label, hours[name], () => drawn()));
  const drawn = () => fields.splice(0, fields.length, ...days.flatMap((one) => [...one.inner(), one.field]));
  const [monday, ...others] = days;
  const weekdays = others.slice(0, 4);
  const copy = quiet('Copy to all weekdays', () => {
    for (const one of weekdays) one.set(monday.get());
    drawn();
    monday.node.dispatchEvent(new Event('input', { bubbles: true }));
    say('Tuesday to Friday are as Monday now. Save to keep it.');
  });
  if (may('settings:write')) fill(monday.tools, copy);
  drawn();
  return { fields, content: h('div', { class: 'week' }, days.map((one) => one.node)) };
}

// A weekday: whether it is open, and when. What was typed stays while it is closed, until the page is left.
function dayField(name, label, given, changed) {
  const spans = spanFields(given, { place: `hours/${name}`, about: label, changed });
  const ticked = h('input', { type: 'checkbox', id: `open-${name}`, checked: given.length > 0, onchange: () => { if (ticked.checked) spans.open(); follow(); changed(); } });
  const closed = h('p', { class: 'hint' }, 'Closed');
  const error = h('p', { class: 'error', role: 'alert', hidden: true });
  const tools = h('div', { class: 'tools' });
  const node = h('div', { class: 'weekday', role: 'group', 'aria-label': label }, h('div', { class: 'tick' }, ticked, h('label', { for: ticked.id }, label)), h('div', { class: 'open-hours' }, error, spans.node, closed), tools);
  const follow = () => {
    spans.node.hidden = !ticked.checked;
    closed.hidden = ticked.checked;
  };
  const get = () => (ticked.checked ? spans.get() : []);
  const wrong = (words) => {
    error.hidden = !words;
    error.textContent = words;
  };
  follow();
  return {
    node, tools, get,
    set: (value) => { ticked.checked = value.length > 0; spans.set(value); follow(); },
    inner: () => (ticked.checked ? spans.fields() : []),
    field: { name, pointer: `hours/${name}`, node, control: ticked, get, wrong, focus: () => (ticked.checked ? spans.focus() : ticked.focus()) },
  };
}
