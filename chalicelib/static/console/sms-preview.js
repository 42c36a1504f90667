// An SMS as a bubble, and how many it is charged as.

import { fill, h } from './dom.js';

// What a segment of 160 is made of, as GSM 03.38 has it. Anything else makes the whole of it Unicode, and segments short.
const GSM = '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€\f';
const FEW = 4;

export function smsBubble() {
  const bubble = h('p', { class: 'bubble' });
  const count = h('p', { class: 'hint' });
  const node = h('div', { class: 'sms', hidden: true }, h('div', { class: 'screen' }, bubble), count);
  const show = (sms) => {
    bubble.textContent = sms.text;
    fill(count, counted(sms));
  };
  return { node, show };
}

function counted({ text, alphabet, length, count, room }) {
  const words = `${count} ${count === 1 ? 'segment' : 'segments'} · ${length} of ${count * room} characters`;
  if (alphabet !== 'Unicode') return words;
  const odd = [...new Set([...text].filter((one) => !GSM.includes(one)))];
  const named = odd.slice(0, FEW).map((one) => `“${one}”`).join(', ');
  return [words, h('br'), `Unicode, with less room, because of ${named}${odd.length > FEW ? ' and others' : ''}`];
}
