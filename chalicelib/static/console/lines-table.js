// The lines of an invoice or an estimate, as they stand, and what they come to.

import { money } from './company.js';
import { h } from './dom.js';

// `more` are sums below the total: [[label, minor units, class], …]
export function linesTable(one, more = []) {
  const line = (each) => h('tr', {}, h('th', { scope: 'row' }, each.description, each.quantity === '1' && each.unit_price === each.amount ? null : h('span', { class: 'note' }, `${each.quantity} × ${money(each.unit_price)}`)), h('td', {}, money(each.amount)));
  const sum = ([label, minor, kind = '']) => h('tr', { class: kind }, h('th', { scope: 'row' }, label), h('td', {}, money(minor)));
  const sums = [...(one.tax ? [['Subtotal', one.subtotal], [one.tax_name || 'Tax', one.tax]] : []), ['Total', one.total, 'total'], ...more];
  return h('table', {}, h('caption', { class: 'hush' }, 'Lines'), h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Description'), h('th', { scope: 'col' }, 'Amount'))),
    h('tbody', {}, one.lines.map(line)), h('tfoot', {}, sums.map(sum)));
}
