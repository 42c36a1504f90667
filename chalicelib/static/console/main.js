// The console begins here: who is signed in, which page the address asks for, and what is seen while it comes.

import { Problem, forget, hooks, may, refresh, session } from './api.js';
import * as company from './company.js';
import { fill, h } from './dom.js';
import routes from './routes.js';
import { closeMenu, frame, here } from './shell.js';
import { ask, button, complain, say } from './ui.js';

const main = document.getElementById('main');
const PATIENCE = 300;
let under = new AbortController();
let knows = false;
let shown = '';
// Whether something was typed that is not saved; which step of the browser's history this is; and whether the next change of
// the address only takes us back to where we stayed.
let typed = false;
let step = 0;
let replacing = false;
let returning = false;
let leaving = null;

// '#/customers/01J?search=x' as {path, query, params, module, open}.
function asked() {
  const [path, search = ''] = (location.hash.replace(/^#/, '') || '/').split('?');
  const parts = path.replace(/\/+$/, '').split('/');
  for (const [pattern, module, options = {}] of routes) {
    const wanted = pattern === '/' ? [''] : pattern.split('/');
    if (wanted.length === parts.length && wanted.every((one, index) => one === parts[index] || (one.startsWith(':') && parts[index]))) {
      const params = Object.fromEntries(wanted.flatMap((one, index) => (one.startsWith(':') ? [[one.slice(1), decoded(parts[index])]] : [])));
      return { path, params, module, query: Object.fromEntries(new URLSearchParams(search)), ...options };
    }
  }
  return { path, params: {}, query: {}, module: '' };
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const go = (path, replace = false) => {
  if (location.hash === `#${path}`) return show();
  replacing = replace;
  return replace ? location.replace(`#${path}`) : location.assign(`#${path}`);
};

// A page is what its module's default export answers: {title, content, kind}. It is given {params, query, path, signal, go,
// reload}; `signal` ends its calls once somebody goes on to another page.
async function show() {
  under.abort();
  under = new AbortController();
  const { signal } = under;
  // What a dialog asked belongs to the page that was left.
  for (const dialog of document.querySelectorAll('dialog[open]')) dialog.close();
  const page = { ...asked(), signal, go, reload: show };
  here(page.path);
  const slow = setTimeout(() => { if (!signal.aborted) wait(page.path); }, PATIENCE);
  try {
    const drawn = await draw(page);
    if (signal.aborted) return;
    put(page, drawn);
  } catch (failed) {
    if (!signal.aborted) put(page, failed.status === 404 ? gone(page) : broken(failed));
  } finally {
    clearTimeout(slow);
  }
}

async function draw(page) {
  const code = page.module ? import(`./${page.module}.js`).catch(stale) : null;
  if (!page.open) {
    if (!session && !(await signedIn())) {
      company.drop();
      return { redirect: page.path === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(location.hash.slice(1))}` };
    }
    await company.load();
    if (page.needs && !may(page.needs)) return notFor(page);
    if (/^\/(calendar|bookings)(\/|$)/.test(page.path) && !(await booksOnline())) return dead('Online booking is off', 'What is booked stays booked. Turn it on to see the calendar, and to move or cancel anything in it.', '/settings/booking', 'Online booking');
  }
  if (!code) return dead('Page not found', 'There is nothing at this address. It may be mistyped, or from an older e-mail.', '/', 'Go to the first page');
  return (await code).default(page);
}

// Somebody else may have turned it on since this page was opened.
async function booksOnline() {
  if (!company.settings.booking.on) await company.load(true);
  return company.settings.booking.on;
}

// A page with nothing but words and a way on.
const dead = (title, words, to, label) => ({ title, kind: 'narrow', content: [h('h1', {}, title), h('p', { class: 'lead' }, words), h('p', {}, h('a', { href: `#${to}` }, label))] });

// A form's page, found by its address, for somebody who may not send it.
const LISTS = { invoices: 'All invoices', estimates: 'All estimates', documents: 'All documents', visits: 'All visits', customers: 'All customers', calendar: 'The calendar', bookings: 'The calendar', settings: 'Settings' };
function notFor({ path }) {
  const place = path.split('/')[1] in LISTS ? path.split('/')[1] : 'customers';
  return dead('For reading only', 'Your role may look, and change nothing.', place === 'bookings' ? '/calendar' : `/${place}`, LISTS[place]);
}

// What pages with an id are about, where what has the id is gone.
const GONE = [
  ['/customers/invites/', 'These invites aren’t', '/customers', 'All customers'],
  ['/customers/', 'This customer isn’t', '/customers', 'All customers'],
  ['/invoices/', 'This invoice isn’t', '/invoices', 'All invoices'],
  ['/payments/', 'This payment isn’t', '/customers', 'All customers'],
  ['/estimates/', 'This estimate isn’t', '/estimates', 'All estimates'],
  ['/documents/', 'This document isn’t', '/documents', 'All documents'],
  ['/visits/', 'This visit isn’t', '/visits', 'All visits'],
  ['/bookings/', 'This booking isn’t', '/calendar', 'The calendar'],
  ['/calendar', 'The calendar isn’t', '/', 'Go to the first page'],
  ['/ratings/', 'This rating isn’t', '/ratings', 'All ratings'],
  ['/messages/', 'This message isn’t', '/messages', 'All messages'],
  ['/leads/', 'This message isn’t', '/leads', 'All leads'],
  ['/', 'This isn’t', '/', 'Go to the first page'],
];

function gone({ path }) {
  const [, what, to, label] = GONE.find(([start]) => path.startsWith(start));
  return dead(`${what} there any more`, 'Somebody may have removed it, or the address is mistyped.', to, label);
}

// Whether the cookie of an earlier visit still holds. Asked once.
async function signedIn() {
  if (knows) return false;
  try {
    await refresh();
    return true;
  } catch (failed) {
    if (failed.status !== 401 && failed.status !== 403) throw failed;
    knows = true;
    return false;
  }
}

// A newer console may have come while this one was open: its files are gone, so start again, once.
function stale() {
  const mark = `reloaded ${import.meta.url}`;
  if (sessionStorage.getItem(mark)) throw new Problem({ type: 'not-loaded', title: 'This page didn’t load', detail: 'Check your connection, then try again.' });
  sessionStorage.setItem(mark, 'yes');
  location.reload();
  return new Promise(() => {});
}

// The same page anew stays where it is meanwhile; another one makes room.
function wait(path) {
  if (main.firstElementChild?.classList.contains('waiting')) return;
  if (path === shown) return void main.setAttribute('aria-busy', 'true');
  fill(main, h('p', { class: 'waiting', role: 'status' }, 'Loading…'));
}

function broken(failed) {
  if (!(failed instanceof Problem)) console.error(failed);
  const { title, detail } = failed instanceof Problem ? failed : { title: 'Something went wrong', detail: 'This page broke, which is our mistake. Nothing was lost.' };
  // A browser may remember that a file didn’t load.
  const retry = failed.type === 'not-loaded' ? () => location.reload() : show;
  const again = button('Try again', { busy: 'Trying…', onclick: () => { again.setAttribute('aria-busy', 'true'); retry(); } });
  return { title, kind: 'narrow', content: [h('h1', {}, title), h('p', { class: 'lead' }, detail), h('div', { class: 'deeds' }, again)] };
}

function put(page, { title, content, kind = '', redirect }) {
  if (redirect) return go(redirect, true);
  const first = !main.childElementCount || main.firstElementChild.classList.contains('boot');
  document.title = `${title} · ${page.open || !session ? 'Porchlight' : session.company.name}`;
  document.body.className = [kind, page.open ? 'out' : 'in'].join(' ');
  frame(page.open ? null : session, signOut);
  here(page.path);
  fill(main, content);
  const heading = main.querySelector('h1');
  if (heading) heading.tabIndex = -1;
  main.removeAttribute('aria-busy');
  typed = false;
  if (page.path !== shown) {
    scrollTo(0, 0);
    // What failed on the page that was left.
    for (const one of document.querySelectorAll('.toast.failed')) one.remove();
  }
  shown = page.path;
  // A screen reader reads on from the page's title; at the very first page it begins by itself.
  if (!first && heading && !main.contains(document.activeElement)) heading.focus({ preventScroll: true });
  return undefined;
}

async function signOut() {
  if (!(await free())) return undefined;
  const { open } = await import('./api.js');
  try {
    await open('DELETE', '/session');
  } catch (failed) {
    return complain(failed);
  }
  left();
  return go('/sign-in');
}

function left() {
  forget();
  company.drop();
  knows = true;
  typed = false;
}

// The session ended in the middle of something: signing in again over the page keeps what was typed.
hooks.signedOut = () => (asking ||= again().finally(() => { asking = null; }));
let asking = null;

async function again() {
  const { signInAgain } = await import('./sign-in.js');
  const was = session;
  if (was && (await ask(signInAgain(was)))) return true;
  left();
  go('/sign-in');
  return false;
}

hooks.waiting = (seconds) => say(`Porchlight is asked a lot just now. It goes on in ${seconds} seconds.`);

// Stripe sends people back without a place in the console.
if (new URLSearchParams(location.search).get('from') === 'stripe') history.replaceState(null, '', `${location.pathname}#/?from=stripe`);

// What was typed is asked about once before it is left: here, and by the browser where the whole console is left. Forms tell
// when it is settled. A search, and what is typed before signing in, is no loss.
main.addEventListener('input', (event) => { if (session && event.target.closest('form:not([role=search])')) typed = true; });
main.addEventListener('settled', () => { typed = false; });
addEventListener('beforeunload', (event) => { if (typed) event.preventDefault(); });

async function free() {
  if (!typed) return true;
  leaving ||= ask({ title: 'Leave without saving?', text: 'What you changed on this page is not saved yet.', deed: 'Leave without saving', cancel: 'Stay', danger: true }).finally(() => { leaving = null; });
  if (!(await leaving)) return false;
  typed = false;
  return true;
}

// The address has changed already. Whoever stays is taken back along the browser's history, by as many steps as it went.
async function moved() {
  closeMenu();
  if (returning) return void (returning = false);
  if (leaving) return undefined;
  const stays = !(await free());
  const to = history.state?.step ?? step + (replacing ? 0 : 1);
  replacing = false;
  if (stays) {
    returning = to !== step;
    return returning ? history.go(step - to) : undefined;
  }
  step = to;
  history.replaceState({ step }, '');
  return show();
}

step = history.state?.step ?? 0;
history.replaceState({ step }, '');
addEventListener('hashchange', moved);
document.querySelector('.skip').addEventListener('click', (event) => { event.preventDefault(); (main.querySelector('h1') || main).focus(); });
show();
