// Change one's own password: it is the same for all companies that one serves.

import { begin, send, session } from './api.js';
import { h } from './dom.js';
import { form, password } from './forms.js';
import { newPassword } from './reset.js';
import { say } from './ui.js';

export default function change(page) {
  const { node } = form({
    className: 'card stack',
    fields: [password({ name: 'current', label: 'Current password', required: 'Type the password you have now.' }), newPassword()],
    deed: 'Change password',
    busy: 'Saving…',
    send: (values) => send('PUT', '/session/password', { body: values }),
    done: ({ value }) => {
      begin(value);
      page.go('/', true);
      say('Your password is changed.');
    },
  });
  return { title: 'Change password', kind: 'narrow', content: [h('h1', {}, 'Change password'), h('p', { class: 'lead' }, `For ${session.email}. You will be signed out everywhere else.`), node] };
}
