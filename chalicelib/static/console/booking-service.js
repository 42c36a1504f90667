// One service that can be booked: its words, how long it takes, what it costs, what is asked with it. New, or as it is.

import { Problem, may } from './api.js';
import { amend, below, change, load, now } from './booking-offer.js';
import { PRICES, choices } from './booking-offer-words.js';
import { questionFields } from './booking-questions.js';
import { lengthWords, priceWords } from './booking-words.js';
import { settings } from './company.js';
import { h } from './dom.js';
import { Wrong, amount, area, cancel, check, form, group, numberSelect, radios, text } from './forms.js';
import { saving } from './saving.js';
import { ask, back, empty, link, quiet, say } from './ui.js';

const LIST = '/settings/booking/services';
const BUFFERS = [0, 5, 10, 15, 20, 30, 45, 60, 90, 120];
const HINTS = ['Customers can book it.', 'Nobody can book it. What is booked already stays.'];
const NEW = { name: '', words: '', minutes: 60, before: 0, after: 0, price: { kind: 'none', amount: 0 }, questions: [], on: true };

export default async function page({ params, signal, go }) {
  const { services } = await load(signal);
  if (!params.id) return titled('New service', [making(go)]);
  const one = services.find((each) => each.id === params.id);
  if (!one) return titled('Service', [empty('This service is not there any more', 'Somebody has deleted it, or the address is mistyped.', link('All services', `#${LIST}`))]);
  return titled(one.name, [changing(one.id), may('settings:write') ? gone(one, go) : null]);
}

const titled = (title, content) => ({ title, content: [back(`#${LIST}`, 'Services'), h('h1', {}, title), ...content] });

// The fields of a service, and how they stand together.
function sheet(was) {
  const fields = [];
  const put = (field) => { fields.push(field); return field; };
  const name = put(text({ name: 'name', label: 'Name', value: was.name, required: 'Say what it is called.', hint: 'As your customers say it, such as “Lawn mowing”.', attributes: { maxlength: '80' } }));
  const words = put(area({ name: 'words', label: 'In a few words (optional)', value: was.words, rows: 3, hint: 'What is done, and for whom it is.', attributes: { maxlength: '500' } }));
  const length = lengthField(was.minutes, put);
  const buffer = (which, label) => put(numberSelect({ name: which, label, value: was[which], choices: choices(BUFFERS, was[which], lengthWords, 'None') }));
  const [before, after] = [buffer('before', 'Before'), buffer('after', 'After')];
  const price = priceField(was.price, put);
  const questions = questionFields(was.questions, fields);
  const on = was.id ? put(check({ name: 'on', label: 'Offered', kind: 'switch', hints: HINTS, value: was.on })) : null;
  return { fields, content: [
    name.node, words.node,
    length.node,
    h('fieldset', { class: 'field around' }, h('legend', {}, 'Kept free around it'), h('p', { class: 'hint' }, 'For the way there, and for clearing up. Customers don’t see it.'), h('div', { class: 'two' }, before.node, after.node)),
    price.node, group('Questions', questions), on && on.node,
  ] };
}

// Hours and minutes, as one number of minutes.
function lengthField(minutes, put) {
  const count = (part, label, value) => text({ name: part, label, value, attributes: { inputmode: 'numeric', maxlength: 4, class: 'few' } });
  const [long, short] = [count('hours', 'Hours', Math.floor(minutes / 60)), count('minutes-of-it', 'Minutes', minutes % 60)];
  const number = (field) => {
    const typed = field.control.value.trim() || '0';
    if (!/^\d+$/.test(typed)) throw new Wrong('Type whole numbers for how long it takes.');
    return Number(typed);
  };
  const node = h('fieldset', { class: 'field' }, h('legend', {}, 'How long it takes'), h('div', { class: 'lengths' }, long.node, short.node));
  put({ ...long, inner: true, get: () => number(long) });
  put({ ...short, inner: true, get: () => number(short) });
  put({ name: 'minutes', pointer: 'minutes', node, control: long.control, focus: () => long.focus(), wrong: (words) => { if (words) long.wrong(words); }, get: () => {
    const all = number(long) * 60 + number(short);
    if (all < 5 || all > 24 * 60) throw new Wrong('A job takes from 5 minutes to 24 hours.');
    return all;
  } });
  return { node };
}

