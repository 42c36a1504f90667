// Sign in: e-mail and password, then the company if there are several.

import { begin, open, session } from './api.js';
import { h, icon } from './dom.js';
import { email, form, password, radios } from './forms.js';

const LAMP = 'M8 1v2M4 7a4 4 0 0 1 8 0zM8 10v.01M4.5 10.5 3 14M11.5 10.5 13 14M8 12.5V15';
export const badge = () => h('p', { class: 'by-porchlight' }, h('span', { class: 'mark', 'aria-hidden': true }, icon(LAMP, 24)), 'Porchlight');

const passwordField = () => password({ name: 'password', label: 'Password', required: 'Type your password.' });

export default function signIn(page) {
  const next = page.query.next && page.query.next.startsWith('/') ? page.query.next : '/';
  if (session) return { redirect: next };
  const who = email({ name: 'email', label: 'E-mail', required: 'Type your e-mail address.', attributes: { autocomplete: 'username' } });
  const { node } = form({
    className: 'card stack',
    fields: [who, passwordField()],
    deed: 'Sign in',
    busy: 'Signing in…',
    send: (values) => open('POST', '/session', values),
    done: (opened) => { begin(opened); page.go(next, true); },
    problem: (problem) => problem.type === 'choose-company' && choose(page, next, node),
  });
  return { title: 'Sign in', kind: 'narrow', content: [badge(), h('h1', {}, 'Sign in'), node, h('p', { class: 'after' }, h('a', { href: '#/forgotten' }, 'Forgot your password?'))] };
}

// Somebody who serves several companies says for which one.
async function choose(page, next, before) {
  const credentials = { email: before.elements.email.value, password: before.elements.password.value };
  const { companies } = await open('POST', '/session/companies', credentials);
  const { node } = form({
    className: 'card stack',
    fields: [radios({ name: 'company', label: 'Which company?', required: 'Choose a company.', choices: companies.map(({ id, name, slug }) => [id, name, slug || 'Not set up yet']) })],
    deed: 'Continue',
    busy: 'Signing in…',
    send: ({ company }) => open('POST', '/session', { ...credentials, company }),
    done: (opened) => { begin(opened); page.go(next, true); },
  });
  before.replaceWith(node);
  node.querySelector('input').focus();
  return true;
}

// The same over a page, for somebody whose session has ended meanwhile: what `ask` shows.
export function signInAgain(was) {
  return {
    title: 'You were signed out',
    text: `Sign in again as ${was.email} to go on. What you typed is still there.`,
    deed: 'Sign in',
    busy: 'Signing in…',
    cancel: 'Leave this page',
    fields: [passwordField()],
    run: (values) => open('POST', '/session', { email: was.email, company: was.company.id, ...values }),
    done: begin,
  };
}
