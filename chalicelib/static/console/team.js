// Who may come into the console: invite, give a role, send the invite again, take off.

import { get, id, may, patch, post, remove, session } from './api.js';
import { dayOf } from './company.js';
import { h } from './dom.js';
import { email, radios } from './forms.js';
import { ask, button, card, complain, head, pill, quiet, rows, say, whileBusy } from './ui.js';

const ROLES = [['admin', 'Admin', 'May see and change everything.'], ['read-only', 'Read-only', 'May see everything, and change nothing.']];
const roleName = (role) => ROLES.find(([value]) => value === role)[1];

export default async function team(page) {
  const { items } = await get('/team', {}, page.signal);
  const changes = may('team:write');
  return { title: 'Team', content: [
    head('Team', changes ? button('Invite somebody', { kind: 'small', onclick: () => invite(page) }) : null),
    h('p', { class: 'lead' }, 'The people who run the portal. Each signs in with a password of their own.'),
    h('div', { class: 'card' }, rows(items.map((one) => line(page, one, changes)))),
  ] };
}

function line(page, member, changes) {
  const { email: address, role, state } = member;
  const me = address === session.email;
  const seen = member.last_sign_in ? `Last signed in ${dayOf(member.last_sign_in)}` : state === 'active' ? 'Has not signed in yet' : `Invited ${dayOf(member.created_at)}`;
  const tools = changes && !me ? h('span', { class: 'tools' },
    state === 'invited' ? again(address) : null,
    quiet('Change the role', () => change(page, member), `of ${address}`),
    Object.assign(quiet('Remove', () => takeOff(page, address, state), address), { className: 'quiet warn' })) : null;
  return h('li', {}, h('div', { class: 'row still' }, h('span', { class: 'what' }, address, me ? ' (you)' : ''), h('span', {}), h('span', { class: 'note' }, h('span', {}, roleName(role)), h('span', {}, seen)), state === 'invited' ? pill('Invited', 'due') : pill('Active', 'paid'), tools ? h('span', { class: 'below' }, tools) : null));
}

async function invite(page) {
  const did = await ask({
    title: 'Invite somebody',
    text: 'They get an e-mail with a link that works for 7 days.',
    fields: [email({ name: 'email', label: 'E-mail', required: 'Type their e-mail address.' }), radios({ name: 'role', label: 'Role', choices: ROLES, value: 'admin' })],
    deed: 'Send the invite',
    busy: 'Sending…',
    about: { joined: 'email' },
    run: (values, key) => post('/team', values, key),
    done: (member) => say(`The invite is on its way to ${member.email}.`),
  });
  if (did) page.reload();
}

function again(address) {
  const pressed = quiet('Send again', () => whileBusy(pressed, async () => {
    try {
      const { to } = await post(`/team/${id(address)}/invites`, {});
      say(`Another invite is on its way to ${to}.`);
    } catch (failed) {
      complain(failed);
    }
  }), `the invite to ${address}`);
  return pressed;
}

async function change(page, { email: address, role }) {
  const did = await ask({
    title: `The role of ${address}`,
    fields: [radios({ name: 'role', label: 'Role', choices: ROLES, value: role })],
    deed: 'Save the role',
    busy: 'Saving…',
    run: (values) => patch(`/team/${id(address)}`, values),
    done: (member) => say(`${member.email} is now: ${roleName(member.role)}.`),
  });
  if (did) page.reload();
}

async function takeOff(page, address, state) {
  const did = await ask({
    title: `Remove ${address} from the team?`,
    text: state === 'invited' ? 'The invite will not open any more.' : 'They are signed out at once, and can’t come in again. API keys they made go on working.',
    deed: `Remove ${address}`,
    busy: 'Removing…',
    danger: true,
    run: () => remove(`/team/${id(address)}`),
    done: () => say(`${address} was removed.`),
  });
  if (did) page.reload();
}
