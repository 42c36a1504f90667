// What is asked with a service, as a list of fields: they come and go in it, and move.

import { may } from './api.js';
import { fill, h } from './dom.js';
import { check, text } from './forms.js';
import { button, quiet } from './ui.js';

const MOST = 10;

// `fields` is the form's own list: the questions' fields stand at its end. Answers {node}.
export function questionFields(given, fields) {
  const shown = [];
  const list = h('ol', { class: 'links-edit' });
  const none = h('p', { class: 'hint' }, 'Such as “How large is your lawn?”. Name, address and phone number are asked by themselves.');
  const more = button('Add a question', { kind: 'second small', onclick: () => { add({ id: '', label: '', required: false }).label.focus(); told(); } });
  const node = h('div', { class: 'stack' }, none, list, h('div', {}, more));
  const told = () => list.dispatchEvent(new Event('input', { bubbles: true }));
  const whole = {
    name: 'questions', pointer: 'questions', node: h('div', {}, h('span', {}, h('label', {}, 'Questions'))), control: more, focus: () => more.focus(), wrong: () => {},
    // In the order of the API, by which a change is known.
    get: () => shown.map((one) => ({ label: one.label.control.value.trim(), id: one.id, required: one.required.control.checked })),
  };
  let count = 0;
  let mine = [];

  function add(was) {
    const one = { id: was.id };
    count += 1;
    one.label = text({ name: `question-${count}`, label: 'Question', value: was.label, required: 'Write the question, or remove it.', attributes: { maxlength: '150' } });
    one.required = check({ name: `required-${count}`, label: 'It must be answered', value: was.required });
    for (const [field, part] of [[one.label, 'label'], [one.required, 'required']]) {
      Object.defineProperty(field, 'pointer', { get: () => `questions/${shown.indexOf(one)}/${part}` });
      field.inner = true;
    }
    one.up = quiet('Move up', () => move(one, -1));
    one.down = quiet('Move down', () => move(one, 1));
    one.drop = quiet('Remove', () => drop(one));
    one.node = h('li', { class: 'group' }, one.label.node, one.required.node, may('settings:write') ? h('div', { class: 'tools' }, one.up, one.down, one.drop) : null);
    shown.push(one);
    drawn();
    return one;
  }

  function drop(one) {
    const place = shown.indexOf(one);
    shown.splice(place, 1);
    drawn();
    told();
    const next = shown[Math.min(place, shown.length - 1)];
    if (next) next.label.focus();
    else more.focus();
  }

  function move(one, by) {
    const place = shown.indexOf(one);
    shown.splice(place, 1);
    shown.splice(place + by, 0, one);
    drawn();
    told();
    const pressed = by < 0 ? one.up : one.down;
    // At an end the button is gone: the other one leads back.
    (pressed.hidden ? (by < 0 ? one.down : one.up) : pressed).focus();
  }

  function drawn() {
    const others = fields.filter((one) => !mine.includes(one));
    mine = [...shown.flatMap((one) => [one.label, one.required]), whole];
    fields.splice(0, fields.length, ...others, ...mine);
    fill(list, shown.map((one) => one.node));
    shown.forEach((one, index) => {
      one.up.hidden = index === 0;
      one.down.hidden = index === shown.length - 1;
      for (const [deed, words] of [[one.up, 'Move up'], [one.down, 'Move down'], [one.drop, 'Remove']]) fill(deed, words, h('span', { class: 'hush' }, ` question ${index + 1}`));
    });
    none.hidden = shown.length > 0;
    list.hidden = !shown.length;
    more.hidden = shown.length >= MOST || !may('settings:write');
  }

  for (const one of given) add(one);
  drawn();
  return { node };
}
