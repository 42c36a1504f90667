// An invite to a company's team: somebody new chooses a password, somebody known types theirs.

import { begin, open } from './api.js';
import { drop } from './company.js';
import { h } from './dom.js';
import { form, password, text } from './forms.js';
import { newPassword, over } from './reset.js';
import { badge } from './sign-in.js';
import { link } from './ui.js';

export default async function invite(page) {
  const { company: id, token } = page.params;
  let found = null;
  try {
    found = await open('POST', '/invites/look', { company: id, token });
  } catch (problem) {
    if (problem.status !== 404) throw problem;
    return { title: 'Invite', kind: 'narrow', content: [badge(), h('h1', {}, 'This invite doesn’t open any more'), h('p', { class: 'lead' }, `${problem.detail} If you have joined already, sign in.`), link('Sign in', '#/sign-in')] };
  }
  const { email, company, has_password: known } = found;
  const { node } = form({
    className: 'card stack',
    // So that a password manager knows whose password this is.
    fields: [text({ name: 'email', label: 'E-mail', value: email, type: 'email', attributes: { autocomplete: 'username', readonly: true } }), known ? password({ name: 'password', label: 'Your Porchlight password', required: 'Type your password.' }) : newPassword()],
    deed: `Join ${company.name}`,
    busy: 'Joining…',
    send: (values) => open('POST', '/invites/acceptance', { company: id, token, password: values.password }),
    done: (opened) => {
      drop();
      begin(opened);
      page.go('/', true);
    },
    problem: (problem) => problem.status === 404 && over(node, problem.detail, link('Sign in', '#/sign-in')),
  });
  const lead = known ? `You have a password already, from another company. Type it to work for ${company.name} too.` : `Choose a password. You will sign in with ${email}.`;
  return { title: `Join ${company.name}`, kind: 'narrow', content: [badge(), h('h1', {}, `Join ${company.name}`), h('p', { class: 'lead' }, lead), node] };
}
