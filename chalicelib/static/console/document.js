// One document: what it is, who sees it from when to when, and what can be done about it.

import { get, id, may, remove } from './api.js';
import { day, dayOf } from './company.js';
import { sendingDocument, whyNoDocument } from './document-send.js';
import { categoryWord, documentPill, fileWords, whose } from './document-words.js';
import { h } from './dom.js';
import { openFile } from './opening.js';
import { ask, back, button, complain, head, link, pairs, quiet, say, whileBusy } from './ui.js';

export default async function document_({ params, signal, go }) {
  const path = `/documents/${id(params.id)}`;
  const one = await get(path, {}, signal);
  const changes = may('documents:write');
  const open = button(one.inline ? 'Open' : 'Download', { busy: 'Opening…', onclick: () => whileBusy(open, () => openFile(`${path}/file`, one.inline)).catch(complain) });
  const deeds = [
    open,
    changes && one.customer ? sendingDocument(one) : null,
    changes ? link('Edit', `#${path}/edit`, 'second') : null,
  ];
  const away = () => ask({
    title: `Remove “${one.name}”?`,
    text: `${one.customer ? `${one.customer_name} no longer sees` : 'No customer sees'} it, and links to it that were mailed lead nowhere. This can’t be undone.`,
    deed: 'Remove it', busy: 'Removing…', danger: true,
    run: () => remove(path), done: () => { say(`“${one.name}” is removed.`); go('/documents'); },
  });
  return { title: one.name, content: [
    back('#/documents', 'Documents'),
    head(one.name, documentPill(one)),
    whyNoDocument(),
    h('div', { class: 'sheet' }, h('div', { class: 'deeds both' }, deeds.filter(Boolean)), facts(one)),
    changes ? h('div', { class: 'tools' }, quiet('Remove', away, `“${one.name}”`)) : null,
  ].filter(Boolean) };
}

const facts = (one) => pairs([
  ['Shared with', one.customer && may('customers:read') ? h('a', { href: `#/customers/${id(one.customer)}` }, one.customer_name) : whose(one)],
  ['Category', categoryWord(one.category)],
  ['File', [one.filename, h('span', { class: 'note-line' }, fileWords(one))]],
  ['Shared on', dayOf(one.shared_at)],
  ['Visible from', day(one.visible_from)],
  ['Visible until', one.visible_until ? day(one.visible_until) : 'No end'],
  one.external_id ? ['Your own id', h('code', {}, one.external_id)] : null,
]);
