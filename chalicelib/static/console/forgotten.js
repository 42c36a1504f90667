// Forgotten password: a link by e-mail. Said alike for those who are known and those who are not.

import { open } from './api.js';
import { h } from './dom.js';
import { email, form } from './forms.js';
import { badge } from './sign-in.js';
import { card } from './ui.js';

export default function forgotten(page) {
  const { node } = form({
    className: 'card stack',
    fields: [email({ name: 'email', label: 'E-mail', required: 'Type your e-mail address.', attributes: { autocomplete: 'username' } })],
    deed: 'Send a link',
    busy: 'Sending…',
    send: (values) => open('POST', '/password-resets', values),
    done: ({ minutes }, { email: to }) => {
      heading.textContent = 'Look into your mail';
      lead.textContent = `If ${to} can sign in here, a link to choose a new password is on its way. It works for ${minutes} minutes.`;
      node.replaceWith(card(h('p', { class: 'hint' }, 'Nothing there after a few minutes? Look among spam, and check the spelling of your address.'), h('button', { type: 'button', class: 'button second', onclick: page.reload }, h('span', {}, 'Try again'))));
      heading.focus();
    },
  });
  const heading = h('h1', {}, 'Choose a new password');
  const lead = h('p', { class: 'lead' }, 'Type the e-mail address that you sign in with. We send you a link.');
  return { title: 'Forgotten password', kind: 'narrow', content: [badge(), heading, lead, node, h('p', { class: 'after' }, h('a', { href: '#/sign-in' }, 'Back to signing in'))] };
}
