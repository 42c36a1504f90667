// How a customer comes into the portal, and what staff can do about it: login, password, mails, sessions, links.

import { Attempt, get, id, may, patch, post, put, remove } from './api.js';
import { dayOf, moment, settings } from './company.js';
import { liveLinks } from './customer-links.js';
import { accessPill, addresses, firstName, reach } from './customer-words.js';
import { fill, h } from './dom.js';
import { check, password, text, whileBusy } from './forms.js';
import { ask, button, complain, copyable, pairs, quiet, say, section } from './ui.js';

const SHORTEST = 10;
// A message's link is made when it goes out, which most have done by then.
const ON_ITS_WAY = 3000;

// The section of a customer's page. `entry` is an AccessView, `links` a LinkList; `sent()` hears of a message that went out.
export function access(who, entry, links, sent) {
  const path = `/customers/${id(who.id)}/access`;
  const region = h('div', { class: 'card' });
  const desk = {
    who, path, entry, sent, region, links: links.items, changes: may('access:write'),
    attempts: { invites: new Attempt(), 'password-resets': new Attempt() },
    set: (now) => { desk.entry = now; draw(); },
    read: async () => {
      try {
        const [now, live] = await Promise.all([get(path), get(`${path}/links`)]);
        desk.links = live.items;
        desk.set(now);
      } catch (failed) {
        complain(failed);
      }
    },
  };
  const draw = () => keepingFocus(region, () => fill(region, h('div', { class: 'stack pad' }, standing(desk), desk.changes ? next(desk) : null), liveLinks(desk), desk.changes ? danger(desk) : null));
  draw();
  return section('Portal access', region);
}

// Who works with the keyboard goes on where they were, at the same button or the nearest thing to it.
function keepingFocus(region, draw) {
  const at = region.contains(document.activeElement) ? document.activeElement : null;
  draw();
  if (!at) return;
  const all = [...region.querySelectorAll('button, input, summary')];
  (all.find((one) => one.name === at.name && one.textContent === at.textContent) || all[0])?.focus();
}

const EXPLAINED = {
  never_invited: 'Nobody has told them of your portal yet.',
  invited: 'They have an invite, and have not signed in yet.',
  active: 'They have been in your portal.',
  off: 'They can’t come in: no session and no link of theirs works.',
};

function standing(desk) {
  const { entry, who, changes } = desk;
  const open = changes && entry.state !== 'off';
  const beside = (words, ...deed) => [words, open ? quiet(...deed) : null];
  return [
    h('div', {}, accessPill(entry.state), h('p', { class: 'hint' }, EXPLAINED[entry.state])),
    pairs([
      ['Last sign-in', entry.last_sign_in ? h('time', { datetime: entry.last_sign_in }, moment(entry.last_sign_in)) : 'Never'],
      entry.invited_at ? ['Invited', h('time', { datetime: entry.invited_at }, dayOf(entry.invited_at))] : null,
      ['Login', beside(entry.login || 'None', entry.login ? 'Change' : 'Set', () => setLogin(desk), 'the login')],
      entry.login || addresses(who).length ? ['Password', beside(entry.has_password ? (entry.must_change_password ? 'Set; a new one is due' : 'Set') : 'None', entry.has_password ? 'Change' : 'Set', () => setPassword(desk), 'the password')] : null,
    ]),
  ];
}

// What is harmless, or asks in a dialog of its own.
function next(desk) {
  const { entry, who } = desk;
  if (entry.state === 'off') return h('div', { class: 'deeds' }, doing(desk, 'Turn access on', 'Turning on…', { on: true }, `${firstName(who)} can come in again.`));
  const invite = button(entry.state === 'never_invited' ? 'Send an invite' : 'Send another invite', {
    kind: 'second', busy: 'Sending…', onclick: () => mailed(desk, invite, 'invites', 'invite'),
  });
  const reset = button('Send a password reset', { kind: 'second', busy: 'Sending…', onclick: () => mailed(desk, reset, 'password-resets', 'password reset') });
  const must = check({ name: 'must', label: 'Ask for a new password at the next sign-in', kind: 'switch', value: entry.must_change_password, attributes: { onchange: () => change(desk, must.control, { must_change_password: must.control.checked },
    must.control.checked ? 'They choose a new password at the next sign-in.' : 'They keep their password.') } });
  return [
    reach(who) ? h('div', { class: 'deeds stacked' }, invite, addresses(who).length ? reset : null) : h('p', { class: 'hint' }, 'To invite them, add a contact with an e-mail address or a phone number.'),
    entry.has_password ? must.node : null,
  ];
}

function doing(desk, label, busy, body, said) {
  const pressed = button(label, { busy, onclick: () => change(desk, pressed, body, said) });
  return pressed;
}

