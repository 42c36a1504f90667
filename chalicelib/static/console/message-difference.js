// What differs from the standard text, line by line.

import { fill, h } from './dom.js';

// `standard` is by the fields' names. Drawn when it is opened, and with what is typed while it is open.
export function differences(fields, standard) {
  const list = h('div', { class: 'differences' });
  const node = h('details', { class: 'compare', ontoggle: () => draw() }, h('summary', {}, 'What differs from the standard'), list);

  function draw() {
    if (!node.open) return;
    const found = fields.map((one) => [one.label, compared(standard[one.name], one.control.value)]).filter(([, lines]) => lines.some(([kind]) => kind !== 'same'));
    fill(list, found.length ? found.map(([label, lines]) => h('div', {}, h('h3', {}, label), h('div', { class: 'compared' }, shortened(lines).map(shown)))) : h('p', { class: 'hint' }, 'Nothing: it says the same.'));
  }

  for (const one of fields) one.control.addEventListener('input', draw);
  return node;
}

const SIGNS = { gone: ['−', 'del', 'Standard: '], own: ['+', 'ins', 'Yours: '] };

function shown([kind, line]) {
  if (kind === 'cut') return h('p', { class: 'cut-lines' }, line);
  if (kind === 'same') return h('p', {}, line || ' ');
  const [sign, tag, words] = SIGNS[kind];
  return h(tag, {}, h('span', { 'aria-hidden': true }, sign), h('span', { class: 'hush' }, words), line || ' ');
}

// Long stretches that are the same are left out.
function shortened(lines) {
  const near = (index) => lines.slice(Math.max(index - 1, 0), index + 2).some(([kind]) => kind !== 'same');
  return lines.flatMap((line, index) => (near(index) ? [line] : near(index - 1) && index ? [['cut', '…']] : []));
}

// [['same' | 'gone' | 'own', line], …] by the longest lines in common.
function compared(standard, own) {
  const [before, after] = [standard.split('\n'), own.split('\n')];
  const longest = before.map(() => []).concat([[]]);
  const at = (one, other) => longest[one]?.[other] || 0;
  for (let one = before.length - 1; one >= 0; one -= 1) {
    for (let other = after.length - 1; other >= 0; other -= 1) {
      longest[one][other] = before[one] === after[other] ? at(one + 1, other + 1) + 1 : Math.max(at(one + 1, other), at(one, other + 1));
    }
  }
  const made = [];
  let [one, other] = [0, 0];
  while (one < before.length || other < after.length) {
    if (one < before.length && before[one] === after[other]) {
      made.push(['same', before[one]]);
      one += 1;
      other += 1;
    } else if (other >= after.length || (one < before.length && at(one + 1, other) >= at(one, other + 1))) {
      made.push(['gone', before[one]]);
      one += 1;
    } else {
      made.push(['own', after[other]]);
      other += 1;
    }
  }
  return made;
}
