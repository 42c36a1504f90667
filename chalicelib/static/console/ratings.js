// What customers say of visits: those to follow up first, then all of them, newest first.

import { get } from './api.js';
import { today } from './company.js';
import { exporting } from './csv.js';
import { h } from './dom.js';
import { among, asked, filtered } from './filtered.js';
import { select } from './forms.js';
import { FOLLOW_UPS, pages, ratingRow } from './rating-words.js';
import { empty, head, link, listing, note, section } from './ui.js';

const FEW = 5;

export default async function ratings({ query, signal }) {
  const filters = { follow_up: among(FOLLOW_UPS, query.follow_up), technician: query.technician || '' };
  const [shown, open] = await Promise.all([
    filtered({ filters, load: (wanted, cursor) => get('/ratings', { ...wanted, cursor }, signal), place, list: (wanted) => ({ line: ratingRow, none: none(wanted) }), one: 'rating', many: 'ratings', signal, changed: (now) => { first.hidden = asked(now) !== ''; } }),
    get('/ratings', { follow_up: 'open', limit: FEW }, signal),
  ]);
  const any = shown.first.items.length || asked(filters);
  const [out, told] = exporting({ path: '/ratings/export', chosen: shown.filters, one: 'rating', many: 'ratings', name: ({ follow_up: state }) => `ratings${state && `-${state}`}-${today()}.csv` }, signal);
  const first = h('div', { hidden: asked(filters) !== '' }, open.items.length ? toFollowUp(open) : null);
  const title = 'Ratings';
  return { title, content: [
    head(title, any ? out : null), any ? told : null, pages('/ratings'), first,
    any ? section('All ratings', controls(shown), filters.technician ? byOne(filters) : null, ...shown.node) : shown.node,
  ].flat().filter(Boolean) };
}

const place = (filters) => `/ratings${asked(filters)}`;

const toFollowUp = ({ items, next }) => section('To follow up', h('p', { class: 'hint' }, 'One or two stars. A call soon often makes it good.'), listing(items.map(ratingRow)),
  next ? h('p', { class: 'more' }, h('a', { href: `#${place({ follow_up: 'open' })}` }, 'All of them')) : null);

const byOne = ({ technician, ...others }) => note(`Of visits by ${technician}. `, h('a', { href: `#${place(others)}` }, 'Show everybody’s'));

function controls(shown) {
  const field = select({ name: 'follow_up', label: 'Follow-up', value: shown.filters().follow_up, choices: [['', 'All'], ...FOLLOW_UPS], attributes: { onchange: () => shown.change({ ...shown.filters(), follow_up: field.get() }) } });
  return h('form', { class: 'filters', role: 'search', 'aria-label': 'Filters', onsubmit: (event) => event.preventDefault() }, field.node);
}

const EMPTY = {
  open: ['Nothing to follow up', 'Ratings of one or two stars wait here until somebody has got in touch.'],
  contacted: ['Nobody contacted', 'Once you have got in touch with somebody, mark their rating as contacted: it will be here.'],
  resolved: ['Nothing resolved yet', 'Ratings that were made good will be here, once you mark them so.'],
};

function none({ follow_up: state, technician }) {
  const clear = link('Show all ratings', '#/ratings', 'second');
  if (technician) return empty('Nothing fits', `No rating of a visit by ${technician}${state ? ' that is so' : ''}.`, clear);
  if (state) return empty(...EMPTY[state], clear);
  return empty('No ratings yet', 'Once a visit is complete, your customers are asked how it was: their stars and what they write will be here.');
}
