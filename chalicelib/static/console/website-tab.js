// The tab on the company's website: whether it is there, its words, its side and its colour, with a website's edge beside them.

import { brand } from './colour.js';
import { colourField } from './colour-field.js';
import { settings } from './company.js';
import { fill, h } from './dom.js';
import { check, radios, text } from './forms.js';
import { saving } from './saving.js';
import { back } from './ui.js';

// What the tab says without words of the company's own, in English: leads/rules/widget.py has them in every language.
const standard = () => {
  if (settings.booking.on) return settings.contact_form.on ? 'Book, contact & account' : 'Book & account';
  return settings.contact_form.on ? 'Contact & account' : 'My account';
};
const HINTS = [
  'Where the code is installed, the tab is there.',
  'Nothing is shown on your website, and the code does nothing there. It can stay.',
];

export default function tab() {
  const shown = edge();
  const form = saving({
    tell: (pointer, value) => {
      if (typeof value === 'boolean') return value ? 'shown' : 'hidden';
      return value || (pointer.endsWith('label') ? 'the standard words' : 'your company’s color');
    },
    build: ({ widget, branding }) => {
      shown.show({ ...widget, colour: widget.colour || branding.colour });
      const side = radios({ name: 'side', pointer: 'widget/side', label: 'Side', value: widget.side, choices: [['right', 'Right'], ['left', 'Left']] });
      side.node.classList.add('sides');
      side.node.addEventListener('change', () => shown.show({ side: side.get() }));
      return { fields: [
        check({
          name: 'on', pointer: 'widget/on', label: 'Shown on your website', kind: 'switch', hints: HINTS, value: widget.on,
          attributes: { onchange: (event) => shown.show({ on: event.target.checked }) },
        }),
        text({
          name: 'label', pointer: 'widget/label', label: 'Words', value: widget.label,
          hint: 'Up to 30 characters. Empty: our standard words, in the language of the page.',
          attributes: { maxlength: 30, placeholder: standard(), oninput: (event) => shown.show({ label: event.target.value.trim() }) },
        }),
        side,
        colourField({
          name: 'colour', pointer: 'widget/colour', label: 'Color', value: widget.colour, ours: branding.colour,
          hint: 'Empty: your company’s color.',
        }, (colour) => shown.show({ colour })),
      ] };
    },
  });
  return { title: 'The tab', kind: 'wide', content: [
    back('#/settings/website', 'Website'),
    h('h1', {}, 'The tab on your website'),
    h('div', { class: 'branding' }, h('div', { class: 'own' }, form), shown.node),
  ] };
}

// The edge of some website, by day and by night: {node, show({on, side, label, colour})}.
function edge() {
  const node = h('figure', { class: 'previews' });
  const now = {};
  const lines = () => [h('b', {}), ['', 'short', '', 'shorter'].map((kind) => h('i', { class: kind }))];
  function show(more) {
    const { on, side, label, colour } = Object.assign(now, more);
    const { light, dark } = brand(colour);
    const site = (kind, accent, ink) => h('div', { class: `preview ${kind} site ${side}`, style: { '--accent': accent, '--on-accent': ink } },
      lines(), on ? h('span', { class: 'tab' }, h('span', {}, label || standard())) : null);
    fill(node,
      h('figcaption', { class: 'hint' }, on
        ? 'A page of your website, by day and by night. A pale or dark color is shifted until it can be read.'
        : 'A page of your website: nothing is shown on it.'),
      h('div', { class: 'pages', 'aria-hidden': true }, site('by-day', light, '#ffffff'), site('by-night', dark, '#161412')));
  }
  return { node, show };
}
