// All estimates, or one customer's: by state, found by number.

import { get, id, may } from './api.js';
import { counted, filled, searching } from './customers-search.js';
import { STATUSES, estimateRow } from './estimate-words.js';
import { stateTabs } from './state-tabs.js';
import { back, empty, head, link, paged } from './ui.js';

const EMPTY = {
  draft: ['No drafts', 'An estimate that is saved as a draft waits here: your customer does not see it yet.'],
  pending: ['Nothing waits for a decision', 'Estimates that your customers have not accepted or declined yet will be here.'],
  won: ['Nothing won yet', 'Estimates that were accepted will be here.'],
  lost: ['Nothing lost', 'Estimates that were declined will be here, with the reason where one was given.'],
  expired: ['Nothing has expired', 'Estimates whose last day went by without a decision will be here.'],
};
const NONE = ['No estimates yet', 'Write one here, or let your own software send them by the API.'];

export default async function estimates({ query, signal }) {
  const { number = '', customer = '' } = query;
  const status = query.status in EMPTY ? query.status : '';
  const read = (typed, cursor) => filled((from) => get('/estimates', { status, customer, number: typed, cursor: from }, signal), cursor);
  const [first, whose] = await Promise.all([read(number, ''), customer && get(`/customers/${id(customer)}`, {}, signal)]);
  const write = may('estimates:write') ? link('New estimate', whose ? `#/customers/${id(whose.id)}/estimates/new` : '#/estimates/new') : null;
  const none = (typed) => (typed ? empty(`No estimate begins with “${typed}”`, status ? 'Look among all of them, or check the number.' : 'Check the number.')
    : empty(...(EMPTY[status] || NONE)));
  const found = (page, typed) => paged({ first: page, load: (cursor) => read(typed, cursor), line: (one) => estimateRow(one, whose ? 'title' : 'customer_name'), none: none(typed) });
  const list = await searching({ label: 'Find by number', value: number, where: 'number', first, signal, load: read, show: found, attributes: { maxlength: '40' },
    told: (page) => counted(page, 'estimate', 'estimates') });
  const title = whose ? `Estimates of ${whose.name}` : 'Estimates';
  const tabs = stateTabs('Estimates by state', '/estimates', [['', 'All'], ...STATUSES], { status, customer });
  return { title, content: [whose ? back(`#/customers/${id(whose.id)}`, whose.name) : null, head(title, write), tabs, list].flat().filter(Boolean) };
}
