// One to five stars, as they are shown: said in words to who can't see them.

import { h } from './dom.js';

const MOST = 5;

export const starsOf = (count) => h('span', { class: 'starline' }, h('span', { class: 'hush' }, `${count} of ${MOST} stars`), h('span', { 'aria-hidden': true }, '★'.repeat(count), h('span', { class: 'unlit' }, '☆'.repeat(MOST - count))));
