// All invoices, or one customer's: by state, found by number.

import { get, id, may } from './api.js';
import { counted, filled, searching } from './customers-search.js';
import { invoiceRow } from './invoice-words.js';
import { stateTabs } from './state-tabs.js';
import { back, empty, head, link, paged } from './ui.js';

const STATES = [['', 'All'], ['draft', 'Draft'], ['open', 'Open'], ['paid', 'Paid'], ['void', 'Void'], ['written_off', 'Written off']];
const NONE = {
  '': ['No invoices yet', 'Write one here, or let your own software send them by the API.'],
  draft: ['No drafts', 'An invoice that is saved as a draft waits here: your customer does not see it yet.'],
  open: ['Nothing is owed', 'Invoices that are not paid in full will be here.'],
  paid: ['Nothing paid yet', 'Invoices that are paid in full will be here.'],
  void: ['No void invoices', 'An invoice that was made by mistake can be voided: it stays here, and nothing is owed on it.'],
  written_off: ['Nothing written off', 'What you give up being paid will be here.'],
};

export default async function invoices({ query, signal }) {
  const { status = '', number = '', customer = '' } = query;
  const read = (typed, cursor) => filled((from) => get('/invoices', { status, customer, number: typed, cursor: from }, signal), cursor);
  const [first, whose] = await Promise.all([read(number, ''), customer && get(`/customers/${id(customer)}`, {}, signal)]);
  const write = may('invoices:write') ? link('New invoice', whose ? `#/customers/${id(whose.id)}/invoices/new` : '#/invoices/new') : null;
  const none = (typed) => (typed ? empty(`No invoice begins with “${typed}”`, status ? 'Look among all of them, or check the number.' : 'Check the number.')
    : empty(...NONE[status]));
  const found = (page, typed) => paged({ first: page, load: (cursor) => read(typed, cursor), line: (one) => invoiceRow(one, whose ? 'title' : 'customer_name'), none: none(typed) });
  const list = await searching({ label: 'Find by number', value: number, where: 'number', first, signal, load: read, show: found, attributes: { maxlength: '40' },
    told: (page) => counted(page, 'invoice', 'invoices') });
  const title = whose ? `Invoices of ${whose.name}` : 'Invoices';
  return { title, content: [whose ? back(`#/customers/${id(whose.id)}`, whose.name) : null, head(title, write), stateTabs('Invoices by state', '/invoices', STATES, { status, customer }), list].flat().filter(Boolean) };
}
