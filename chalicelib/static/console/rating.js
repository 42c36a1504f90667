// One rating: what the customer says, of which visit, and how far the company is with making it good.

import { get, id, may, put } from './api.js';
import { chips } from './chips.js';
import { moment } from './company.js';
import { h } from './dom.js';
import { area, form } from './forms.js';
import { FOLLOW_UPS, followUpPill, followUpWord, shapeOf } from './rating-words.js';
import { deskOf } from './redrawn.js';
import { starsOf } from './stars.js';
import { back, head, pairs, say, section } from './ui.js';

export default async function rating({ params, signal }) {
  const path = `/ratings/${id(params.id)}`;
  const one = await get(path, {}, signal);
  const desk = deskOf(one, { path });
  const title = `Rating by ${one.customer_name}`;
  return { title, kind: 'wide', content: [
    back('#/ratings', 'Ratings'),
    head(title, desk.part(followUpPill)),
    h('div', { class: 'halves' },
      h('div', { class: 'main-half' },
        h('div', { class: 'sheet' }, h('p', { class: 'big-stars' }, starsOf(one.stars)), one.comment ? h('blockquote', { class: 'written' }, one.comment) : h('p', { class: 'hint' }, 'They wrote nothing.')),
        may('ratings:write') ? following(desk) : null,
        section('What was done about it', desk.part(done))),
      h('div', {}, section('Details', h('div', { class: 'card stack details' }, facts(one))))),
  ] };
}

const facts = (one) => pairs([
  ['Customer', may('customers:read') ? h('a', { href: `#/customers/${id(one.customer)}` }, one.customer_name) : one.customer_name],
  ['Visit', may('visits:read') ? h('a', { href: `#/visits/${id(one.visit)}` }, one.title) : one.title],
  one.technician ? ['Technician', one.technician] : null,
  ['Done', h('time', { datetime: one.completed_at }, moment(one.completed_at))],
  ['Rated', h('time', { datetime: one.rated_at }, moment(one.rated_at))],
  one.changed_at && one.changed_at !== one.rated_at ? ['Changed', h('time', { datetime: one.changed_at }, moment(one.changed_at))] : null,
]);

// How far the company is with making it good, and a note of what was said.
function following(desk) {
  const hint = h('p', { class: 'hint' }, 'Choose one, if you follow it up: then you can write down what was said.');
  const writing = noting(desk);
  const far = chips({ title: 'How far are you with it?', choices: FOLLOW_UPS, shape: shapeOf, below: [hint, writing], become: async (status) => {
    await keep(desk, status, desk.found.follow_up_note);
    say(`Saved: ${followUpWord(status)}.`);
  } });
  desk.drawing(() => {
    const state = desk.found.follow_up;
    far.show(state);
    writing.hidden = state === 'none';
    hint.hidden = !writing.hidden;
  });
  return far.node;
}

const keep = async (desk, status, note) => desk.set(await put(`${desk.path}/follow-up`, { status, note }));

function noting(desk) {
  const field = area({ name: 'note', label: 'Note', value: desk.found.follow_up_note, hint: 'What was said, or done. Only your team sees it.', rows: 3, attributes: { maxlength: 2000 } });
  return form({
    fields: [field], deed: 'Save note', busy: 'Saving…', kind: 'second small', className: 'card stack',
    send: ({ note }) => keep(desk, desk.found.follow_up, note),
    done: () => say('Note saved.'),
  }).node;
}

function done({ follow_up: state, follow_up_note: note, follow_up_at: at, follow_up_by: by }) {
  if (!at) return h('p', { class: 'hint' }, state === 'none' ? 'Nothing has to be done: only one or two stars are followed up by themselves.' : 'Nothing yet.');
  return h('div', { class: 'card stack' }, h('p', {}, `${followUpWord(state)}${by ? `, by ${by}` : ''}, `, h('time', { datetime: at }, moment(at))), note ? h('p', { class: 'written' }, note) : null);
}
