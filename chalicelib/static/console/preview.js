// The portal's first page, small, in the company's colour: by day and by night.

import { brand, isColour } from './colour.js';
import { money } from './company.js';
import { fill, h } from './dom.js';
import { initials } from './shell.js';

const FALLBACK = '#8a5a12';

// {node, show({name, colour, logo})}; `logo` is a URL or null.
export function preview() {
  const node = h('figure', { class: 'previews' });
  function show({ name, colour, logo }) {
    const { light, dark } = brand(isColour(colour) ? colour : FALLBACK);
    const page = (kind, accent, on) => h('div', { class: `preview ${kind}`, style: { '--accent': accent, '--on-accent': on } },
      h('div', { class: 'brand' }, logo ? h('img', { src: logo, alt: '', width: 32, height: 32 }) : h('span', { class: 'mark' }, initials(name)), h('span', {}, name || 'Your company')),
      h('div', { class: 'bill lit' }, h('p', {}, h('span', { class: 'label' }, 'You owe'), h('span', { class: 'amount' }, money(18400))), h('span', { class: 'button' }, `Pay ${money(18400)}`)));
    fill(node, h('figcaption', { class: 'hint' }, 'What your customers see, by day and by night. A pale or dark color is shifted until it can be read.'), h('div', { class: 'pages', 'aria-hidden': true }, page('by-day', light, '#ffffff'), page('by-night', dark, '#161412')));
  }
  return { node, show };
}
