// What an invoice or an estimate asks for, in its form: the lines, a tax, and what they come to as one types.

import { Problem } from './api.js';
import { money, readMoney } from './company.js';
import { fill, h } from './dom.js';
import { amount, group, text } from './forms.js';
import { lineFields, total } from './invoice-lines.js';
import { pairs } from './ui.js';

// `was` is what there is, as the API has it; `fields` the form's own list of fields. Answers {nodes, read(values)}.
export function priced(was, fields) {
  const taxName = text({ name: 'tax_name', label: 'Name of the tax (optional)', value: was.tax_name, attributes: { maxlength: '40', oninput: () => recount() } });
  const tax = amount({ name: 'tax', label: 'Tax (optional)', value: was.tax || null, attributes: { oninput: () => recount() } });
  fields.push(taxName, tax);
  const sums = h('div', { class: 'totals', 'aria-live': 'polite' });
  let items = null;
  function recount() {
    if (!items) return;
    const subtotal = total(items.amounts());
    const extra = tax.control.value.trim() ? readMoney(tax.control.value) : 0;
    const all = subtotal === null || extra === null ? null : subtotal + extra;
    const written = (minor) => (minor === null ? '—' : money(minor));
    fill(sums, pairs([extra ? ['Subtotal', written(subtotal)] : null, extra ? [taxName.control.value.trim() || 'Tax', written(extra)] : null, ['Total', all === null ? '—' : h('strong', { class: 'total-now' }, written(all))]]));
  }
  items = lineFields(was.lines, fields, recount);
  recount();
  return {
    nodes: [group('Lines', items.node), h('div', { class: 'two' }, tax.node, taxName.node), sums],
    read: (values) => ({ lines: items.read(), tax: values.tax || 0, tax_name: values.tax_name }),
  };
}

// What is wrong with an amount is shown at the price that makes it.
export const atThePrice = (answer) => answer.catch((failed) => {
  if (failed instanceof Problem) for (const one of failed.errors) one.pointer = one.pointer.replace(/^(#\/lines\/\d+)\/amount$/, '$1/unit_price');
  throw failed;
});
