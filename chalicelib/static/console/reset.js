// A new password, by the link that was mailed. The link is used up only by pressing the button.

import { forget, open } from './api.js';
import { h } from './dom.js';
import { form, password } from './forms.js';
import { badge } from './sign-in.js';
import { link, say } from './ui.js';

export const newPassword = () => password({
  name: 'password',
  label: 'New password',
  hint: '10 characters or more. A few words in a row are easy to remember.',
  required: 'Choose a password.',
  attributes: { autocomplete: 'new-password' },
});

export default function reset(page) {
  const { token } = page.params;
  const { node } = form({
    className: 'card stack',
    fields: [newPassword()],
    deed: 'Save new password',
    busy: 'Saving…',
    send: (values) => open('POST', '/password-resets/acceptance', { token, ...values }),
    done: () => {
      forget();
      page.go('/sign-in', true);
      say('Your new password is set. Sign in with it.');
    },
    problem: (problem) => problem.status === 404 && over(node, problem.detail, link('Send a new link', '#/forgotten')),
  });
  return { title: 'New password', kind: 'narrow', content: [badge(), h('h1', {}, 'Choose a new password'), h('p', { class: 'lead' }, 'You will be signed out everywhere else.'), node] };
}

// The link has done its work, or is too old: said in the form's place, with a way on.
export function over(node, words, way) {
  const notice = h('div', { class: 'card stack', tabindex: '-1' }, h('p', {}, words), way);
  node.replaceWith(notice);
  notice.focus();
  return true;
}