// What it costs: an amount counts for two of the kinds only.
function priceField(was, put) {
  const costs = (kind) => ['exact', 'from'].includes(kind);
  const kind = radios({ name: 'kind', pointer: 'price/kind', label: 'Price', value: was.kind, choices: PRICES });
  const sum = amount({ name: 'amount', pointer: 'price/amount', label: 'Amount', value: costs(was.kind) ? was.amount : null, attributes: { class: 'few', oninput: () => follow() } });
  withSign(sum.control);
  const shown = h('p', { class: 'hint', role: 'status' });
  const follow = () => {
    sum.node.hidden = !costs(kind.get());
    let words = '';
    try {
      const minor = costs(kind.get()) ? sum.get() : 0;
      words = minor === null || (costs(kind.get()) && !minor) ? '' : priceWords({ kind: kind.get(), amount: minor });
    } catch {
      // Said when it is sent.
    }
    shown.textContent = words && `Your customers read: ${words}`;
  };
  kind.node.addEventListener('change', follow);
  kind.node.classList.add('prices');
  const node = h('div', { class: 'stack' }, kind.node, sum.node, shown);
  put({ ...kind, inner: true });
  put({ ...sum, inner: true, get: () => (costs(kind.get()) ? sum.get() : null) });
  put({ name: 'price', pointer: 'price', node, control: kind.control, focus: () => kind.focus(), wrong: (words) => { if (words) kind.wrong(words); }, get: () => {
    const minor = costs(kind.get()) ? sum.get() : 0;
    if (minor === null || (costs(kind.get()) && minor < 1)) throw new Wrong('Say how much it is, or choose another kind of price.', 'amount');
    return { kind: kind.get(), amount: minor };
  } });
  follow();
  return { node };
}

// The currency's sign beside the field, where prices have it.
function withSign(input) {
  const parts = new Intl.NumberFormat(settings.locale.locale, { style: 'currency', currency: settings.payments.currency }).formatToParts(1);
  const sign = h('span', { 'aria-hidden': true }, parts.find(({ type }) => type === 'currency').value);
  const box = h('div', { class: 'with-sign' });
  input.replaceWith(box);
  box.append(...(parts[0].type === 'currency' ? [sign, input] : [input, sign]));
}

function making(go) {
  const { fields, content } = sheet(NEW);
  return form({
    fields, content, className: 'card stack', deed: 'Add this service', busy: 'Adding it…', others: cancel(`#${LIST}`),
    send: async (values) => {
      const made = Object.fromEntries(Object.keys(NEW).map((name) => [name, name in values ? values[name] : NEW[name]]));
      let place = 0;
      const add = ({ services }) => {
        place = services.length;
        return { services: [...services, { id: '', ...made }] };
      };
      return below('services/\\d+', amend(add)).then(({ services }) => services[place]);
    },
    done: (one) => { say(`“${one.name}” is added.`); go(LIST, true); },
  }).node;
}

const deleted = () => new Problem({ type: 'gone', title: 'Gone', status: 404, detail: 'Somebody has deleted this service meanwhile. What you typed is still here: add it as a new one if it is needed.' });

// One service, as saving() takes a document.
function changing(which) {
  const own = () => {
    const one = now().services.find((each) => each.id === which);
    if (!one) throw deleted();
    return one;
  };
  const of = {
    now: own,
    load: async () => { await load(); return own(); },
    change: async (parts) => {
      own();
      await below('services/\\d+', change({ services: now().services.map((one) => (one.id === which ? { ...one, ...parts } : one)) }));
      return own();
    },
  };
  const tell = (pointer, value) => {
    if (pointer === 'price') return priceWords(value) || 'not said';
    if (pointer === 'questions') return value.map((one) => one.label).join(' · ');
    if (typeof value === 'boolean') return value ? 'offered' : 'not offered';
    return typeof value === 'number' ? lengthWords(value) : value;
  };
  return saving({ of, tell, build: sheet });
}

function gone({ id, name }, go) {
  const press = async () => {
    const last = now().on && now().services.filter((one) => one.on && one.id !== id).length === 0;
    const did = await ask({
      title: `Delete “${name}”?`, text: last ? 'It is the last service that is offered: turn online booking off first, or add another one.' : ['Nobody can book it any more. What is booked already stays as it is.', 'To stop it for a while, turn “Offered” off instead.'],
      deed: 'Delete this service', busy: 'Deleting it…', danger: true, run: () => amend(({ services }) => ({ services: services.filter((one) => one.id !== id) })),
    });
    if (!did) return;
    say(`“${name}” is deleted.`);
    go(LIST, true);
  };
  const button = quiet('Delete this service', press);
  button.classList.add('warn');
  return h('p', { class: 'tools' }, button);
}
