// Keys for the company's own software: made with scopes, shown once, revoked.

import { get, id, may, post, remove } from './api.js';
import { dayOf } from './company.js';
import { h } from './dom.js';
import { Wrong, text } from './forms.js';
import { ask, button, copyable, empty, head, pill, quiet, rows, say } from './ui.js';

const AREAS = [['settings', 'Settings'], ['customers', 'Customers'], ['access', 'Portal access'], ['invoices', 'Invoices'], ['payments', 'Payments'], ['estimates', 'Estimates'], ['documents', 'Documents'], ['visits', 'Visits'], ['bookings', 'Online booking'], ['ratings', 'Ratings'], ['messages', 'Messages'], ['leads', 'Inbound leads'], ['audit', 'Audit trail']];

export default async function keys(page) {
  const { items } = await get('/keys', {}, page.signal);
  const changes = may('team:write');
  const add = () => button('Make a key', { kind: 'small', onclick: () => make(page) });
  return { title: 'API keys', content: [
    head('API keys', changes && items.length ? add() : null),
    h('p', { class: 'lead' }, 'Your own software reads and writes customers, invoices and settings with a key. ', h('a', { href: new URL('../../api/openapi.json', import.meta.url).href, target: '_blank', rel: 'noopener', class: 'whole' }, 'The API’s description')),
    items.length ? h('div', { class: 'card' }, rows(items.map((one) => line(page, one, changes)))) : empty('No keys yet', changes ? 'Make one for each program, so that each can be revoked by itself.' : 'Keys that an admin makes for your own software will be here.', changes ? add() : null),
  ] };
}

function line(page, key, changes) {
  const used = key.last_used ? `Last used ${dayOf(key.last_used)}` : 'Never used';
  const revoke = changes && !key.revoked_at ? Object.assign(quiet('Revoke', () => take(page, key), key.name), { className: 'quiet warn' }) : null;
  return h('li', {}, h('div', { class: `row still ${key.revoked_at ? 'closed' : ''}` },
    h('span', { class: 'what' }, key.name), key.revoked_at ? pill(`Revoked ${dayOf(key.revoked_at)}`, 'void') : pill('Active', 'paid'),
    h('span', { class: 'note' }, h('span', {}, used), h('span', {}, `Made ${dayOf(key.created_at)} by ${key.created_by}`)), h('span', {}),
    h('span', { class: 'below hint' }, rights(key.scopes)),
    revoke ? h('span', { class: 'below' }, revoke) : null));
}

// 'customers:read' and 'customers:write' as "Customers: read and write".
export function rights(scopes) {
  const parts = AREAS.map(([area, name]) => [name, ['read', 'write'].filter((one) => scopes.includes(`${area}:${one}`))]);
  return parts.filter(([, given]) => given.length).map(([name, given]) => `${name}: ${given.join(' and ')}`).join(' · ');
}

async function make(page) {
  const name = text({ name: 'name', label: 'Name', hint: 'Which program is it for?', required: 'Give the key a name.', attributes: { maxlength: 100 } });
  const scopes = scopeField();
  let made = null;
  const did = await ask({
    title: 'Make a key',
    fields: [name, scopes],
    deed: 'Make the key',
    busy: 'Making it…',
    run: (values, key) => post('/keys', values, key),
    done: (answer) => { made = answer; },
  });
  if (!did) return;
  await ask({
    title: `The key “${made.name}”`,
    text: ['This is shown only now. Copy it, and keep it where your program keeps its secrets.', copyable(made.key, 'Copy the key')],
    deed: 'I have copied it',
    cancel: '',
  });
  page.reload();
}

// Read and write, area by area: a table of ticks.
function scopeField() {
  const error = h('p', { class: 'error', hidden: true, id: 'scopes-error' });
  const box = (area, name, right) => h('input', { type: 'checkbox', value: `${area}:${right}`, 'aria-label': `${name}: ${right}`, checked: false });
  const boxes = AREAS.map(([area, name]) => [name, box(area, name, 'read'), area === 'audit' ? null : box(area, name, 'write')]);
  const all = boxes.flatMap(([, read, write]) => [read, write]).filter(Boolean);
  const cell = (input) => h('td', {}, input ? h('label', { class: 'box' }, input) : null);
  const node = h('fieldset', { class: 'field' }, h('legend', {}, 'What it may do'), error,
    h('table', { class: 'grid' }, h('thead', {}, h('tr', {}, h('td', {}), h('th', { scope: 'col' }, 'Read'), h('th', { scope: 'col' }, 'Write'))), h('tbody', {}, boxes.map(([name, read, write]) => h('tr', {}, h('th', { scope: 'row' }, name), cell(read), cell(write))))));
  const wrong = (words) => { node.classList.toggle('wrong', Boolean(words)); error.hidden = !words; error.textContent = words; };
  const read = () => {
    const chosen = all.filter((one) => one.checked).map((one) => one.value);
    if (!chosen.length) throw new Wrong('Choose at least one thing that the key may do.');
    return chosen;
  };
  return { node, name: 'scopes', pointer: 'scopes', control: all[0], get: read, wrong, focus: () => all[0].focus() };
}

async function take(page, key) {
  const did = await ask({
    title: `Revoke the key “${key.name}”?`,
    text: 'The program that uses it is locked out at once. This can’t be undone; a new key can be made.',
    deed: `Revoke ${key.name}`,
    busy: 'Revoking…',
    danger: true,
    run: () => remove(`/keys/${id(key.id)}`),
    done: () => say('The key is revoked.'),
  });
  if (did) page.reload();
}
