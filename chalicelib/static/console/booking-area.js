// Where the company works, by postal codes: pasted in whatever form they are at hand.

import { Problem } from './api.js';
import { load, part } from './booking-offer.js';
import { AREA_RULES } from './booking-offer-words.js';
import { h } from './dom.js';
import { Wrong, area, radios } from './forms.js';
import { saving } from './saving.js';
import { back } from './ui.js';

const MOST = 2000;
const SHOWN = 12;

export default async function page({ signal }) {
  await load(signal);
  return { title: 'Area', content: [
    back('#/settings/booking', 'Online booking'),
    h('h1', {}, 'Area'),
    h('p', { class: 'lead' }, 'From which postal codes you can be booked.'),
    saving({ of: { ...part, change: named }, build: ({ area: now }) => sheet(now), tell: (pointer, value) => (pointer.endsWith('codes') ? value.join(', ') : AREA_RULES.find(([name]) => name === value)[1]) }),
  ] };
}

// Which of the codes is wrong.
const named = (parts) => part.change(parts).catch((failed) => {
  const codes = parts.area?.codes || [];
  if (failed instanceof Problem) {
    for (const one of failed.errors) {
      const code = codes[one.pointer.match(/^#\/area\/codes\/(\d+)$/)?.[1]];
      if (code && !one.detail.includes(code)) one.detail = `“${code}”: ${one.detail}`;
    }
  }
  throw failed;
});

function sheet(now) {
  const rule = radios({ name: 'rule', pointer: 'area/rule', label: 'Who can book', value: now.rule, choices: AREA_RULES });
  const codes = area({
    name: 'codes', pointer: 'area/codes', label: 'Your postal codes', value: now.codes.join(', '), rows: 5,
    hint: 'Type or paste them: with commas, blanks or one a line. A star stands for the rest: 803* is all codes that begin with 803.',
    attributes: { spellcheck: 'false', autocapitalize: 'characters', oninput: () => follow() },
  });
  const read = h('p', { class: 'hint', role: 'status' });
  const whole = h('div', { class: 'stack' }, codes.node, read);
  const follow = () => {
    whole.hidden = rule.get() === 'any';
    const found = parse(codes.control.value);
    const more = found.length - SHOWN;
    read.textContent = found.length ? `${found.length} ${found.length === 1 ? 'code' : 'codes'}: ${found.slice(0, SHOWN).join(', ')}${more > 0 ? ` and ${more} more` : ''}` : '';
  };
  rule.node.addEventListener('change', follow);
  follow();
  const get = () => {
    // They don't count then, and are kept for another time.
    if (rule.get() === 'any') return now.codes;
    const found = parse(codes.control.value);
    if (!found.length) throw new Wrong('Add the postal codes where you work, or take bookings from anywhere.');
    if (found.length > MOST) throw new Wrong(`These are ${found.length} codes, and ${MOST} are the most. Write beginnings of them, such as 803*.`);
    return found;
  };
  return { fields: [rule, { ...codes, get }], content: [rule.node, whole] };
}

// Codes out of any text: lists with commas, columns of a sheet, one a line. A blank parts two codes, but for one inside of a code
// ("K1A 0B1", "SW1A 1AA"): a code of two halves, of which the second begins with a digit and has letters.
function parse(text) {
  const found = [];
  for (const piece of text.toUpperCase().split(/[,;|\t\n\r"'“”‘’()[\]]+/)) {
    for (const word of piece.split(/\s+/).filter(Boolean)) {
      const before = found[found.length - 1];
      const half = /^\d[A-Z]+\d?\*?$/.test(word) && before && before.piece === piece && /^[A-Z]{1,2}\d[A-Z\d]?$/.test(before.code);
      if (half) before.code = `${before.code} ${word}`;
      else found.push({ piece, code: word });
    }
  }
  return [...new Set(found.map((one) => one.code))];
}
