// How far the company is with something, as a section of its page: buttons rather than radios, which would be changed by every arrow
// key. They stay where they are, and the focus on them.

import { fill, h } from './dom.js';
import { complain, section, whileBusy } from './ui.js';

// `choices` are [[value, label], …], `shape(value)` a pill's, `become(value)` makes it so; what it throws is told. `below` stands
// under them. Answers {node, show(now, can)}: `can(value)` says which may be pressed.
export function chips({ title, choices, shape, become, below = [] }) {
  let shown = '';
  const group = h('div', { class: 'chips', role: 'group' });
  const pressed = (value) => value !== shown && whileBusy(group, () => become(value).catch(complain));
  const buttons = choices.map(([value, label]) => h('button', { type: 'button', class: 'chip', onclick: () => pressed(value) }, h('span', { class: `pill ${shape(value)}` }, label)));
  const node = section(title, fill(group, buttons), ...below);
  group.setAttribute('aria-labelledby', node.firstElementChild.id);
  const show = (now, can = () => true) => {
    shown = now;
    choices.forEach(([value], index) => {
      buttons[index].setAttribute('aria-pressed', String(value === now));
      buttons[index].disabled = !can(value);
    });
  };
  return { node, show };
}
