// The lines of an invoice or an estimate as they are typed, and what they come to. Integers in minor units; `invoice-sums.js` multiplies.

import { money, readMoney, separators } from './company.js';
import { fill, h } from './dom.js';
import { Wrong, amount, text } from './forms.js';
import { amountOf, readQuantity, sum } from './invoice-sums.js';
import { button, quiet } from './ui.js';

const MOST = 200;
const NOTHING = { description: '', quantity: '1', unit_price: null };

// `given` are lines as the API has them, `fields` the form's own list of fields: lines come and go in it. `changed()` is
// called with each key. Answers {node, read(), amounts()}; an amount is null while it can't be read.
export function lineFields(given, fields, changed) {
  const list = h('div', { class: 'lines-edit' });
  const shown = [];
  let count = 0;

  function add(item) {
    const line = { serial: (count += 1), kept: keptAmount(item) };
    const told = () => { line.kept = null; recount(); };
    const field = (make, name, options) => {
      const made = make({ name: `line-${line.serial}-${name}`, ...options, attributes: { ...options.attributes, onkeydown: down } });
      Object.defineProperty(made, 'pointer', { get: () => `lines/${shown.indexOf(line)}/${name}` });
      return made;
    };
    const down = (event) => {
      if (event.key !== 'Enter') return;
      // It sends nothing: it goes to the next line.
      event.preventDefault();
      (shown[shown.indexOf(line) + 1] || (full() ? line : add(NOTHING))).description.focus();
    };
    line.description = field(text, 'description', { label: 'Description', value: item.description, required: 'Say what this line is for, or remove it.', attributes: { maxlength: '500' } });
    line.quantity = quantityField(field, item, told);
    line.unit_price = field(amount, 'unit_price', { label: 'Unit price', value: item.unit_price, required: 'Write what one costs.', attributes: { oninput: told, maxlength: '18' } });
    line.output = h('output', { class: 'line-amount' });
    const legend = h('legend', { class: 'hush' });
    line.legend = legend;
    line.drop = quiet('Remove', () => drop(line));
    line.node = h('fieldset', { class: 'line' }, legend, line.description.node, line.quantity.node, line.unit_price.node,
      h('div', { class: 'field line-sum' }, h('p', { class: 'as-label' }, 'Amount'), line.output), line.drop);
    shown.push(line);
    fields.push(line.description, line.quantity, line.unit_price);
    list.append(line.node);
    renumber();
    recount();
    return line;
  }

  function drop(line) {
    const place = shown.indexOf(line);
    for (const each of [line.description, line.quantity, line.unit_price]) fields.splice(fields.indexOf(each), 1);
    shown.splice(place, 1);
    line.node.remove();
    renumber();
    recount();
    list.dispatchEvent(new Event('input', { bubbles: true }));
    shown[Math.min(place, shown.length - 1)].description.focus();
  }

  const full = () => shown.length >= MOST;
  function renumber() {
    shown.forEach((one, index) => {
      one.legend.textContent = `Line ${index + 1}`;
      one.drop.hidden = shown.length === 1;
      fill(one.drop, 'Remove', h('span', { class: 'hush' }, ` line ${index + 1}`));
    });
    more.hidden = full();
  }

  function recount() {
    for (const one of shown) {
      const minor = amountNow(one);
      one.output.textContent = minor === null ? '—' : money(minor);
    }
    changed();
  }

  const more = button('Add a line', { kind: 'second small', onclick: () => add(NOTHING).description.focus() });
  const body = h('div', { class: 'stack' }, list, h('div', {}, more));
  (given.length ? given : [NOTHING]).forEach(add);
  const read = () => shown.map((one) => ({ description: one.description.get(), quantity: one.quantity.get(), unit_price: one.unit_price.get(), amount: amountNow(one) }));
  return { node: body, read, amounts: () => shown.map(amountNow) };
}

function quantityField(field, item, told) {
  const { decimal } = separators();
  const made = field(text, 'quantity', { label: 'Quantity', value: item.quantity.replace('.', decimal), required: 'Write how many.', attributes: { inputmode: 'decimal', maxlength: '16', oninput: told } });
  const get = () => {
    const read = readQuantity(made.control.value, decimal);
    if (read === null) throw new Wrong(`Write the quantity as a number, such as 2 or 1${decimal}5.`);
    return read;
  };
  const own = { ...made, get };
  Object.defineProperty(own, 'pointer', Object.getOwnPropertyDescriptor(made, 'pointer'));
  return own;
}

// An amount that other software gave, and that is not quantity times price, stays until one of the two is changed.
const keptAmount = ({ amount: given, quantity, unit_price: price }) => (given !== undefined && given !== amountOf(quantity, price) ? given : null);

function amountNow(one) {
  if (one.kept !== null) return one.kept;
  const quantity = readQuantity(one.quantity.control.value, separators().decimal);
  const price = readMoney(one.unit_price.control.value);
  return quantity === null || price === null ? null : amountOf(quantity, price);
}

// What they come to; null while one of them can't be read.
export const total = (amounts) => (amounts.includes(null) ? null : sum(amounts));
