// Plan a visit, or write what was done: one form for both, since what is planned becomes what was done.

import { get, id, post, put } from './api.js';
import { today } from './company.js';
import { customerChoice } from './customer-choice.js';
import { h } from './dom.js';
import { Wrong, area, cancel, date, form, group, select, text } from './forms.js';
import { back, head, say } from './ui.js';
import { productFields } from './visit-products.js';
import { instantOf, local, zoneWords } from './visit-times.js';
import { STATUSES } from './visit-words.js';

export default async function edit({ params, path, signal, go }) {
  const making = path.endsWith('/new');
  const before = making ? null : await get(`/visits/${id(params.id)}`, {}, signal);
  const who = making && params.id ? await get(`/customers/${id(params.id)}`, {}, signal) : null;
  const away = before ? `#/visits/${id(before.id)}` : who ? `#/customers/${id(who.id)}` : '#/visits';
  const title = before ? `Edit “${before.title}”` : 'New visit';
  const whom = before ? before.customer_name : who && who.name;
  const content = [back(away, before ? before.title : who ? who.name : 'Visits'), head(title), whom ? h('p', { class: 'lead' }, `For ${whom}`) : null, sheet({ before, who, away, signal, go })];
  return { title, content: content.filter(Boolean) };
}

const blank = () => ({ title: '', starts_at: null, ends_at: null, technician: '', status: 'scheduled', completed_at: null, work: '', products: [], notes: '', external_id: null });

function sheet({ before, who, away, signal, go }) {
  const was = before || blank();
  const fields = [];
  const add = (field) => { fields.push(field); return field; };
  const whose = before || who ? null : add(customerChoice({ name: 'customer', label: 'Customer', signal, chosen: () => {} }));
  const name = add(text({ name: 'title', label: 'What it is', value: was.title, required: 'Say what the visit is for.', hint: 'What your customer reads, such as “Quarterly pest control”.', attributes: { maxlength: '200' } }));
  const times = windowFields(was, add);
  const technician = add(text({ name: 'technician', label: 'Technician (optional)', value: was.technician, attributes: { maxlength: '100' } }));
  const status = add(select({ name: 'status', label: 'How far it is', value: was.status, choices: STATUSES, attributes: { onchange: () => done.follow() } }));
  const done = doneFields(was, status, add);
  const work = add(area({ name: 'work', label: 'The work (optional)', value: was.work, rows: 4, attributes: { maxlength: '5000' } }));
  const products = productFields(was.products, fields);
  const notes = add(area({ name: 'notes', label: 'Notes for the customer (optional)', value: was.notes, rows: 3, hint: 'Such as what to keep in mind until the next visit.', attributes: { maxlength: '2000' } }));
  const own = add(text({ name: 'external_id', label: 'Your own id (optional)', value: was.external_id || '', hint: 'What your other software calls this visit.', attributes: { maxlength: '100', spellcheck: 'false', autocapitalize: 'none' } }));
  const afterwards = h('details', { open: Boolean(before) }, h('summary', {}, 'What was done'), h('div', { class: 'stack' }, work.node, group('Products used (optional)', products.node), notes.node));
  status.control.addEventListener('change', () => { if (status.get() === 'complete') afterwards.open = true; });
  done.follow();

  const { node } = form({
    className: 'card stack', fields,
    content: [whose && whose.node, name.node,
      before && before.booking ? h('p', { class: 'hint' }, 'It was booked online: to move or cancel it, ', h('a', { href: `#/bookings/${id(before.booking)}` }, 'open its booking'), '.') : null,
      times.node, technician.node, status.node, done.node, afterwards,
      h('details', {}, h('summary', {}, 'Your own id'), h('div', { class: 'stack' }, own.node))].filter(Boolean),
    deed: before ? 'Save changes' : 'Plan this visit', busy: 'Saving…', others: cancel(away),
    send: (values, key) => {
      const body = { customer: before ? before.customer : who ? who.id : values.customer, title: values.title, ...times.read(), technician: values.technician, status: values.status,
        completed_at: done.read(), work: values.work, products: products.read(), notes: values.notes, external_id: values.external_id || null };
      return before ? put(`/visits/${id(before.id)}`, body) : post('/visits', body, key);
    },
    about: { 'external-id-taken': 'external_id' },
    problem: (failed) => { if (failed.type === 'external-id-taken' || failed.errors.some((one) => one.pointer === '#/external_id')) node.querySelector('details').open = true; return false; },
    done: (made) => { say(before ? 'Saved.' : `“${made.title}” is planned.`); go(`/visits/${id(made.id)}`, true); },
  });
  return node;
}

// The arrival window: a day, from when, until when. It may end on another day where other software said so.
function windowFields(was, add) {
  const [from, until] = was.starts_at ? [local(was.starts_at), local(was.ends_at)] : [{ day: today(), time: '' }, { day: '', time: '' }];
  const over = was.starts_at && until.day !== from.day;
  const on = add(date({ name: 'day', pointer: 'starts_at', label: 'Day', value: from.day, required: 'Choose the day.' }));
  const begins = add(text({ name: 'from', pointer: 'starts_at_time', type: 'time', label: 'Arrival from', value: from.time, required: 'Say from when you may arrive.' }));
  const last = over ? add(date({ name: 'last', pointer: 'ends_at_day', label: 'Until the day', value: until.day, required: 'Choose the day.' })) : null;
  const ends = add(text({ name: 'until', pointer: 'ends_at', type: 'time', label: 'Until (optional)', value: was.starts_at === was.ends_at ? '' : until.time }));
  const same = (typed, then) => then && typed.day === then.day && typed.time === then.time;
  const read = () => {
    const first = { day: on.control.value, time: begins.control.value };
    const end = ends.control.value ? { day: last ? last.control.value : first.day, time: ends.control.value } : first;
    // What nobody touched stays the instant that it was, also in the hour that there is twice.
    const starts = same(first, was.starts_at && from) ? was.starts_at : instantOf(begins, first.day, first.time);
    const stops = end === first ? starts : same(end, was.ends_at && until) ? was.ends_at : instantOf(ends, end.day, end.time);
    if (Date.parse(stops) < Date.parse(starts)) throw new Wrong('This is before the arrival begins.', ends.name);
    return { starts_at: starts, ends_at: stops };
  };
  const where = h('p', { class: 'hint' }, `${zoneWords()}.`);
  return { node: [on.node, h('div', { class: 'two' }, begins.node, last && last.node, ends.node), where], read };
}

// When it was done, for one that is complete; the API says now where nothing is typed.
function doneFields(was, status, add) {
  const then = was.completed_at ? local(was.completed_at) : { day: '', time: '' };
  const on = add(date({ name: 'done-day', pointer: 'completed_at', label: 'Done on (optional)', value: then.day, attributes: { max: today() } }));
  const at = add(text({ name: 'done-time', pointer: 'completed_at_time', type: 'time', label: 'At', value: then.time }));
  const node = h('div', { class: 'two' }, on.node, at.node);
  const follow = () => { node.hidden = status.get() !== 'complete'; };
  const read = () => {
    const [day, time] = [on.control.value, at.control.value];
    if (status.get() !== 'complete' || !day) return null;
    if (was.completed_at && day === then.day && time === then.time) return was.completed_at;
    if (!time) throw new Wrong('Say at what time it was done, or leave the day away too.', at.name);
    return instantOf(at, day, time);
  };
  return { node, read, follow };
}
