// A colour: a picker and its digits, one following the other.

import { isColour } from './colour.js';
import { h } from './dom.js';
import { Wrong, text } from './forms.js';
import { quiet } from './ui.js';

// `changed(colour)` comes with each one that is picked or typed. `ours` is a colour that stands where none is chosen; without
// it, one must be.
export function colourField({ ours = '', ...options }, changed) {
  const field = text({ ...options, attributes: { maxlength: 7, spellcheck: 'false', placeholder: ours || null, oninput: () => follow() } });
  const picker = h('input', { type: 'color', class: 'picker', value: options.value || ours, 'aria-label': 'Pick a color', oninput: () => { field.control.value = picker.value; follow(); } });
  const reset = ours ? quiet('Use our color', () => {
    field.control.value = '';
    field.control.dispatchEvent(new Event('input', { bubbles: true }));
    field.focus();
  }) : null;
  const follow = () => {
    const typed = field.control.value.trim().toLowerCase();
    if (reset) reset.hidden = !typed;
    if (!isColour(typed || ours)) return;
    picker.value = typed || ours;
    changed(typed || ours);
  };
  if (reset) reset.hidden = !options.value;
  field.control.parentElement.classList.add('coloured');
  field.control.parentElement.prepend(picker);
  if (reset) field.node.append(h('div', {}, reset));
  const get = () => {
    const typed = field.control.value.trim().toLowerCase();
    if (!isColour(typed) && (typed || !ours)) throw new Wrong('Write the color as # and six digits, such as #2f6b3a.');
    return typed;
  };
  return { ...field, get };
}
