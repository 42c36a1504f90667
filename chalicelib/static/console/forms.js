// Forms: a label above its field, its hint and its error tied to it, a summary of errors that leads to the fields, and a
// button that keeps its width while it says what it is doing.

import { Attempt, Problem } from './api.js';
import { digits, plainMoney, readMoney } from './company.js';
import { fill, h, nodes, unique } from './dom.js';

// What is wrong before anything is sent. `name` is the field's; one that a field's get() throws needs none.
export class Wrong extends Error {
  constructor(words, name = '') {
    super(words);
    this.field = name;
  }
}

// A field is {node, name, pointer, get(), wrong(text), focus()}. `get` may throw Wrong. `pointer` is where its value stands
// in the body that is sent ('contacts/0/email'), its name unless given.
function made({ name, pointer = name, label, hint, required }, control, get, inner = control) {
  const id = control.id;
  const error = h('p', { class: 'error', id: `${id}-error`, hidden: true });
  const hinted = hint ? h('p', { class: 'hint', id: `${id}-hint` }, hint) : null;
  const node = h('div', { class: 'field' }, h('label', { for: id }, label), hinted, error, h('div', { class: 'input' }, inner));
  const wrong = (text) => tell(node, control, error, hinted, text);
  if (hinted) control.setAttribute('aria-describedby', hinted.id);
  const read = () => {
    if (required && !control.value.trim()) throw new Wrong(required === true ? `Fill in “${label}”.` : required);
    return get();
  };
  return { node, name, pointer, control, get: read, wrong, focus: () => control.focus() };
}

function tell(node, control, error, hinted, text) {
  node.classList.toggle('wrong', Boolean(text));
  error.hidden = !text;
  fill(error, text ? [h('span', { class: 'hush' }, 'Error: '), text] : []);
  control[text ? 'setAttribute' : 'removeAttribute']('aria-invalid', 'true');
  const about = [hinted && hinted.id, text && error.id].filter(Boolean).join(' ');
  control[about ? 'setAttribute' : 'removeAttribute']('aria-describedby', about);
}

// One line: text({name, label, value, hint, required, type, attributes}). `required` true or the words to say. `attributes`
// go to the input (autocomplete, inputmode, maxlength, oninput …).
export function text(options) {
  const { value = '', type = 'text', attributes = {} } = options;
  const input = h('input', { id: unique(options.name), name: options.name, type, value, autocomplete: type === 'file' ? null : 'off', ...attributes });
  return made(options, input, () => (type === 'password' ? input.value : input.value.trim()));
}

export const email = (options) => text({ type: 'email', ...options, attributes: { autocomplete: 'off', spellcheck: 'false', autocapitalize: 'none', inputmode: 'email', ...options.attributes } });
export const date = (options) => text({ type: 'date', ...options });

// With a button that shows what is typed. `attributes.autocomplete`: current-password or new-password.
export function password(options) {
  const input = h('input', { id: unique(options.name), name: options.name, type: 'password', spellcheck: 'false', autocapitalize: 'none', autocomplete: 'current-password', ...options.attributes });
  const reveal = h('button', { type: 'button', class: 'reveal', 'aria-label': 'Show password', onclick: () => {
    const shown = input.type === 'password';
    input.type = shown ? 'text' : 'password';
    reveal.textContent = shown ? 'Hide' : 'Show';
    reveal.setAttribute('aria-label', shown ? 'Hide password' : 'Show password');
  } }, 'Show');
  return made(options, input, () => input.value, [input, reveal]);
}

// Several lines of text.
export function area(options) {
  const input = h('textarea', { id: unique(options.name), name: options.name, rows: options.rows || 4, ...options.attributes }, options.value || '');
  return made(options, input, () => input.value.trim());
}

// Lines of text as a list: an address.
export function lines(options) {
  const field = area({ rows: 3, ...options, value: (options.value || []).join('\n') });
  return { ...field, get: () => field.control.value.split('\n').map((one) => one.trim()).filter(Boolean) };
}

// choices: [[value, label], …]
export function select(options) {
  const choices = options.choices.map(([value, label]) => h('option', { value, selected: value === options.value }, label));
  const input = h('select', { id: unique(options.name), name: options.name, ...options.attributes }, choices);
  return made(options, input, () => input.value);
}

// The same where the values are numbers.
export function numberSelect(options) {
  const field = select({ ...options, value: String(options.value) });
  return { ...field, get: () => Number(field.get()) };
}

// An amount, `value` and get() in minor units; empty is null unless `required`.
export function amount(options) {
  const value = options.value === null || options.value === undefined ? '' : plainMoney(options.value);
  const input = h('input', { id: unique(options.name), name: options.name, value, inputmode: digits() ? 'decimal' : 'numeric', autocomplete: 'off', ...options.attributes });
  return made(options, input, () => {
    if (!input.value.trim()) return null;
    const minor = readMoney(input.value);
    if (minor === null) throw new Wrong(`Write ${options.label.toLowerCase()} as an amount, such as ${plainMoney(120000)}.`);
    return minor;
  });
}

// On or off. `kind` 'switch' for what takes effect as a state of its own. `hints`: what it means on, and what off.
export function check({ hints, ...options }) {
  const input = h('input', { id: unique(options.name), name: options.name, type: 'checkbox', role: options.kind === 'switch' ? 'switch' : null, checked: Boolean(options.value), ...options.attributes });
  const error = h('p', { class: 'error', id: `${input.id}-error`, hidden: true });
  const meant = () => (hints ? hints[input.checked ? 0 : 1] : options.hint);
  const hinted = meant() ? h('p', { class: 'hint', id: `${input.id}-hint` }, meant()) : null;
  if (hinted) input.setAttribute('aria-describedby', hinted.id);
  if (hints) input.addEventListener('change', () => fill(hinted, meant()));
  const node = h('div', { class: `tick ${options.kind || ''}` }, input, h('div', {}, h('label', { for: input.id }, options.label), hinted, error));
  return { node, name: options.name, pointer: options.pointer || options.name, control: input, get: () => input.checked, wrong: (text) => tell(node, input, error, hinted, text), focus: () => input.focus() };
}

