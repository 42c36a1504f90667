// The charts of stars: their average by month, how many there are of each, and what they are for each technician.

import { figure, lineChart, meter, table } from './chart.js';
import { h } from './dom.js';
import { counted, decimal, monthName, monthShort, percent } from './report-words.js';
import { starsOf } from './stars.js';

const TICKS = [1, 2, 3, 4, 5].map((stars) => [stars, stars]);

export function byMonth({ months }, out) {
  const rated = months.filter((one) => one.average !== null);
  const said = rated.length ? `Average stars by month: ${rated.map((one) => `${monthName(one.month)} ${decimal(one.average)}`).join(', ')}.` : 'No ratings in these months.';
  return figure({
    title: 'Average by month',
    chart: lineChart({ said, months: months.map((one) => one.month), values: months.map((one) => (one.average === null ? null : Number(one.average))), ticks: TICKS, write: (value) => decimal(value.toFixed(2)) }),
    table: table('Average by month', ['Month', 'Average', 'Ratings', 'Visits', 'Rated'], months.map((one) => [monthName(one.month), decimal(one.average), one.ratings, one.asked, percent(one.response)])),
    beside: out('ratings-by-month', [['month', 'average', 'ratings', 'visits', 'response', '1 star', '2 stars', '3 stars', '4 stars', '5 stars'], ...months.map((one) => [one.month, number(one.average), one.ratings, one.asked, one.response, ...one.stars])]),
  });
}

// Its bars stand in the table itself.
export function byStars({ totals: { ratings } }) {
  const share = (count) => (ratings.ratings ? count / ratings.ratings : 0);
  const line = (count, index) => h('tr', {}, h('th', { scope: 'row' }, starsOf(index + 1)), h('td', { class: 'bar-cell' }, meter(share(count))), h('td', {}, count), h('td', {}, percent(ratings.ratings ? Math.round(share(count) * 100) : null)));
  return h('div', { class: 'chart card stack' }, h('h3', {}, 'How many stars'),
    h('table', { class: 'figures bars' }, h('caption', { class: 'hush' }, 'How many stars'),
      heads('Stars', 'Ratings', 'Share'),
      h('tbody', {}, ratings.stars.map(line).reverse())));
}

// The column of bars says nothing that the others don’t.
const heads = (first, ...others) => h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, first), h('td', {}), others.map((name) => h('th', { scope: 'col' }, name))));

const who = (one) => one.technician || 'Nobody named';

export function byTechnician({ technicians, months }, out) {
  if (!technicians.length) return null;
  const best = [...technicians].sort((one, other) => Number(other.average || 0) - Number(one.average || 0) || other.ratings - one.ratings);
  const link = (one) => (one.technician ? h('a', { href: `#/ratings?technician=${encodeURIComponent(one.technician)}` }, one.technician) : who(one));
  const line = (one) => h('tr', {}, h('th', { scope: 'row' }, link(one), h('span', { class: 'note' }, `${counted(one.ratings, 'rating', 'ratings')} of ${counted(one.asked, 'visit', 'visits')}${one.response === null ? '' : `, ${percent(one.response)}`}`)),
    h('td', { class: 'bar-cell' }, one.average === null ? null : meter((Number(one.average) - 1) / 4)), h('td', { class: 'average' }, decimal(one.average)));
  const of = (one, month) => one.months.find((each) => each.month === month);
  const names = months.map((one, index) => monthShort(one.month, index === 0 || one.month.endsWith('-01')));
  const matrix = table('Averages by technician and month', ['Technician', ...names], best.map((one) => [who(one), ...months.map(({ month }) => { const found = of(one, month); return found && found.average !== null ? [decimal(found.average), h('span', { class: 'note' }, `${found.ratings}`)] : null; })]));
  return h('div', { class: 'chart card stack' }, h('h3', {}, 'By technician'),
    h('table', { class: 'figures bars people' }, h('caption', { class: 'hush' }, 'By technician'),
      heads('Technician', 'Average'), h('tbody', {}, best.map(line))),
    h('div', { class: 'chart-foot' },
      h('details', {}, h('summary', {}, 'Month by month'), h('p', { class: 'hint' }, 'The average, and below it how many ratings it is made of.'), h('div', { class: 'scrolled', tabindex: '0', role: 'region', 'aria-label': 'Averages by technician and month' }, matrix)),
      out('ratings-by-technician', [['technician', 'month', 'average', 'ratings', 'visits', 'response'], ...best.flatMap((one) => [[who(one), 'all', number(one.average), one.ratings, one.asked, one.response], ...one.months.map((each) => [who(one), each.month, number(each.average), each.ratings, each.asked, each.response])])])));
}

const number = (text) => (text === null ? null : Number(text));
