// A list of fields in rows, which are added, moved and removed. What it comes to is one value: rows are told apart by where they stand.

import { may } from './api.js';
import { fill, h } from './dom.js';
import { button, quiet } from './ui.js';

// `fields` is the form's own list: the rows' fields stand at its end, and after them that of the whole list, whose `name`, `pointer`
// and `label` are given. `row` is what one is called, `most` how many there may be, `none` what is said where there are none, `more`
// the button's words, `blank` what a new one begins with. `make(value, field)` answers {fields, node, get()} of a row, where
// `field(control, part, options)` makes the field of a part of its value.
export function rowFields(given, fields, { name, pointer, label, row, most, none, more: words, blank, make }) {
  const shown = [];
  const list = h('ol', { class: 'links-edit' });
  const nothing = h('p', { class: 'hint' }, none);
  const more = button(words, { kind: 'second small', onclick: () => { add(blank).focus(); told(); } });
  const node = h('div', { class: 'stack' }, nothing, list, h('div', {}, more));
  const told = () => list.dispatchEvent(new Event('input', { bubbles: true }));
  // Its value is theirs, so it stands after them: a problem is the first one's whom it is about.
  const whole = { name, pointer, node: h('div', {}, h('label', {}, label)), control: more, focus: () => more.focus(), wrong: () => {}, get: () => shown.map((one) => one.get()) };
  const mine = new Set();
  let count = 0;

  function add(value) {
    count += 1;
    const serial = count;
    const one = { up: quiet('Move up', () => move(one, -1)), down: quiet('Move down', () => move(one, 1)), drop: quiet('Remove', () => drop(one)) };
    const made = make(value, (control, part, options) => {
      const field = control({ name: `${row}-${part}-${serial}`, ...options });
      Object.defineProperty(field, 'pointer', { get: () => `${pointer}/${shown.indexOf(one)}/${part}` });
      return Object.assign(field, { inner: true });
    });
    Object.assign(one, made, { focus: () => made.fields[0].focus() });
    one.node = h('li', { class: 'group' }, made.node, may('settings:write') ? h('div', { class: 'tools' }, one.up, one.down, one.drop) : null);
    shown.push(one);
    drawn();
    return one;
  }

  function drop(one) {
    const place = shown.indexOf(one);
    shown.splice(place, 1);
    drawn();
    told();
    (shown[Math.min(place, shown.length - 1)] || more).focus();
  }

  function move(one, by) {
    const place = shown.indexOf(one);
    const pressed = by < 0 ? one.up : one.down;
    shown.splice(place, 1);
    shown.splice(place + by, 0, one);
    drawn();
    told();
    // At an end the button is gone: the other one leads back.
    (pressed.hidden ? (by < 0 ? one.down : one.up) : pressed).focus();
  }

  function drawn() {
    const others = fields.filter((one) => !mine.has(one));
    const now = [...shown.flatMap((one) => one.fields), whole];
    for (const one of now) mine.add(one);
    fields.splice(0, fields.length, ...others, ...now);
    fill(list, shown.map((one) => one.node));
    shown.forEach((one, index) => {
      one.up.hidden = index === 0;
      one.down.hidden = index === shown.length - 1;
      for (const [deed, text] of [[one.up, 'Move up'], [one.down, 'Move down'], [one.drop, 'Remove']]) fill(deed, text, h('span', { class: 'hush' }, ` ${row} ${index + 1}`));
    });
    nothing.hidden = shown.length > 0;
    list.hidden = !shown.length;
    more.hidden = shown.length >= most || !may('settings:write');
  }

  for (const one of given) add(one);
  drawn();
  return node;
}
