// The frame around pages: whose console this is, where to go, who is signed in. Made once a session, and again when there is
// another place to go.

import { may, session } from './api.js';
import { settings } from './company.js';
import { fill, h } from './dom.js';
import { sign } from './ui.js';

// [path, name, the scope it takes, the part of the settings that must be on].
const PLACES = [
  ['/', 'Home'],
  ['/customers', 'Customers', 'customers:read'],
  ['/invoices', 'Invoices', 'invoices:read'],
  ['/estimates', 'Estimates', 'estimates:read'],
  ['/documents', 'Documents', 'documents:read'],
  ['/visits', 'Visits', 'visits:read'],
  ['/calendar', 'Calendar', 'bookings:read', 'booking'],
  ['/ratings', 'Ratings', 'ratings:read'],
  ['/leads', 'Leads', 'leads:read'],
  ['/messages', 'Messages', 'messages:read'],
  ['/settings', 'Settings', 'settings:read'],
  ['/team', 'Team', 'team:read'],
  ['/keys', 'API keys', 'team:read'],
  ['/trail', 'Audit trail', 'audit:read'],
];

const top = document.getElementById('top');
let shown = null;
let there = [];
let shut = () => {};

const places = () => PLACES.filter(([, , scope, part]) => (!scope || may(scope)) && (!part || settings?.[part].on)).map(([path, name]) => [path, name]);

// The frame of this session; none for null.
export function frame(who, signOut) {
  const now = places();
  if (who === shown && String(now) === String(there)) return;
  shown = who;
  there = now;
  if (!who) return void fill(top);
  const menu = h('div', { class: 'menu', id: 'menu' },
    h('nav', { 'aria-label': 'Console' }, h('ul', {}, there.map(([path, name]) => h('li', {}, h('a', { href: `#${path}`, data: { path } }, name))))),
    h('div', { class: 'who' }, h('p', {}, h('span', { class: 'hush' }, 'Signed in as '), session.email), session.role === 'read-only' ? h('p', { class: 'hint' }, 'Read-only: you can look at everything, and change nothing.') : null,
      h('p', {}, h('a', { class: 'quiet', href: '#/password' }, 'Change password')),
      h('button', { type: 'button', class: 'quiet', onclick: signOut }, sign.out(), 'Sign out')));
  const toggle = h('button', { type: 'button', class: 'toggle', 'aria-expanded': false, 'aria-controls': 'menu', onclick: () => open(toggle.getAttribute('aria-expanded') !== 'true') }, sign.menu(), h('span', {}, 'Menu'));
  const open = (is) => { toggle.setAttribute('aria-expanded', String(is)); top.classList.toggle('opened', is); };
  // `top` stays while frames come and go: what an earlier one listened for must not answer for this one.
  top.onkeydown = (event) => { if (event.key === 'Escape' && top.classList.contains('opened')) { open(false); toggle.focus(); } };
  menu.addEventListener('click', (event) => { if (event.target.closest('a')) open(false); });
  shut = () => open(false);
  fill(top, h('div', { class: 'bar' }, h('a', { class: 'brand', href: '#/' }, h('span', { class: 'mark', 'aria-hidden': true }, initials(who.company.name)), h('span', {}, who.company.name)), toggle), menu);
  // How many requests wait is none of what the frame waits for.
  if (now.some(([path]) => path === '/calendar')) import('./booking-waiting.js').then(({ waiting }) => waiting()).catch(() => {});
}

export const initials = (name) => name.split(/\s+/).filter((word) => /^[\p{L}\p{N}]/u.test(word)).slice(0, 2).map((word) => word[0]).join('').toUpperCase() || '•';

// Back and forward lead to another page too: an open menu would stay before it.
export const closeMenu = () => shut();

// The company was renamed.
export function rename(name) {
  session.company.name = name;
  const mark = top.querySelector('.mark');
  if (mark) mark.textContent = initials(name);
  const brand = top.querySelector('.brand span:last-child');
  if (brand) brand.textContent = name;
}

// Which place of the menu a path is in.
export function here(path) {
  const place = path.startsWith('/guide') ? '/' : path.startsWith('/payments') ? '/invoices' : path.startsWith('/bookings') ? '/calendar' : path;
  for (const link of top.querySelectorAll('nav a')) {
    const { path: own } = link.dataset;
    if (place === own) link.setAttribute('aria-current', 'page');
    else if (own !== '/' && place.startsWith(`${own}/`)) link.setAttribute('aria-current', 'true');
    else link.removeAttribute('aria-current');
  }
}
