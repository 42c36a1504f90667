// Special days: holidays and other days when the company is closed, or open at other hours than usual.

import { may } from './api.js';
import { amend, below, load, now } from './booking-offer.js';
import { daysWords, spansWords } from './booking-offer-words.js';
import { spanFields } from './booking-spans.js';
import { today } from './company.js';
import { fill, h } from './dom.js';
import { Wrong, date, radios, text } from './forms.js';
import { ask, back, button, empty, head, quiet, row, rows, say } from './ui.js';

const CHOICES = [['closed', 'Closed'], ['open', 'Open at other hours']];

export default async function page({ signal }) {
  await load(signal);
  const changes = may('settings:write');
  const place = h('div', { class: 'stack' });
  const draw = () => fill(place, lists(changes, draw));
  const add = changes ? button('Add a day', { kind: 'small', onclick: async () => { if (await edit(null)) draw(); } }) : null;
  draw();
  return { title: 'Special days', content: [
    back('#/settings/booking', 'Online booking'),
    add ? head('Special days', add) : h('h1', {}, 'Special days'),
    h('p', { class: 'lead' }, 'They go before the hours of the week. What is booked on such a day already stays booked.'),
    place,
  ] };
}

function lists(changes, draw) {
  const { special } = now();
  const line = (one) => {
    const node = row({ what: one.name || (one.hours.length ? 'Other hours' : 'Closed'), note: [daysWords(one), one.hours.length || one.name ? spansWords(one.hours) : ''].filter(Boolean) });
    if (!changes) return node;
    const about = `(${[one.name, daysWords(one)].filter(Boolean).join(', ')})`;
    node.append(h('div', { class: 'tools ordering' }, quiet('Change', async () => { if (await edit(one)) draw(); }, about), quiet('Remove', async () => { if (await gone(one)) draw(); }, about)));
    return node;
  };
  const [coming, past] = [special.filter((one) => one.until >= today()), special.filter((one) => one.until < today())];
  return [
    coming.length ? h('div', { class: 'card' }, rows(coming.map(line))) : empty('No special days', 'Such as Thanksgiving, a company holiday, or a Saturday when you work.'),
    past.length ? h('details', {}, h('summary', {}, 'Days that are over'), h('div', { class: 'card' }, rows(past.map(line)))) : null,
  ];
}

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const others = (special, was) => special.filter((one) => !same(one, was));

// The dialog for one of them, or for several in a row.
function edit(was) {
  const spans = spanFields(was ? was.hours : [], { place: 'hours', about: 'That day', changed: () => follow() });
  const since = date({ name: 'since', label: 'Day', value: was ? was.since : '', required: 'Choose the day.' });
  const until = date({ name: 'until', label: 'Last day (optional)', hint: 'For several days in a row.', value: was && was.until !== was.since ? was.until : '' });
  const name = text({ name: 'name', label: 'Name (optional)', hint: 'Such as “Thanksgiving”. Customers read it.', value: was ? was.name : '', attributes: { maxlength: '80' } });
  const state = radios({ name: 'state', pointer: 'state', label: 'That day', value: was && was.hours.length ? 'open' : 'closed', choices: CHOICES });
  const whole = { name: 'hours', pointer: 'hours', node: spans.node, control: state.control, focus: () => spans.focus(), wrong: () => {}, get: () => (state.get() === 'open' ? spans.get() : []) };
  const fields = [];
  function follow() {
    const open = state.get() === 'open';
    if (open) spans.open();
    spans.node.hidden = !open;
    fields.splice(0, fields.length, since, until, name, state, ...(open ? spans.fields() : []), whole);
  }
  state.node.addEventListener('change', follow);
  follow();
  const run = (values) => {
    const one = { since: values.since, until: values.until || values.since, name: values.name, hours: values.hours };
    if (one.until < one.since) throw new Wrong('The last day is before the first one.', 'until');
    return below('special/\\d+', amend(({ special }) => ({ special: [...others(special, was), one] })));
  };
  return ask({
    title: was ? 'Change this day' : 'Add a day', fields, content: [h('div', { class: 'two' }, since.node, until.node), name.node, state.node, spans.node],
    deed: was ? 'Save' : 'Add it', busy: 'Saving…', run: async (values) => run(values), done: () => say('Saved.'),
  });
}

const gone = (one) => ask({
  title: `Remove ${one.name ? `“${one.name}”` : daysWords(one)}?`, text: 'The hours of the week count on that day again.', deed: 'Remove it', busy: 'Removing it…',
  run: () => amend(({ special }) => ({ special: others(special, one) })), done: () => say('Removed.'),
});
