// Inbound leads: who wrote to the company, newest first, by how far it is with them, where and when they wrote.

import { get, id, may } from './api.js';
import { settings } from './company.js';
import { fill, h } from './dom.js';
import { asked, filtered } from './filtered.js';
import { STATUSES, filtersOf, leadPill, sourceWord, typed, when } from './lead-words.js';
import { exportingLeads } from './leads-export.js';
import { leadFilters } from './leads-filter.js';
import { empty, head, link, note } from './ui.js';

const EXCERPT = 240;
// So many the API looks through for a page on which it finds too few.
const LOOKED_THROUGH = 500;
const VIEWS = [['', 'All'], ...STATUSES, ['spam', 'Suspected spam']];

export default async function leads({ query, signal }) {
  const title = 'Inbound leads';
  const filters = filtersOf(query);
  const views = h('nav', { 'aria-label': 'Leads by status' });
  const shown = await filtered({
    filters, one: 'message', many: 'messages', signal,
    load: (wanted, cursor) => get('/leads', { ...wanted, cursor }, signal),
    list: (wanted) => ({ line: (one) => line(one, wanted), none: none(wanted), vain }),
    place: (wanted) => `/leads${asked(wanted)}`,
    changed: (wanted) => fill(views, tabs(wanted)),
  });
  fill(views, tabs(filters));
  const anything = shown.first.items.length || asked(filters);
  const out = anything ? exportingLeads(shown.filters, signal) : [];
  return { title, content: [
    head(title, out[0]), out[1], views,
    filters.spam ? note('These messages look like spam: they are kept, and were not mailed to you. If one is from a real person, open it and say so.') : null,
    anything ? leadFilters(filters, shown.change) : null, ...shown.node,
  ].filter(Boolean) };
}

function tabs(filters) {
  const to = (view) => `#/leads${asked({ ...filters, status: view === 'spam' ? '' : view, spam: view === 'spam' ? 'true' : '' })}`;
  const here = filters.spam ? 'spam' : filters.status;
  return h('ul', { class: 'tabs many' }, VIEWS.map(([view, label]) => h('li', {}, h('a', { href: to(view), 'aria-current': view === here ? 'true' : null }, label))));
}

// A line of the list; its address takes the filters along, so that the way back has them.
const line = (one, filters) => h('li', {}, h('a', { class: `row inbound ${one.status === 'new' ? '' : 'closed'}`, href: `#/leads/${id(one.id)}${asked(filters)}` },
  h('span', { class: 'what' }, typed(one.name || one.email || one.phone)), h('span', { class: 'note when' }, when(one.received_at)),
  h('span', { class: 'note words' }, typed([...one.message.slice(0, 2 * EXCERPT).replace(/\s+/g, ' ')].slice(0, EXCERPT).join(''))), leadPill(one),
  h('span', { class: 'note below' }, h('span', {}, sourceWord(one.source)), one.service ? h('span', { class: 'cut' }, typed(one.service)) : null)));

function vain(pages, any) {
  const count = (pages * LOOKED_THROUGH).toLocaleString('en-US');
  return any ? `None of the next ${count} messages fits.` : `None of the ${count} messages that were looked through so far fits.`;
}

function none(filters) {
  const { source, since, until, spam, status } = filters;
  if (source || since || until) {
    const clear = link('Clear the filters', `#/leads${asked({ status, spam })}`, 'second');
    return empty('Nothing fits these filters', 'Messages of another time, or written elsewhere, may.', clear);
  }
  if (spam) return empty('Nothing suspected', 'Messages that look like spam are kept here, and are not mailed to you.');
  if (status) return empty(...(EMPTY[status] || ['Nothing here', 'Messages that you mark so will be here.']));
  const { on } = settings.contact_form;
  const way = may('settings:read') ? link(on ? 'Put it on your website' : 'Turn it on', on ? '#/settings/website' : '#/settings/website/contact') : null;
  return on
    ? empty('No messages yet', 'What people write to you will be here: by the contact form on your website, on its own page, and in your portal.', way)
    : empty('The contact form is off', 'While it is off, nobody can write to you by your website or your portal.', way);
}

const EMPTY = {
  new: ['Nothing new', 'Messages that nobody has looked after yet will be here.'],
  contacted: ['Nobody contacted', 'Once you have answered somebody, mark their message as contacted: it will be here.'],
  won: ['Nothing won yet', 'Those who became customers will be here, once you mark them as won.'],
  lost: ['Nothing lost', 'Those who chose somebody else will be here, once you mark them as lost.'],
};
