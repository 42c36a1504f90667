// Inbound leads: who wrote to the company, newest first, by how far it is with them, where and when they wrote.

import { Problem, get, id, may } from './api.js';
import { settings } from './company.js';
import { counted, filled } from './customers-search.js';
import { fill, h } from './dom.js';
import { STATUSES, asked, filtersOf, leadPill, sourceWord, typed, when } from './lead-words.js';
import { exportingLeads } from './leads-export.js';
import { refining } from './leads-filter.js';
import { button, empty, head, link, note, paged } from './ui.js';

const EXCERPT = 240;
// So many the API looks through for a page on which it finds too few.
const LOOKED_THROUGH = 500;
const VIEWS = [['', 'All'], ...STATUSES, ['spam', 'Suspected spam']];

export default async function leads({ query, signal }) {
  const title = 'Inbound leads';
  let filters = filtersOf(query);
  let turn = 0;
  const load = (wanted, cursor) => filled((from) => get('/leads', { ...wanted, cursor: from }, signal), cursor);
  const found = (page, wanted) => paged({ first: page, load: (cursor) => load(wanted, cursor), line: (one) => line(one, wanted), none: none(wanted), vain });
  const first = await load(filters, '');
  const views = h('nav', { 'aria-label': 'Leads by status' });
  const results = h('div', { class: 'results' }, await found(first, filters));
  const voice = h('p', { class: 'hush', role: 'status' });
  fill(views, tabs(filters));

  // Other filters of the same view: drawn where the list was, and kept in the address without a step of the history.
  async function refine(wanted) {
    const mine = (turn += 1);
    results.setAttribute('aria-busy', 'true');
    try {
      const page = await load(wanted, '');
      const node = await found(page, wanted);
      if (mine !== turn || signal.aborted) return;
      filters = wanted;
      fill(results, node);
      fill(views, tabs(wanted));
      voice.textContent = counted(page, 'message', 'messages');
      history.replaceState(history.state, '', `#/leads${asked(wanted)}`);
    } catch (failed) {
      if (signal.aborted || mine !== turn) return;
      if (!(failed instanceof Problem)) throw failed;
      fill(results, unread(failed, () => refine(wanted)));
    } finally {
      if (mine === turn) results.removeAttribute('aria-busy');
    }
  }

  const anything = first.items.length || asked(filters);
  const out = anything ? exportingLeads(() => filters, signal) : [];
  return { title, content: [
    head(title, out[0]), out[1], views,
    filters.spam ? note('These messages look like spam: they are kept, and were not mailed to you. If one is from a real person, open it and say so.') : null,
    anything ? refining(filters, refine) : null, voice, results,
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

function unread(failed, again) {
  return h('div', { class: 'card empty', role: 'alert' }, h('p', {}, failed.title), h('p', { class: 'hint' }, failed.detail), button('Try again', { kind: 'second', onclick: again }));
}
