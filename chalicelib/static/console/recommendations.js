// How likely customers are to recommend the company, 0 to 10, and why: newest first.

import { get } from './api.js';
import { today } from './company.js';
import { exporting } from './csv.js';
import { h } from './dom.js';
import { among, asked, filtered } from './filtered.js';
import { select } from './forms.js';
import { GROUPS, answerRow, pages } from './rating-words.js';
import { empty, head, link } from './ui.js';

const WHO = [['', 'Everybody'], ['promoter', 'Promoters, 9 or 10'], ['passive', 'Passives, 7 or 8'], ['detractor', 'Detractors, 0 to 6']];

export default async function recommendations({ query, signal }) {
  const filters = { group: among(GROUPS, query.group) };
  const shown = await filtered({ filters, load: (wanted, cursor) => get('/reviews', { ...wanted, cursor }, signal), place, list: (wanted) => ({ line: answerRow, none: none(wanted) }), one: 'answer', many: 'answers', signal });
  const any = shown.first.items.length || filters.group;
  const [out, told] = exporting({ path: '/reviews/export', chosen: shown.filters, one: 'answer', many: 'answers', name: ({ group }) => `recommendations${group && `-${group}`}-${today()}.csv` }, signal);
  const field = select({ name: 'group', label: 'Who', value: filters.group, choices: WHO, attributes: { onchange: () => shown.change({ group: field.get() }) } });
  const title = 'Recommendations';
  return { title, content: [
    head(title, any ? out : null), any ? told : null, pages('/ratings/recommendations'),
    h('p', { class: 'lead' }, 'How likely your customers are to recommend you, from 0 to 10. Whatever they answer, they get the same links to your public reviews.'),
    any ? h('form', { class: 'filters', role: 'search', 'aria-label': 'Filters', onsubmit: (event) => event.preventDefault() }, field.node) : null,
    ...shown.node,
  ].filter(Boolean) };
}

const place = (filters) => `/ratings/recommendations${asked(filters)}`;

const none = ({ group }) => (group ? empty('Nobody answered so', 'Others may have.', link('Show everybody', '#/ratings/recommendations', 'second'))
  : empty('No answers yet', 'After a visit your customers are asked, every 90 days at most, how likely they are to recommend you: their answers will be here.'));
