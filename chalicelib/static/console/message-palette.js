// The variables of a template, to be put into its texts: in people's words, with what each would say, by what they are about.

import { printed } from './api.js';
import { fill, h } from './dom.js';

const CURSOR = '\u0000';

// `variables` as the API tells them. What is pressed goes to the cursor of the field that was typed into last; only what that
// field may have is offered.
export function palette(variables, fields, channel) {
  let target = fields.find((one) => one.name !== 'subject');
  const place = (one) => (channel === 'sms' ? 'sms' : one.name);
  const list = h('div', { class: 'variables' });
  const into = h('p', { class: 'hint' });
  const node = h('details', { class: 'palette', onkeydown: (event) => {
    if (event.key !== 'Escape' || !node.open) return;
    node.open = false;
    node.firstElementChild.focus();
  } }, h('summary', {}, 'Insert a variable'), into, list);

  function draw() {
    const offered = variables.filter((one) => one.in.includes(place(target))).sort((one, other) => rank(one) - rank(other));
    const groups = [...new Set(offered.map((one) => one.group))];
    into.textContent = fields.length > 1 ? `Goes into “${target.label}”, where the cursor is.` : 'Goes where the cursor is.';
    fill(list, groups.map((group) => h('div', { class: 'variable-group', role: 'group', 'aria-label': group }, h('h3', {}, group),
      h('div', { class: 'variable-list' }, offered.filter((one) => one.group === group).map(offer)))));
  }

  const offer = (one) => h('button', { type: 'button', class: 'variable', onclick: () => insert(target.control, snippet(one, place(target))) },
    h('span', {}, printed(one.words)), h('span', { class: 'sample' }, told(one)));

  for (const one of fields) {
    one.control.addEventListener('focus', () => {
      if (one === target) return;
      target = one;
      draw();
    });
    // Nothing was typed yet: what comes first goes to the end.
    one.control.setSelectionRange(one.control.value.length, one.control.value.length);
  }
  draw();
  return { node };
}

// First the way into the portal, which most messages are for, then what this one is about, and last what all of them have.
const LAST = ['portal', 'customer', 'company'];
const rank = ({ name }) => (name.includes('.') ? LAST.indexOf(name.split('.')[0]) + 2 : 0);

// What it says in a message, or what it is for.
function told({ type, sample }) {
  if (type === 'list') return 'A list: each of its lines';
  if (type === 'flag') return 'Yes or no: words for one case only';
  return typeof sample === 'string' || typeof sample === 'number' ? String(sample) : '';
}

function snippet({ name, type, of }, place) {
  if (type === 'flag') return `{% if ${name} %}${CURSOR}{% endif %}`;
  if (type !== 'list') return `{{ ${name} }}${CURSOR}`;
  const plural = name.split('.').pop();
  const one = plural.endsWith('s') ? plural.slice(0, -1) : 'one';
  const parts = (of || []).map((part) => `{{ ${one}.${part.name.split('.').pop()} }}`).join(' ');
  const head = `{% for ${one} in ${name} %}`;
  if (place === 'html') return `${head}\n<p>${parts}</p>\n{% endfor %}${CURSOR}`;
  if (place === 'text') return `${head}${parts}\n{% endfor %}${CURSOR}`;
  return `${head}${parts} {% endfor %}${CURSOR}`;
}

// As if it were typed, so that it can be undone; the cursor goes where one types on.
function insert(control, marked) {
  const at = marked.indexOf(CURSOR);
  const words = marked.replace(CURSOR, '');
  control.focus();
  const start = control.selectionStart;
  if (!document.execCommand('insertText', false, words)) {
    control.setRangeText(words, start, control.selectionEnd, 'end');
    control.dispatchEvent(new Event('input', { bubbles: true }));
  }
  control.setSelectionRange(start + at, start + at);
  control.scrollIntoView({ block: 'nearest' });
}
