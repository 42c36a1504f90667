// One lead: what somebody wrote, how to answer, how far the company is with it, and what was done.

import { get, id, may, post, put } from './api.js';
import { chips } from './chips.js';
import { moment, settings } from './company.js';
import { h } from './dom.js';
import { asked } from './filtered.js';
import { area, form } from './forms.js';
import { happened } from './lead-history.js';
import { STATUSES, filtersOf, leadPill, sourceWord, statusShape, statusWord, typed } from './lead-words.js';
import { deskOf } from './redrawn.js';
import { back, button, complain, head, note, pairs, quiet, say, section, whileBusy } from './ui.js';

export default async function lead({ params, query, signal }) {
  const path = `/leads/${id(params.id)}`;
  const found = await get(path, {}, signal);
  const desk = deskOf(found, { path, changes: may('leads:write') });
  const { lead: one } = found;
  const name = one.name || one.email || one.phone;
  return { title: name, kind: 'wide', content: [
    back(`#/leads${asked(filtersOf(query))}`, 'Inbound leads'),
    head(typed(name), desk.part((now) => leadPill(now.lead))),
    h('div', { class: 'halves' },
      h('div', { class: 'main-half' },
        h('div', { class: 'sheet' }, desk.part(suspicion), h('p', { class: 'written', lang: one.language }, one.message), desk.part(answers)),
        desk.changes ? progress(desk) : null,
        section('Notes and history', desk.changes ? noting(desk) : null, desk.part(happened))),
      h('div', {}, section('Details', h('div', { class: 'card stack details' }, desk.part(facts), desk.changes ? desk.part(toSpam) : null)))),
  ] };
}

const REASONS = {
  no_form: 'It was sent without opening your form, or more than a week after opening it.',
  too_fast: 'It was sent sooner than anybody types.',
  trap: 'A field that people can’t see was filled in.',
  links: 'It has more links than people usually send.',
};
const OTHER = 'Something else about it is unusual.';

// Why it is among the suspected ones, or was.
function suspicion({ lead: one }, desk) {
  if (!one.spam) return one.reasons.length ? h('p', { class: 'hint' }, 'It was suspected to be spam when it came in, and is not any more.') : null;
  const reasons = one.reasons.map((reason) => h('li', {}, REASONS[reason] || OTHER));
  const why = reasons.length ? [h('p', {}, 'This looks like spam: it is kept, and was not mailed to you.'), h('ul', { class: 'dots' }, reasons)]
    : h('p', {}, 'Somebody of your team marked this as spam.');
  const press = button('This is not spam', { kind: 'second small', busy: 'Moving it…', onclick: () => sort(desk, press, false) });
  return h('div', { class: 'suspicion' }, why, desk.changes ? h('div', { class: 'deeds' }, press) : null);
}

const toSpam = ({ lead: one }, desk) => {
  const press = quiet('Mark as spam', () => sort(desk, press, true));
  return one.spam ? null : h('p', { class: 'tools' }, press);
};

async function sort(desk, press, spam) {
  await whileBusy(press, async () => {
    try {
      const now = await put(`${desk.path}/spam`, { spam });
      desk.set(now);
      say(spam ? 'Marked as spam. You find it among the suspected ones.' : `It is among your leads again, as ${statusWord(now.lead.status).toLowerCase()}.`);
      // What was pressed is gone.
      document.querySelector('main h1')?.focus();
    } catch (failed) {
      complain(failed);
    }
  });
}

const SUBJECTS = { en: 'Your message to', es: 'Su mensaje a' };

const dialled = (phone) => `tel:${phone.replace(/[^\d+]/g, '')}`;
const written = ({ email, language }) => {
  const subject = `${SUBJECTS[language] || SUBJECTS.en} ${settings.company.name}`;
  return `mailto:${encodeURIComponent(email).replace('%40', '@')}?subject=${encodeURIComponent(subject)}`;
};

// To whom spam is answered, it pays.
function answers({ lead: one }) {
  if (one.spam) return null;
  const way = (href, label, to, kind = '') => h('a', { class: `button ${kind}`, href }, h('span', {}, label, h('span', { class: 'hush' }, ` ${to}`)));
  return h('div', { class: 'deeds both' },
    one.email ? way(written(one), 'Reply by e-mail', `to ${one.email}`) : null,
    one.phone ? way(dialled(one.phone), 'Call', one.phone, one.email ? 'second' : '') : null);
}

function progress(desk) {
  const far = chips({ title: 'How far are you with it?', choices: STATUSES, shape: statusShape, become: async (status) => {
    desk.set(await put(`${desk.path}/status`, { status }));
    say(`Saved: ${statusWord(status)}.`);
  } });
  desk.drawing(() => {
    const { lead: one } = desk.found;
    far.node.hidden = one.spam;
    far.show(one.status);
  });
  return far.node;
}

function noting(desk) {
  const field = area({ name: 'text', label: 'Add a note', hint: 'Only your team sees it.', required: 'Write the note first.', rows: 3, attributes: { maxlength: 4000 } });
  return form({
    fields: [field], deed: 'Add note', busy: 'Adding…', kind: 'second small', className: 'card stack',
    send: (values, key) => post(`${desk.path}/notes`, values, key),
    done: (now) => {
      field.control.value = '';
      desk.set(now);
      say('Note added.');
    },
  }).node;
}

const MAILED = { pending: 'Being mailed to', sent: 'Mailed to', failed: 'Not mailed to' };

function mailed({ mail, lead: one }) {
  if (one.booking) return null;
  if (!mail) return ['Mailed', one.reasons.length ? 'No: it was suspected to be spam' : 'No: there was no address to mail it to'];
  const failed = mail.state === 'failed' ? h('span', { class: 'note-line' }, `${mail.reason || 'It could not be sent.'} The message itself is safe here.`) : null;
  return [MAILED[mail.state], [mail.to, failed]];
}

function languageName(tag) {
  try {
    return new Intl.DisplayNames('en', { type: 'language' }).of(tag);
  } catch {
    return tag;
  }
}

// A long address is cut where its parts end.
const broken = (page) => page.split(/(?<=\/)/).flatMap((part) => [part, h('wbr')]);

function facts(found) {
  const { lead: one } = found;
  const way = (href, words) => (one.spam ? words : h('a', { href }, words));
  return pairs([
    one.email ? ['E-mail', way(written(one), one.email)] : null,
    one.phone ? ['Phone', way(dialled(one.phone), one.phone)] : null,
    one.customer ? ['Customer', may('customers:read') ? h('a', { href: `#/customers/${id(one.customer)}` }, 'Open their page') : one.booking ? 'Yes' : 'Yes: they were signed in'] : null,
    one.booking && settings.booking.on && may('bookings:read') ? ['Booking', h('a', { href: `#/bookings/${id(one.booking)}` }, 'Open the booking')] : null,
    one.service ? ['Service wanted', typed(one.service)] : null,
    one.preferred_time ? ['Preferred time', typed(one.preferred_time)] : null,
    ['Came in', h('time', { datetime: one.received_at }, moment(one.received_at))],
    ['Written in', sourceWord(one.source)],
    one.page ? ['Page', broken(one.page)] : null,
    ['Language', languageName(one.language)],
    mailed(found),
  ]);
}