// One change that needs no question.
function change(desk, pressed, body, said) {
  return whileBusy(pressed, async () => {
    try {
      desk.set(await patch(desk.path, body));
      say(said);
    } catch (failed) {
      desk.set(desk.entry);
      complain(failed);
    }
  });
}

// A mail at once: the answer says to which address.
function mailed(desk, pressed, what, words) {
  return whileBusy(pressed, async () => {
    try {
      const { to } = await post(`${desk.path}/${what}`, undefined, desk.attempts[what].key(what));
      desk.attempts[what].done();
      say(`The ${words} is on its way to ${to}.`);
      const look = () => Promise.all([desk.read(), desk.sent()]);
      await look();
      setTimeout(() => { if (desk.region.isConnected) look(); }, ON_ITS_WAY);
    } catch (failed) {
      complain(failed);
    }
  });
}

function setLogin(desk) {
  const { entry, who } = desk;
  const field = text({ name: 'login', label: 'Login', value: entry.login || addresses(who)[0] || '', required: 'Type an e-mail address or a user name.', hint: 'An e-mail address or a user name that nobody else here has.', attributes: { maxlength: '254', spellcheck: 'false', autocapitalize: 'none' } });
  return ask({
    title: entry.login ? 'Change the login' : 'Set a login',
    text: entry.login ? `${firstName(who)} signs in with the new one from now on; the password stays.` : null,
    fields: [field],
    deed: 'Save login',
    busy: 'Saving…',
    about: { 'login-taken': 'login' },
    run: (values) => patch(desk.path, values),
    done: (now) => { desk.set(now); say('Login saved.'); },
  });
}

function setPassword(desk) {
  const { who } = desk;
  const field = password({ name: 'password', label: 'New password', required: 'Type a password, or make one.', hint: `${SHORTEST} characters or more.`, attributes: { autocomplete: 'new-password', maxlength: '200' } });
  const make = quiet('Make one up', () => {
    field.control.value = invented();
    const reveal = field.node.querySelector('.reveal');
    if (field.control.type === 'password') reveal.click();
    field.focus();
  });
  const must = check({ name: 'must_change', label: 'They must choose a new one at the next sign-in', kind: 'switch', value: true });
  return ask({
    title: `Set a password for ${who.name}`,
    text: 'All their sessions end, and the old password no longer works. Tell them the new one yourself: it is not mailed.',
    fields: [field, must],
    content: [field.node, h('p', { class: 'tools' }, make), must.node],
    deed: 'Set password',
    busy: 'Setting…',
    run: (values) => put(`${desk.path}/password`, values),
    done: (now, values) => {
      desk.set(now);
      tell(who, now.login || addresses(who)[0], values.password);
    },
  });
}

// What staff reads out to them; shown this once.
const tell = (who, login, secret) => ask({
  title: `Tell ${firstName(who)}`,
  text: 'The password is not shown again.',
  content: pairs([
    settings.portal.url ? ['Address', copyable(settings.portal.url)] : null,
    ['Login', copyable(login)],
    ['Password', copyable(secret)],
  ]),
  deed: 'Done',
  cancel: null,
});

// Sixteen signs that can't be taken for each other when read aloud: 78 bits.
function invented() {
  const signs = 'abcdefghjkmnpqrstuvwxyz23456789';
  const drawn = [];
  while (drawn.length < 16) {
    for (const byte of crypto.getRandomValues(new Uint8Array(32))) if (byte < signs.length * 8 && drawn.length < 16) drawn.push(signs[byte % signs.length]);
  }
  return drawn.join('').match(/.{4}/g).join('-');
}

// What takes something away asks once, in words.
function danger(desk) {
  const { entry, who, path } = desk;
  const name = firstName(who);
  if (entry.state === 'off') return null;
  const sessions = () => ask({
    title: `Sign ${name} out everywhere?`,
    text: 'All sessions end at once, on every device. They can sign in again, and links that were mailed go on opening.',
    deed: 'End all sessions', busy: 'Ending…', danger: true,
    run: () => remove(`${path}/sessions`),
    done: () => say('All sessions have ended.'),
  });
  const login = () => ask({
    title: 'Take the login away?',
    text: `${name} can no longer sign in with ${entry.login} and a password. Mailed links and codes still work.`,
    deed: 'Take login away', busy: 'Taking away…', danger: true,
    run: () => patch(path, { login: null }),
    done: (now) => { desk.set(now); say('The login is gone.'); },
  });
  const off = () => ask({
    title: `Turn off access for ${who.name}?`,
    text: 'They are signed out at once, and all links mailed to them stop working. Nothing is lost: invoices and payments stay, and you can turn access on again.',
    deed: 'Turn access off', busy: 'Turning off…', danger: true,
    run: () => patch(path, { on: false }),
    done: async () => { await desk.read(); say('Access is off.'); },
  });
  return h('div', { class: 'tools pad last' }, quiet('End all sessions', sessions), entry.login ? quiet('Take the login away', login) : null, quiet('Turn access off', off));
}
