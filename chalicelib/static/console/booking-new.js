// Book on somebody's behalf: for a customer, or for whoever calls. At a free time, or at any other that has room.

import { get, id, post } from './api.js';
import { timeChoice } from './booking-times.js';
import { lengthWords, whenWords } from './booking-words.js';
import { customerChoice } from './customer-choice.js';
import { fill, h } from './dom.js';
import { dayAmong } from './filtered.js';
import { Wrong, area, cancel, check, email, form, lines, radios, select, text } from './forms.js';
import { back, empty, head, link, say } from './ui.js';

export default async function book({ query, signal, go }) {
  const [offer, who] = await Promise.all([get('/booking-settings', {}, signal), query.customer ? get(`/customers/${id(query.customer)}`, {}, signal) : null]);
  const day = dayAmong(query.day);
  const away = who ? `#/customers/${id(who.id)}` : `#/calendar${day && `?view=day&day=${day}`}`;
  const top = [back(away, who ? who.name : 'Calendar'), head('Book a visit'), who ? h('p', { class: 'lead' }, `For ${who.name}`) : null].filter(Boolean);
  const body = offer.services.length ? await sheet({ offer, who, day, away, signal, go }) : empty('You have no services yet', 'Say in the settings what can be booked, and how long it takes.', link('Set up services', '#/settings/booking'));
  return { title: 'Book a visit', content: [...top, body] };
}

async function sheet({ offer, who, day, away, signal, go }) {
  const { services } = offer;
  const offered = [...services].sort((one, other) => Number(other.on) - Number(one.on));
  const whom = who ? null : whomFields(signal);
  const service = select({ name: 'service', label: 'Service', value: offered[0].id, choices: offered.map((one) => [one.id, `${one.name} · ${lengthWords(one.minutes)}${one.on ? '' : ' (not offered online)'}`]), attributes: { onchange: () => { asked.follow(); times.again(); } } });
  const asked = questionFields(services, service);
  const words = h('p', { class: 'chosen', role: 'status' });
  const times = timeChoice({ service: service.get, day, signal, chosen: (slot) => fill(words, slot ? whenWords({ starts_at: slot.starts_at, arrives_until: slot.arrives_until || until(slot.starts_at, offer.window) }) : '') });
  const notes = area({ name: 'notes', label: 'Notes (optional)', hint: 'Kept with the booking. Who it is for can read them.', rows: 3, attributes: { maxlength: '2000' } });
  const confirmed = check({ name: 'confirmed', label: 'It is agreed', value: true, hints: ['It is confirmed at once.', 'It waits among the requests until somebody of your team confirms it. Its time is kept free.'] });
  const tell = check({ name: 'tell', label: 'Tell them', value: true, hints: ['They get a message about it, with the day for their calendar.', 'They get no message now. They hear of later changes.'] });
  asked.follow();
  const fields = [...(whom ? whom.fields : []), service, ...asked.fields, times, notes, confirmed, tell];
  await times.first;
  return form({
    className: 'card stack', fields,
    content: [whom && whom.node, service.node, asked.node, times.node, words, notes.node, h('div', { class: 'ticks' }, confirmed.node, tell.node)].filter(Boolean),
    deed: 'Book it', busy: 'Booking…', others: cancel(away),
    send: (values, key) => post('/bookings', {
      service: values.service, starts_at: values.starts_at, ...(who ? { customer: who.id } : whom.read()), answers: asked.read(),
      notes: values.notes, confirmed: values.confirmed, tell: values.tell,
    }, key),
    about: { 'slot-taken': 'starts_at', 'slot-past': 'starts_at', 'service-off': 'service', 'too-many-bookings': 'customer' },
    problem: async (failed) => {
      if (failed.type === 'slot-taken') await times.again();
      return false;
    },
    done: (made) => { say(made.status === 'confirmed' ? 'It is booked.' : 'It waits among the requests.'); go(`/bookings/${id(made.id)}`, true); },
  }).node;
}

const until = (at, window) => new Date(Date.parse(at) + window * 60_000).toISOString();

// A customer who is found, or somebody new, with a way to reach them.
function whomFields(signal) {
  const known = customerChoice({ name: 'customer', label: 'Customer', signal, chosen: () => {} });
  const way = radios({ name: 'whom', label: 'Who is it for?', value: 'customer', choices: [['customer', 'One of your customers'], ['other', 'Somebody else', 'They are kept with the booking. You can make them a customer later.']] });
  const name = text({ name: 'name', pointer: 'who/name', label: 'Name', attributes: { maxlength: '120' } });
  const mail = email({ name: 'email', pointer: 'who/email', label: 'E-mail (optional)', hint: 'The confirmation goes there.', attributes: { maxlength: '254' } });
  const phone = text({ name: 'phone', pointer: 'who/phone', type: 'tel', label: 'Phone (optional)', attributes: { maxlength: '40' } });
  const address = lines({ name: 'address', pointer: 'who/address', label: 'Address (optional)', attributes: { maxlength: '400' } });
  const code = text({ name: 'postal_code', pointer: 'who/postal_code', label: 'Postal code (optional)', attributes: { maxlength: '12', spellcheck: 'false' } });
  const other = h('div', { class: 'stack' }, name.node, h('div', { class: 'two' }, mail.node, phone.node), address.node, code.node);
  const isOther = () => way.get() === 'other';
  const follow = () => {
    known.node.hidden = isOther();
    other.hidden = !isOther();
  };
  way.node.addEventListener('change', follow);
  follow();
  // What is hidden is neither asked for nor sent.
  const only = (field, when, get = field.get) => ({ ...field, get: () => (when() ? get() : '') });
  const named = () => {
    if (!name.get()) throw new Wrong('Say who it is for.');
    return name.get();
  };
  const read = () => (isOther() ? { who: { name: name.get(), email: mail.get(), phone: phone.get(), address: address.get(), postal_code: code.get() } } : { customer: known.get() });
  return { node: h('div', { class: 'stack' }, way.node, known.node, other), fields: [way, only(known, () => !isOther()), only(name, isOther, named), mail, phone, address, code], read };
}

// What each service asks; only those of the chosen one are seen and sent. None needs an answer: who calls may not know.
function questionFields(services, service) {
  const all = services.flatMap((one) => one.questions.map((question) => ({ of: one.id, question: question.id, field: area({ name: `answer-${one.id}-${question.id}`, label: `${question.label} (optional)`, rows: 2, attributes: { maxlength: '1000' } }) })));
  const mine = () => all.filter(({ of }) => of === service.get());
  const node = h('div', { class: 'stack' }, all.map(({ field }) => field.node));
  const follow = () => {
    for (const { of, field } of all) field.node.hidden = of !== service.get();
    node.hidden = !mine().length;
  };
  const read = () => mine().map(({ question, field }) => ({ question, answer: field.get() })).filter(({ answer }) => answer);
  return { node, fields: all.map(({ field }) => field), follow, read };
}