// One of a few, each with a line about it: choices [[value, label, hint], …].
export function radios(options) {
  const name = unique(options.name);
  const error = h('p', { class: 'error', id: `${name}-error`, hidden: true });
  const inputs = options.choices.map(([value], index) => h('input', { type: 'radio', id: `${name}-${index}`, name, value, checked: value === options.value }));
  const labels = options.choices.map(([, label, hint], index) => h('label', { class: 'choice', for: inputs[index].id }, inputs[index], h('span', { class: 'what' }, label), hint ? h('span', { class: 'note below' }, hint) : null));
  const node = h('fieldset', { class: 'field' }, h('legend', {}, options.label), options.hint ? h('p', { class: 'hint' }, options.hint) : null, error, h('div', { class: 'choices' }, labels));
  const read = () => {
    const chosen = inputs.find((one) => one.checked);
    if (!chosen && options.required) throw new Wrong(options.required === true ? `Choose “${options.label}”.` : options.required);
    return chosen ? chosen.value : '';
  };
  return { node, name: options.name, pointer: options.pointer || options.name, control: inputs[0], get: read, wrong: (text) => tell(node, inputs[0], error, null, text), focus: () => inputs[0].focus() };
}

export function button(label, { busy = 'One moment…', kind = '', ...props } = {}) {
  return h('button', { type: 'button', class: `button ${kind}`, data: { busy }, ...props }, h('span', {}, label));
}

// While `work` runs the button says so, and a second press does nothing.
export async function whileBusy(pressed, work) {
  if (pressed.getAttribute('aria-busy')) return undefined;
  pressed.setAttribute('aria-busy', 'true');
  try {
    return await work();
  } finally {
    pressed.removeAttribute('aria-busy');
  }
}

// A form. `fields` in order (their nodes are shown unless `content` says otherwise), `deed` the button's words, `busy` what it
// says meanwhile, `send(values, key)` does it: values by field name, key the Idempotency-Key for a POST. `done(answer)` comes
// after. `others` are nodes beside the button; `problem(problem)` may handle one itself by answering true;
// `about` says which field a type of problem without a pointer is about: {'login-taken': 'login'}. What was typed and is settled
// (saved, or given up) is told by the event `settled`: whoever leaves the page then need not be asked.
export function form({ fields, content, deed, busy, kind = '', send, done, others, problem, about = {}, className = 'stack', title = 'Please check this' }) {
  const attempt = new Attempt();
  const summary = h('div', { class: 'errors', role: 'alert', tabindex: '-1', hidden: true });
  const submit = button(deed, { busy, kind, type: 'submit' });
  const node = h('form', { class: className, novalidate: true, onsubmit: (event) => { event.preventDefault(); whileBusy(submit, press); } },
    summary, content || fields.map((one) => one.node), h('div', { class: 'deeds' }, submit, others));

  function show(wrong) {
    for (const one of fields) one.wrong(wrong.find((each) => each.field === one)?.text || '');
    summary.hidden = !wrong.length;
    if (!wrong.length) return;
    const line = ({ field, text: words }) => h('li', {}, field ? h('a', { href: `#${field.control.id}`, onclick: (event) => { event.preventDefault(); field.focus(); } }, words) : words);
    fill(summary, h('h2', {}, title), h('ul', {}, wrong.map(line)));
    summary.focus();
    summary.scrollIntoView({ block: 'nearest' });
  }

  function found(failed) {
    const listed = failed.errors.length ? failed.errors : [{ pointer: '', detail: failed.detail, name: about[failed.type] }];
    return listed.map(({ pointer, detail, name }) => ({ field: fields.find((one) => (name ? one.name === name : at(pointer, one.pointer))), text: detail }));
  }

  async function press() {
    const values = {};
    const wrong = [];
    for (const field of fields) {
      try {
        values[field.name] = field.get();
      } catch (error) {
        if (!(error instanceof Wrong)) throw error;
        wrong.push({ field, text: error.message });
      }
    }
    show(wrong);
    if (wrong.length) return;
    try {
      const answer = await send(values, attempt.key(values));
      attempt.done();
      settled(node);
      if (done) await done(answer, values);
    } catch (failed) {
      if (failed instanceof Wrong) return show([{ field: fields.find((one) => one.name === failed.field), text: failed.message }]);
      if (!(failed instanceof Problem)) throw failed;
      if (!(problem && (await problem(failed)))) show(found(failed));
    }
  }

  return { node, submit, show, fields: Object.fromEntries(fields.map((one) => [one.name, one])) };
}

// Whether a problem's pointer ('#/contacts/0/email') is about a field, or something inside its value.
const at = (pointer, field) => pointer.replace(/^#\//, '') === field || pointer.startsWith(`#/${field}/`);

// Nothing that was typed into this part of a page is open any more.
export const settled = (node) => node.dispatchEvent(new Event('settled', { bubbles: true }));

// Away from a form. Who presses it has decided, and isn't asked again.
export const cancel = (href) => h('a', { class: 'quiet', href, onclick: (event) => settled(event.target) }, 'Cancel');

// A heading over some fields of a long form.
export const group = (title, ...children) => h('fieldset', { class: 'group' }, h('legend', {}, title), nodes(children));
