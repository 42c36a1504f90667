// A field that finds one customer as one types. Answers the customer's id; `chosen(customer)` hears of it.

import { Problem, get } from './api.js';
import { money } from './company.js';
import { reach } from './customer-words.js';
import { fill, h } from './dom.js';
import { Wrong, text } from './forms.js';
import { quiet } from './ui.js';

const PAUSE = 250;
const FEW = 6;

export function customerChoice({ name, label, signal, chosen }) {
  const field = text({ name: `${name}-search`, label, hint: 'How a name, an e-mail address or a phone number begins.', type: 'search', attributes: { maxlength: '100', spellcheck: 'false', oninput: () => later(), onkeydown: enter } });
  const results = h('div', { class: 'offered' });
  const voice = h('p', { class: 'hush', role: 'status' });
  const node = h('div', { class: 'choosing' }, field.node, voice, results);
  let one = null;
  let turn = 0;
  let timer = 0;

  // Enter looks, and does not send the form that this is a part of.
  function enter(event) {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    find();
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(find, PAUSE);
  }

  async function find() {
    clearTimeout(timer);
    const search = field.control.value.trim();
    const mine = (turn += 1);
    if (!search) return void fill(results);
    try {
      const { items } = await get('/customers', { search, limit: FEW }, signal);
      if (mine !== turn) return undefined;
      voice.textContent = items.length === 1 ? '1 customer found.' : `${items.length} customers found.`;
      return void fill(results, items.length ? h('ul', { class: 'rows' }, items.map(offer)) : h('p', { class: 'hint pad' }, 'Nobody found. ', h('a', { href: '#/customers/new' }, 'New customer'), ' first.'));
    } catch (failed) {
      if (signal.aborted || mine !== turn) return undefined;
      if (!(failed instanceof Problem)) throw failed;
      return void fill(results, h('p', { class: 'error pad' }, failed.detail));
    }
  }

  const offer = (who) => h('li', {}, h('button', { type: 'button', class: 'row', onclick: () => take(who) },
    h('span', { class: 'what' }, who.name), h('span', { class: 'sum' }, who.sums.balance ? money(who.sums.balance) : ''), h('span', { class: 'note' }, reach(who))));

  function take(who) {
    one = who;
    field.wrong('');
    const change = quiet('Change', () => { one = null; fill(node, field.node, voice, results); fill(results); field.control.value = ''; field.focus(); }, label.toLowerCase());
    fill(node, h('div', { class: 'field' }, h('p', { class: 'as-label' }, label), h('p', { class: 'taken' }, h('span', { class: 'what' }, who.name), change)));
    voice.textContent = `${who.name} chosen.`;
    change.focus();
    chosen(who);
  }

  const read = () => {
    if (!one) throw new Wrong('Choose the customer this is for.');
    return one.id;
  };
  return { node, name, pointer: name, control: field.control, get: read, wrong: field.wrong, focus: field.focus };
}
