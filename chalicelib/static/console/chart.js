// Charts without a library: SVG made here, drawn anew at each width so that words keep their size. Nothing is told by colour
// alone, and the figures of each stand in a table below it.

import { h, unique } from './dom.js';
import { monthName, monthShort } from './report-words.js';

const SVG = 'http://www.w3.org/2000/svg';
const HEIGHT = 208;
const PAD = { top: 24, right: 12, bottom: 28, left: 38 };

function shape(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.flat().filter((one) => one !== null));
  return element;
}

const words = (x, y, text, attributes = {}) => shape('text', { x, y, 'text-anchor': 'middle', ...attributes }, String(text));

// A heading, the chart with what it says in a sentence, its table folded up below, and what stands beside that.
export const figure = ({ title, chart, legend, table, beside }) => h('figure', { class: 'chart card stack' }, h('figcaption', {}, h('h3', {}, title)), legend, chart,
  h('div', { class: 'chart-foot' }, h('details', {}, h('summary', {}, 'The figures', h('span', { class: 'hush' }, `: ${title}`)), h('div', { class: 'scrolled', tabindex: '0', role: 'region', 'aria-label': title }, table)), beside));

// A table: `columns` are heads, the first one the rows'; `lines` are [[head, cell, …], …].
export const table = (caption, columns, lines) => h('table', { class: 'figures' }, h('caption', { class: 'hush' }, caption),
  h('thead', {}, h('tr', {}, columns.map((name) => h('th', { scope: 'col' }, name)))),
  h('tbody', {}, lines.map(([head, ...cells]) => h('tr', {}, h('th', { scope: 'row' }, head), cells.map((one) => h('td', {}, one === null ? '—' : one))))));

// What is drawn at whatever width there is. `said` is read instead of it.
function drawn(said, draw) {
  const place = h('div', { class: 'drawing' });
  let width = 0;
  new ResizeObserver(([{ contentRect }]) => {
    const now = Math.round(contentRect.width);
    if (!now || now === width) return;
    width = now;
    place.replaceChildren(shape('svg', { width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}`, role: 'img', 'aria-label': said }, draw(width)));
  }).observe(place);
  return place;
}

// Where things are: the columns' middles, and a value's height between `least` and `most`.
function plan(width, count, least, most) {
  const step = (width - PAD.left - PAD.right) / count;
  const tall = HEIGHT - PAD.top - PAD.bottom;
  return { step, x: (index) => PAD.left + step * (index + 0.5), y: (value) => PAD.top + tall * (1 - (value - least) / (most - least)) };
}

const grid = (width, { y }, ticks) => ticks.map(([value, label]) => shape('g', {},
  shape('line', { class: 'grid-line', x1: PAD.left, x2: width - PAD.right, y1: y(value), y2: y(value) }), words(PAD.left - 8, y(value) + 4, label, { 'text-anchor': 'end' })));

// Whether there is room to write something so wide at this one of so many: at each, or at every second, third … from the last one.
const told = (count, index, { step }, wide) => (count - 1 - index) % Math.ceil(wide / step) === 0;

// Months below, as many as fit, the last one always: with the year at the first of them, and where another one begins.
function names(months, at) {
  let year = '';
  return months.map((month, index) => {
    if (!told(months.length, index, at, 46)) return null;
    const other = month.slice(0, 4) !== year;
    year = month.slice(0, 4);
    return words(at.x(index), HEIGHT - 8, monthShort(month, other));
  });
}

// A line through months’ values, broken where there is none. `ticks` are [[value, label], …] from below, `write` is a value in words.
export const lineChart = ({ said, months, values, ticks, write }) => drawn(said, (width) => {
  const at = plan(width, months.length, ticks[0][0], ticks.at(-1)[0]);
  const known = values.map((value, index) => ({ value, index })).filter((one) => one.value !== null);
  const ways = known.slice(1).filter((one, place) => one.index === known[place].index + 1).map(({ value, index }) => shape('line', { class: 'way', x1: at.x(index - 1), y1: at.y(values[index - 1]), x2: at.x(index), y2: at.y(value) }));
  const dots = known.map(({ value, index }) => shape('g', {}, shape('title', {}, `${monthName(months[index])}: ${write(value)}`), shape('circle', { class: 'dot', cx: at.x(index), cy: at.y(value), r: 4.5 }),
    told(months.length, index, at, 34) ? words(at.x(index), at.y(value) - 11, write(value), { class: 'value' }) : null));
  return [...grid(width, at, ticks), ...ways, ...dots, ...names(months, at)];
});

// Columns of parts, each with a pattern of its own. `columns` are {month, parts: [[kind, count], …] from below, above, title}, with
// null in the place of `parts` where there is nothing. Each is as high as all of its parts, of `most`.
export const stackedChart = ({ said, columns, ticks, kinds }) => drawn(said, (width) => {
  const most = ticks.at(-1)[0];
  const at = plan(width, columns.length, 0, most);
  const wide = Math.min(44, at.step * 0.68);
  const { defs, fill } = patterns(kinds);
  const bars = columns.map(({ parts, above, title }, index) => {
    let under = 0;
    const pieces = (parts || []).filter(([, count]) => count > 0).map(([kind, count]) => {
      const top = at.y(under + count);
      const piece = shape('rect', { class: `part-of ${kind}`, x: at.x(index) - wide / 2, y: top, width: wide, height: at.y(under) - top, fill: fill(kind) });
      under += count;
      return piece;
    });
    return shape('g', {}, shape('title', {}, title), pieces, above !== '' && told(columns.length, index, at, 36) ? words(at.x(index), at.y(under) - 7, above, { class: 'value' }) : null);
  });
  return [defs, ...grid(width, at, ticks), ...bars, ...names(columns.map((one) => one.month), at)];
});

// Full, dotted or striped, in this order.
const MARKS = [null, () => shape('circle', { class: 'mark-of', cx: 3, cy: 3, r: 1.1 }), () => shape('path', { class: 'mark-of stripe', d: 'M-1 1l2 -2M0 6l6 -6M5 7l2 -2' })];

function patterns(kinds) {
  const ids = kinds.map((kind) => unique(kind));
  const made = kinds.map((kind, index) => shape('pattern', { id: ids[index], width: 6, height: 6, patternUnits: 'userSpaceOnUse' }, shape('rect', { class: `ground-of ${kind}`, width: 6, height: 6 }), MARKS[index] ? MARKS[index]() : null));
  return { defs: shape('defs', {}, made), fill: (kind) => `url(#${ids[kinds.indexOf(kind)]})` };
}

// What the patterns mean: [[kind, label], …].
export function legend(kinds) {
  const { defs, fill } = patterns(kinds.map(([kind]) => kind));
  const swatch = (kind) => shape('svg', { width: 16, height: 16, viewBox: '0 0 16 16', 'aria-hidden': 'true' }, shape('rect', { class: `part-of ${kind}`, x: 1, y: 1, width: 14, height: 14, rx: 3, fill: fill(kind) }));
  const made = shape('svg', { class: 'patterns', width: 0, height: 0, 'aria-hidden': 'true' }, defs);
  return h('ul', { class: 'legend' }, kinds.map(([kind, label], index) => h('li', {}, index ? null : made, swatch(kind), label)));
}

// A bar inside a table's cell: how much of the whole it is.
export const meter = (part) => h('span', { class: 'meter', 'aria-hidden': true, style: { '--part': String(Math.max(0, Math.min(1, part))) } });
