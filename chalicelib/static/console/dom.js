// Elements, made without HTML: what is typed or sent by somebody can only ever become text.

const PROPERTIES = new Set(['value', 'checked', 'disabled', 'indeterminate', 'selected', 'hidden', 'readOnly', 'required', 'open', 'max']);

// h('a', {class: 'button', href: '#/customers', onclick: go, 'aria-current': 'page'}, 'Customers')
// A prop that is null or undefined is left out; for an attribute true is "", false is left out (aria-*: "true", "false").
// `style` is an object of CSS properties, `data` of data attributes. Children may be nested lists; null and false are skipped.
export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props || {})) set(element, name, value);
  element.append(...nodes(children));
  return element;
}

function set(element, name, value) {
  if (value === null || value === undefined) return;
  if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
  else if (name === 'style') for (const [property, to] of Object.entries(value)) element.style.setProperty(property, to);
  else if (name === 'data') Object.assign(element.dataset, value);
  else if (name === 'class') element.className = value;
  else if (PROPERTIES.has(name)) element[name] = value;
  else if (name.startsWith('aria-')) element.setAttribute(name, String(value));
  // HTML has no microseconds.
  else if (name === 'datetime') element.setAttribute(name, value.replace(/(\.\d{3})\d+/, '$1'));
  else if (value !== false) element.setAttribute(name, value === true ? '' : value);
}

// Children as append() takes them.
export const nodes = (children) => [children].flat(Infinity).filter((one) => one !== null && one !== undefined && one !== false && one !== '');

// The content of an element becomes this.
export function fill(element, ...children) {
  element.replaceChildren(...nodes(children));
  return element;
}

const SVG = 'http://www.w3.org/2000/svg';

// An icon of one path on a grid of 16, in the colour of the text around it.
export function icon(path, size = 16) {
  const svg = document.createElementNS(SVG, 'svg');
  for (const [name, value] of Object.entries({ width: size, height: size, viewBox: '0 0 16 16', 'aria-hidden': 'true' })) svg.setAttribute(name, value);
  const line = document.createElementNS(SVG, 'path');
  for (const [name, value] of Object.entries({ d: path, fill: 'none', stroke: 'currentColor', 'stroke-width': '1.5', 'stroke-linecap': 'round', 'stroke-linejoin': 'round' })) line.setAttribute(name, value);
  svg.append(line);
  return svg;
}

let count = 0;
// An id that nothing else on the page has.
export const unique = (stem) => `${stem}-${(count += 1)}`;
