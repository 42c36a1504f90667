// The products that were used at a visit, as they are typed: a name, how much, and what else is to be known.

import { h } from './dom.js';
import { text } from './forms.js';
import { button, quiet } from './ui.js';

const MOST = 40;
const PARTS = [
  ['name', 'Product', { required: 'Name the product, or remove it.', attributes: { maxlength: '120' } }],
  ['amount', 'Amount (optional)', { attributes: { maxlength: '40' } }],
  ['note', 'Note (optional)', { attributes: { maxlength: '200' } }],
];

// `given` are products as the API has them, `fields` the form's own list of fields: they come and go in it. {node, read()}.
export function productFields(given, fields) {
  const list = h('div', { class: 'products-edit' });
  const shown = [];
  let count = 0;

  function add(values) {
    const serial = (count += 1);
    const one = { legend: h('legend', { class: 'hush' }) };
    one.fields = PARTS.map(([name, label, options]) => {
      const field = text({ name: `product-${serial}-${name}`, label, value: values[name] || '', ...options });
      Object.defineProperty(field, 'pointer', { get: () => `products/${shown.indexOf(one)}/${name}` });
      return field;
    });
    one.drop = quiet('Remove', () => drop(one), 'product');
    one.node = h('fieldset', { class: 'product' }, one.legend, one.fields.map((field) => field.node), one.drop);
    shown.push(one);
    fields.push(...one.fields);
    list.append(one.node);
    renumber();
    return one;
  }

  function drop(one) {
    const place = shown.indexOf(one);
    for (const field of one.fields) fields.splice(fields.indexOf(field), 1);
    shown.splice(place, 1);
    one.node.remove();
    renumber();
    list.dispatchEvent(new Event('input', { bubbles: true }));
    (shown[Math.min(place, shown.length - 1)]?.fields[0] || { focus: () => more.focus() }).focus();
  }

  function renumber() {
    shown.forEach((one, index) => {
      one.legend.textContent = `Product ${index + 1}`;
      one.drop.lastElementChild.textContent = ` product ${index + 1}`;
    });
    more.hidden = shown.length >= MOST;
    list.hidden = !shown.length;
  }

  const more = button('Add a product', { kind: 'second small', onclick: () => add({}).fields[0].focus() });
  const node = h('div', { class: 'stack' }, list, h('div', {}, more));
  given.forEach(add);
  renumber();
  return { node, read: () => shown.map((one) => Object.fromEntries(PARTS.map(([name], index) => [name, one.fields[index].get()]))) };
}
