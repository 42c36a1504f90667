// A lead in a few words: how far the company is with it, where it was written, when; and the list's filters as the address
// asks for them.

import { ago, moment } from './company.js';
import { h } from './dom.js';
import { among, dayAmong } from './filtered.js';
import { pill } from './ui.js';

export const STATUSES = [['new', 'New'], ['contacted', 'Contacted'], ['won', 'Won'], ['lost', 'Lost']];
export const SOURCES = [['widget', 'Website'], ['page', 'Contact page'], ['portal', 'Portal'], ['booking', 'Online booking']];
const SHAPES = { new: 'fresh', contacted: 'part-paid', won: 'paid', lost: 'void' };

const wordOf = (choices, value) => choices.find(([one]) => one === value)?.[1] || value;
export const statusWord = (status) => wordOf(STATUSES, status);
export const sourceWord = (source) => wordOf(SOURCES, source);
export const statusShape = (status) => SHAPES[status] || '';

export const leadPill = (one) => (one.spam ? pill(one.reasons.length ? 'Suspected' : 'Marked as spam', 'suspected') : pill(statusWord(one.status), statusShape(one.status)));

// What somebody typed: in their own direction of writing, whatever stands around it.
export const typed = (text) => h('bdi', {}, text);

// How long ago, and exactly when it was where the company is.
export const when = (at) => h('time', { datetime: at, title: moment(at) }, ago(at));

// The filters that an address asks for, as the API takes them; what it can't mean counts for nothing.
export function filtersOf({ status, source, since, until, spam }) {
  const suspected = spam === 'true';
  return {
    status: suspected ? '' : among(STATUSES, status), source: among(SOURCES, source),
    since: dayAmong(since), until: dayAmong(until), spam: suspected ? 'true' : '',
  };
}
