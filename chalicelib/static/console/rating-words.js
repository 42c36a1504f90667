// Ratings and recommendations in a few words: what follows a low one, who would recommend the company; and the pages about them.

import { id, may } from './api.js';
import { ago, moment } from './company.js';
import { h } from './dom.js';
import { starsOf } from './stars.js';
import { pill } from './ui.js';

export const FOLLOW_UPS = [['open', 'To follow up'], ['contacted', 'Contacted'], ['resolved', 'Resolved']];
export const GROUPS = [['promoter', 'Promoter'], ['passive', 'Passive'], ['detractor', 'Detractor']];
const SHAPES = { open: 'fresh', contacted: 'part-paid', resolved: 'paid', promoter: 'paid', passive: 'due', detractor: 'overdue' };

const wordOf = (choices, value) => choices.find(([one]) => one === value)?.[1] || value;
export const followUpWord = (value) => wordOf(FOLLOW_UPS, value);
export const shapeOf = (value) => SHAPES[value] || '';
export const followUpPill = (one) => (one.follow_up === 'none' ? null : pill(followUpWord(one.follow_up), shapeOf(one.follow_up)));
const groupPill = (one) => pill(wordOf(GROUPS, one.group), shapeOf(one.group));

// How long ago, and exactly when it was where the company is.
const when = (at) => h('time', { datetime: at, title: moment(at) }, ago(at));

const EXCERPT = 240;
const excerpt = (text) => h('bdi', {}, [...text.slice(0, 2 * EXCERPT).replace(/\s+/g, ' ')].slice(0, EXCERPT).join(''));

// A line of a list.
export const ratingRow = (one) => h('li', {}, h('a', { class: `row opinion ${one.follow_up === 'open' ? '' : 'closed'}`, href: `#/ratings/${id(one.id)}` },
  h('span', { class: 'what' }, starsOf(one.stars), ' ', h('span', { class: 'beside-number' }, one.customer_name)), h('span', { class: 'note when' }, when(one.rated_at)),
  h('span', { class: 'note words' }, one.comment ? excerpt(one.comment) : null), followUpPill(one) || h('span', {}),
  h('span', { class: 'note below' }, h('span', {}, one.title), one.technician ? h('span', {}, one.technician) : null)));

// A line of how likely somebody is to recommend the company.
export const answerRow = (one) => h('li', {}, h('div', { class: 'row still opinion' },
  h('span', { class: 'what' }, h('span', { class: 'score' }, one.score, h('span', { class: 'hush' }, ' of 10')), h('span', { class: 'beside-number' }, may('customers:read') ? h('a', { href: `#/customers/${id(one.customer)}` }, one.customer_name) : one.customer_name)),
  h('span', { class: 'note when' }, when(one.at)), h('span', { class: 'words written' }, one.comment), groupPill(one)));

const PAGES = [['/ratings', 'Ratings'], ['/ratings/recommendations', 'Recommendations'], ['/ratings/reports', 'Reports']];

export const pages = (here) => h('nav', { 'aria-label': 'What customers say' }, h('ul', { class: 'tabs many' }, PAGES.map(([path, label]) => h('li', {}, h('a', { href: `#${path}`, 'aria-current': path === here ? 'page' : null }, label)))));
