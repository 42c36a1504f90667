// Visits by day: what is to come and what was, found by when, how far and with whom.

import { get, id, may } from './api.js';
import { today } from './company.js';
import { h } from './dom.js';
import { among, asked, dayAmong, filtered } from './filtered.js';
import { daysAfter } from './invoice-sums.js';
import { refining } from './refining.js';
import { back, empty, head, link } from './ui.js';
import { STATUSES, dayAt, dayWords, visitRow } from './visit-words.js';

const VIEWS = [['', 'To come'], ['past', 'Before today']];

export default async function visits({ query, signal }) {
  const { customer = '' } = query;
  const view = among(VIEWS, query.view);
  const filters = { view, customer, status: among(STATUSES, query.status), since: dayAmong(query.since), until: dayAmong(query.until) };
  const plan = may('visits:write') ? link('New visit', customer ? `#/customers/${id(customer)}/visits/new` : '#/visits/new') : null;
  const views = h('nav', { 'aria-label': 'Visits by time' });
  const drawViews = (now) => views.replaceChildren(h('ul', { class: 'tabs many' }, VIEWS.map(([one, label]) => h('li', {}, h('a', { href: `#${place({ ...now, view: one, since: '', until: '' })}`, 'aria-current': one === now.view ? 'true' : null }, label)))));
  const [shown, who] = await Promise.all([
    filtered({ filters, load: (wanted, cursor) => get('/visits', { ...period(wanted), cursor }, signal), place, list: (wanted) => ({ line: byDay(), none: none(wanted, plan) }), one: 'visit', many: 'visits', signal, changed: drawViews }),
    customer && may('customers:read') ? get(`/customers/${id(customer)}`, {}, signal) : null,
  ]);
  drawViews(filters);
  const title = customer ? `Visits of ${who ? who.name : 'a customer'}` : 'Visits';
  return { title, content: [customer ? back(`#/customers/${id(customer)}`, who ? who.name : 'Customer') : null, head(title, plan), views, controls(shown), ...shown.node].filter(Boolean) };
}

const place = (filters) => `/visits${asked(filters)}`;

// What the API is asked for: from today on, the soonest first; or up to yesterday, the latest first.
function period({ view, ...filters }) {
  const now = today();
  if (view) return { ...filters, until: filters.until && filters.until < now ? filters.until : daysAfter(now, -1) };
  return { ...filters, since: filters.since > now ? filters.since : now, order: 'soonest' };
}

// The first line of a day says which day it is.
function byDay() {
  let last = '';
  return (one) => {
    const line = visitRow(one);
    const of = dayAt(one);
    if (of !== last) line.prepend(h('h2', { class: 'dated' }, dayWords(of)));
    last = of;
    return line;
  };
}

const controls = (shown) => refining(shown.filters(), {
  choice: { name: 'status', label: 'How far', choices: [['', 'All'], ...STATUSES] },
  bounds: shown.filters().view ? { max: daysAfter(today(), -1) } : { min: today() },
  told: ({ status, since, until }) => {
    const set = [status, since, until].filter(Boolean).length;
    return set ? ` (${set})` : '';
  },
  changed: shown.change,
});

function none({ view, customer, status, since, until }, plan) {
  if (status || since || until) return empty('Nothing fits these filters', 'Visits of other days, or that are further, may.', link('Clear the filters', `#${place({ view, customer })}`, 'second'));
  if (view) return empty('No visits before today', 'What was done, by whom, with photos and what your customers say of it, will be here.');
  return empty('No visits to come', 'Visits are planned here, or come from your own software by the API. Your customers see when you arrive, and afterwards what was done.', plan);
}
