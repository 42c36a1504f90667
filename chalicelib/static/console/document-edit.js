// What a document is called, what kind it is, and from when to when customers see it. The file itself stays: another one is
// shared anew.

import { get, id, patch } from './api.js';
import { day, today } from './company.js';
import { CATEGORIES, whose } from './document-words.js';
import { h } from './dom.js';
import { Wrong, cancel, date, form, select, text } from './forms.js';
import { back, head, say } from './ui.js';

export default async function edit({ params, signal, go }) {
  const path = `/documents/${id(params.id)}`;
  const one = await get(path, {}, signal);
  const title = `Edit “${one.name}”`;
  const fields = details(one);
  const { node } = form({
    className: 'card stack', fields: Object.values(fields), content: arranged(fields),
    deed: 'Save changes', busy: 'Saving…', others: cancel(`#${path}`),
    send: (values) => patch(path, values),
    done: (now) => { say(`“${now.name}” is saved.`); go(path, true); },
  });
  return { title, content: [back(`#${path}`, one.name), head(title), h('p', { class: 'lead' }, `Shared with ${one.customer ? whose(one) : 'everyone'}.`), node] };
}

// The fields that sharing and editing have in common, by name.
export function details(was) {
  const from = date({ name: 'visible_from', label: 'Visible from', value: was.visible_from, required: 'Choose the day from which customers see it.' });
  const until = date({ name: 'visible_until', label: 'Visible until (optional)', value: was.visible_until || '' });
  const read = until.get;
  until.get = () => {
    const last = read();
    if (last && from.control.value && last < from.control.value) throw new Wrong(`The last day is before the first one, ${day(from.control.value)}.`);
    return last || null;
  };
  return {
    name: text({ name: 'name', label: 'Name', value: was.name, required: 'Give it a name.', hint: 'What your customers read, such as “Service agreement 2026”.', attributes: { maxlength: '120' } }),
    category: select({ name: 'category', label: 'Category', value: was.category, choices: CATEGORIES }),
    visible_from: from,
    visible_until: until,
  };
}

export const arranged = ({ name, category, visible_from: from, visible_until: until }) => [name.node, category.node, h('div', { class: 'two' }, from.node, until.node)];
export const blank = () => ({ name: '', category: 'other', visible_from: today(), visible_until: null });
