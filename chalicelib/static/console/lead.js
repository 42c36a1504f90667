// One lead: what somebody wrote, how to answer, how far the company is with it, and what was done.

import { get, id, may, post, put } from './api.js';
import { moment, settings } from './company.js';
import { fill, h } from './dom.js';
import { area, form } from './forms.js';
import { happened } from './lead-history.js';
import { STATUSES, asked, filtersOf, leadPill, sourceWord, statusShape, statusWord, typed } from './lead-words.js';
import { back, button, complain, head, note, pairs, quiet, say, section, whileBusy } from './ui.js';

export default async function lead({ params, query, signal }) {
  const path = `/leads/${id(params.id)}`;
  const found = await get(path, {}, signal);
  const desk = { path, found, changes: may('leads:write'), drawn: [] };
  // What is drawn again after a change; the note that somebody is typing stays as it is.
  const part = (draw) => {
    const place = h('div', { class: 'redrawn' });
    const again = () => fill(place, draw(desk));
    desk.drawn.push(again);
    again();
    return place;
  };
  desk.set = (now) => {
    desk.found = now;
    for (const again of desk.drawn) again();
  };
  const { lead: one } = found;
  const name = one.name || one.email || one.phone;
  return { title: name, kind: 'wide', content: [
    back(`#/leads${asked(filtersOf(query))}`, 'Inbound leads'),
    head(typed(name), part(({ found: now }) => leadPill(now.lead))),
    h('div', { class: 'halves' },
      h('div', { class: 'main-half' },
        h('div', { class: 'sheet' }, part(suspicion), h('p', { class: 'written', lang: one.language }, one.message), part(answers)),
        desk.changes ? progress(desk) : null,
        section('Notes and history', desk.changes ? noting(desk) : null, part(happened))),
      h('div', {}, section('Details', h('div', { class: 'card stack details' }, part(facts), desk.changes ? part(toSpam) : null)))),
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
function suspicion({ found: { lead: one }, changes, ...desk }) {
  if (!one.spam) return one.reasons.length ? h('p', { class: 'hint' }, 'It was suspected to be spam when it came in, and is not any more.') : null;
  const reasons = one.reasons.map((reason) => h('li', {}, REASONS[reason] || OTHER));
  const why = reasons.length ? [h('p', {}, 'This looks like spam: it is kept, and was not mailed to you.'), h('ul', { class: 'dots' }, reasons)]
    : h('p', {}, 'Somebody of your team marked this as spam.');
  const press = button('This is not spam', { kind: 'second small', busy: 'Moving it…', onclick: () => sort(desk, press, false) });
  return h('div', { class: 'suspicion' }, why, changes ? h('div', { class: 'deeds' }, press) : null);
}

const toSpam = ({ found: { lead: one }, ...desk }) => {
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
function answers({ found: { lead: one } }) {
  if (one.spam) return null;
  const way = (href, label, to, kind = '') => h('a', { class: `button ${kind}`, href }, h('span', {}, label, h('span', { class: 'hush' }, ` ${to}`)));
  return h('div', { class: 'deeds both' },
    one.email ? way(written(one), 'Reply by e-mail', `to ${one.email}`) : null,
    one.phone ? way(dialled(one.phone), 'Call', one.phone, one.email ? 'second' : '') : null);
}

// How far the company is: buttons rather than radios, which would be changed by every arrow key. They stay where they are,
// and the focus on them.
function progress(desk) {
  const group = h('div', { class: 'chips', role: 'group' });
  const chips = STATUSES.map(([status, label]) => h('button', { type: 'button', class: 'chip', onclick: () => become(desk, group, status) },
    h('span', { class: `pill ${statusShape(status)}` }, label)));
  const node = section('How far are you with it?', fill(group, chips));
  group.setAttribute('aria-labelledby', node.firstElementChild.id);
  const again = () => {
    const { lead: one } = desk.found;
    node.hidden = one.spam;
    chips.forEach((chip, index) => chip.setAttribute('aria-pressed', String(STATUSES[index][0] === one.status)));
  };
  desk.drawn.push(again);
  again();
  return node;
}

async function become(desk, group, status) {
  if (status === desk.found.lead.status) return;
  await whileBusy(group, async () => {
    try {
      desk.set(await put(`${desk.path}/status`, { status }));
      say(`Saved: ${statusWord(status)}.`);
    } catch (failed) {
      complain(failed);
    }
  });
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

function facts({ found }) {
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
