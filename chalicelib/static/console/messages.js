// What the company's customers, its visitors and itself are told: every template, by whom it goes to, and whether it goes by
// e-mail and by SMS.

import { Problem, get, id, may, patch, printed, send } from './api.js';
import { settings } from './company.js';
import { h, unique } from './dom.js';
import { channelsOf, languageWord } from './message-words.js';
import { complain, head, listing, row, rows, say, section } from './ui.js';

const AUDIENCES = [
  [['customer'], 'To your customers'],
  [['visitor'], 'To visitors who wrote to you'],
  [['company'], 'About your business'],
  [['team'], 'Signing in to this console'],
];

export default async function messages({ signal }) {
  const { items } = await get('/message-templates', {}, signal);
  const changes = may('messages:write');
  const days = settings.messages.link_days;
  return { title: 'Messages', content: [
    head('Messages'),
    h('p', { class: 'lead' }, `What is sent by itself, by e-mail or SMS. Open one to read it${changes ? ', or to write it in your own words' : ''}.`),
    ...AUDIENCES.map(([audiences, title]) => [title, items.filter((one) => audiences.includes(one.audience))]).filter(([, found]) => found.length)
      .map(([title, found]) => section(title, h('div', { class: 'card' }, rows(found.map((one) => line(one, changes)))))),
    section('Addresses and links', listing([
      row({ href: '#/messages/stopped', what: link('Stopped addresses'), note: 'Where mail came back, or was marked as spam' }),
      may('settings:read') ? row({ href: '#/settings/messages', what: link('Links in messages'), note: `They work for ${days} ${days === 1 ? 'day' : 'days'}` }) : null,
    ].filter(Boolean))),
  ] };
}

// As the titles above look.
const link = (words) => h('span', { class: 'do' }, words);

function line(one, changes) {
  const about = h('span', { class: 'note', id: unique('about') }, h('span', {}, printed(one.words)), one.editable && one.email.needed ? h('span', {}, LOCKED) : null);
  const title = one.editable ? h('a', { class: 'what', href: `#/messages/${id(one.name)}`, 'aria-describedby': about.id }, one.title) : h('span', { class: 'what' }, one.title);
  return h('li', {}, h('div', { class: 'row still template' },
    h('div', { class: 'says' }, title, about, own(one)),
    one.editable ? ways(one, changes) : h('span', { class: 'fixed' }, 'Always sent, in our words')));
}

const LOCKED = 'Its e-mail is always on: people get in by it.';

// Whether it says something of the company's own, and in which languages.
function own({ email, sms }) {
  const told = [['E-mail', email], ['SMS', sms]].filter(([, way]) => way.own.length).map(([label, way]) => `${label} in ${way.own.map(languageWord).join(' and ')}`);
  return told.length ? h('span', { class: 'own-text' }, `Your own text: ${told.join(', ')}`) : null;
}

// Its switches; what can't be turned, or not by whoever looks, is told in words.
export const ways = (one, changes) => h('div', { class: 'ways-out' }, channelsOf(one).map(([channel, label]) => way(one, channel, label, changes)));

function way(one, channel, label, changes) {
  const locked = channel === 'email' && one.email.needed;
  if (locked || !changes) return h('p', { class: 'way-out told-only' }, h('span', {}, label), h('span', { class: 'fixed' }, locked ? 'Always on' : one[channel].on ? 'On' : 'Off'));
  const input = h('input', { type: 'checkbox', role: 'switch', checked: one[channel].on, onchange: () => turn(one, channel, label, input) });
  return h('label', { class: 'way-out' }, h('span', {}, label, h('span', { class: 'hush' }, ` of “${one.title}”`)), input);
}

// A switch is turned whatever else was changed meanwhile: what it is now is asked for its version only.
async function switched(path, body) {
  for (let tries = 0; ; tries += 1) {
    const { etag } = await send('GET', path);
    try {
      return await patch(path, body, etag);
    } catch (failed) {
      if (failed.type !== 'stale' || tries > 2) throw failed;
    }
  }
}

// A switch says at once what it does, and goes back where that failed.
async function turn(one, channel, label, input) {
  if (input.getAttribute('aria-busy')) return void (input.checked = one[channel].on);
  const on = input.checked;
  input.setAttribute('aria-busy', 'true');
  try {
    const now = await switched(`/message-templates/${id(one.name)}`, { [channel]: on });
    one[channel] = now[channel];
    say(`“${one.title}” ${now[channel].on ? 'goes out' : 'no longer goes out'} by ${label === 'SMS' ? 'SMS' : 'e-mail'}.`);
  } catch (failed) {
    if (!(failed instanceof Problem)) throw failed;
    complain(failed);
  } finally {
    input.checked = one[channel].on;
    input.removeAttribute('aria-busy');
  }
}
