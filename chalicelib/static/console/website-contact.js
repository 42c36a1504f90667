// The contact form: whether there is one, and who gets what is written.

import { h } from './dom.js';
import { check, email } from './forms.js';
import { saving } from './saving.js';
import { back, note } from './ui.js';

const HINTS = [
  'Visitors and customers can write to you: from the tab, from the portal, and on a page of its own.',
  'Nobody can write to you by a form. What has come in stays under Leads.',
];

export default function contact() {
  return { title: 'Contact form', content: [
    back('#/settings/website', 'Website'),
    h('h1', {}, 'Contact form'),
    h('p', { class: 'lead' }, 'Each message is kept under ', h('a', { href: '#/leads' }, 'Leads'), ', and mailed to you.'),
    saving({
      tell: (pointer, value) => (typeof value === 'boolean' ? (value ? 'on' : 'off') : value),
      build: ({ company, contact_form: now }) => {
        const nowhere = note('New messages go to the first admin of your team until you name an address, here or under Company.');
        const on = check({
          name: 'on', pointer: 'contact_form/on', label: 'Contact form', kind: 'switch', hints: HINTS, value: now.on,
          attributes: { onchange: () => tell() },
        });
        const to = email({
          name: 'email', pointer: 'contact_form/email', label: 'Send new messages to', value: now.email,
          hint: company.email ? 'Empty: your company’s e-mail.' : 'Your company has no e-mail that could stand in for it.',
          attributes: { maxlength: 254, placeholder: company.email || null, oninput: () => tell() },
        });
        const tell = () => { nowhere.hidden = Boolean(company.email || to.get() || !on.get()); };
        tell();
        return { fields: [on, to], content: [on.node, to.node, nowhere] };
      },
    }),
  ] };
}
