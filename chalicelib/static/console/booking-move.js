// Another time for a booking: at once where it is confirmed, as a proposal while it is only asked for. What is typed stays if
// the time is taken meanwhile.

import { get, id, put } from './api.js';
import { noteField, toldWords } from './booking-deeds.js';
import { timeChoice } from './booking-times.js';
import { waiting } from './booking-waiting.js';
import { whenWords, whoName } from './booking-words.js';
import { fill, h } from './dom.js';
import { cancel, form } from './forms.js';
import { back, head, say } from './ui.js';
import { local } from './visit-times.js';

const MOVING = { title: 'Move this booking', part: 'time', deed: 'Move it', busy: 'Moving…', told: 'Moved.', hint: 'The old time is free for others then.' };
const PROPOSING = { title: 'Propose another time', part: 'proposal', deed: 'Propose this time', busy: 'Proposing…', told: 'Proposed.', hint: 'They are asked whether it suits them. It is kept free until they answer, and the old time is free for others.' };

export default async function move({ params, path, signal, go }) {
  const own = `/bookings/${id(params.id)}`;
  const found = await get(own, {}, signal);
  const way = path.endsWith('/time/new') ? MOVING : PROPOSING;
  const away = `#${own}`;
  const top = [back(away, found.service.name), head(way.title), h('p', { class: 'lead' }, `“${found.service.name}” for ${whoName(found)}, now on ${whenWords(found)}.`)];
  if (!found.allowed.includes(way === MOVING ? 'move' : 'propose')) return { title: way.title, content: [...top, h('p', { class: 'aside' }, 'That can’t be done with it any more. '), h('p', {}, h('a', { href: away }, 'See how it stands'))] };
  const chosen = h('p', { class: 'chosen', role: 'status' });
  const times = timeChoice({ service: () => found.service.id, besides: found.id, now: found.starts_at, day: local(found.starts_at).day, signal, chosen: (slot) => fill(chosen, slot ? whenWords(at(slot, found)) : '') });
  await times.first;
  const note = noteField('Such as: our truck is in the shop on that day.');
  const { node } = form({
    className: 'card stack', fields: [times, note], content: [times.node, chosen, note.node, h('p', { class: 'hint' }, `${way.hint} ${toldWords(found)}`)],
    deed: way.deed, busy: way.busy, others: cancel(away),
    send: (values) => put(`${own}/${way.part}`, values),
    about: { 'slot-taken': 'starts_at', 'slot-past': 'starts_at', 'slot-closed': 'starts_at' },
    problem: async (failed) => {
      if (failed.type === 'slot-taken') await times.again();
      return false;
    },
    done: () => { say(way.told); waiting(); go(own, true); },
  });
  return { title: way.title, content: [...top, node] };
}

// As a booking has it: the arrival window is the booking's own.
const at = (slot, { window }) => ({ starts_at: slot.starts_at, arrives_until: new Date(Date.parse(slot.starts_at) + window * 60_000).toISOString() });
