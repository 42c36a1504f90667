// One text of a template, by its language and channel: its fields, what is wrong in them and where, saving it, and going back
// to the standard.

import { Problem, printed, send } from './api.js';
import { fill, h, unique } from './dom.js';
import { area, form } from './forms.js';
import { differences } from './message-difference.js';
import { palette } from './message-palette.js';
import { channelWord, languageWord } from './message-words.js';
import { ask, pill, quiet, say } from './ui.js';

const PARTS = {
  email: [
    ['subject', line, { label: 'Subject', attributes: { maxlength: 300 } }],
    ['html', area, { label: 'Body', hint: 'HTML: headings, paragraphs, links. Your logo and color are put around it.', rows: 14, attributes: { maxlength: 20000 } }],
    ['text', area, { label: 'Plain text', hint: 'The same again without HTML, for programs that show none.', rows: 10, attributes: { maxlength: 10000 } }],
  ],
  sms: [
    ['text', area, { label: 'Text', hint: 'Short: each segment is charged as an SMS of its own.', rows: 5, attributes: { maxlength: 1000 } }],
  ],
};
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

// {node, channel, language, values(), changed(), tell(problems)}
export function textForm(desk, preview) {
  const { language, channel, changes } = desk;
  const saved = () => desk.found.texts[language][channel];
  const fields = PARTS[channel].map(([name, make, options]) => written(name, make, options, saved()[name], language, changes));
  const values = () => Object.fromEntries(fields.map((one) => [one.name, one.control.value]));
  const only = (one) => Object.fromEntries(fields.map(({ name }) => [name, one[name]]));
  // What was there when this was last drawn or saved: what is typed is told from it.
  let base = only(saved());
  const changed = () => !same(values(), base);

  const clash = h('div', { class: 'clash', tabindex: '-1', hidden: true });
  const state = h('span', {});
  const voice = h('p', { class: 'hush', role: 'status' });
  const more = h('div', {});
  const variables = changes ? palette(desk.found.variables, fields, channel) : null;
  const title = `${channelWord(channel)} in ${languageWord(language)}`;
  const reset = quiet('Reset to standard', () => back());
  const made = form({
    fields, className: 'stack text-form', title: 'This can’t be sent as it is',
    // What stays in sight while one types goes with the last of the fields, before it covers the buttons.
    content: [clash, h('div', { class: 'stack' }, variables?.node, fields.map((one) => one.node)), voice, more],
    deed: 'Save', busy: 'Saving…', others: reset, send: put, problem, done,
  });
  const submit = made.submit.parentElement;
  submit.hidden = !changes;
  made.node.addEventListener('input', () => desk.typed());
  const heading = h('h2', { id: unique('text') }, title);
  const node = h('section', { class: 'part', 'aria-labelledby': heading.id }, h('div', { class: 'texthead' }, heading, state), made.node);

  function drawn() {
    const { own, standard } = saved();
    fill(state, own ? pill('Your own text', 'part-paid') : pill('Standard text', ''));
    reset.hidden = !own;
    fill(more, own && standard ? differences(fields, standard) : null);
  }

  const take = () => {
    base = only(saved());
    for (const one of fields) one.control.value = base[one.name];
    clash.hidden = true;
    made.show([]);
    drawn();
    desk.saved();
  };

  // What somebody else has saved meanwhile is taken over, but where it was typed over too: those fields are answered.
  function meet() {
    const theirs = only(saved());
    const moved = fields.filter(({ name }) => theirs[name] !== base[name]);
    for (const { name, control } of moved) if (control.value === base[name]) control.value = theirs[name];
    base = theirs;
    if (moved.length) drawn();
    return moved.filter(({ name, control }) => control.value !== theirs[name]);
  }

  async function put() {
    for (let tries = 0; changed(); tries += 1) {
      const both = meet();
      if (both.length) throw new Problem({ type: 'both', title: '', detail: both.map((one) => one.label).join(', ') });
      try {
        return await send('PUT', `${desk.path}/${channel}/${language}`, { body: values(), version: desk.version });
      } catch (failed) {
        if (failed.type !== 'stale' || tries > 4) throw failed;
        await desk.fresh();
      }
    }
    return null;
  }

  // Somebody else wrote here, or the text holds a mistake: what is typed stays.
  async function problem(failed) {
    if (failed.type === 'both') {
      fill(clash, h('h2', {}, 'Somebody changed this while you were here'),
        h('p', {}, `It is about: ${failed.detail}. What you typed is still below. Save again to put it in place of theirs, or take theirs.`),
        h('button', { type: 'button', class: 'button second small', onclick: () => { take(); fields[0].focus(); } }, h('span', {}, 'Take theirs')));
      made.show([]);
      clash.hidden = false;
      clash.focus();
      return true;
    }
    if (failed.type !== 'text') return false;
    // The preview says of each mistake where it is; the summary leads there.
    await preview.now();
    return false;
  }

  function done(answer, sent) {
    clash.hidden = true;
    if (!answer) return say('Nothing was changed, so there was nothing to save.');
    desk.keep(answer);
    base = only(saved());
    // Lines that were empty at the end are not kept.
    for (const { name, control } of fields) if (control.value === sent[name] && sent[name] !== base[name]) control.value = base[name];
    drawn();
    desk.saved();
    return say('Saved. It goes out in these words from now on.');
  }

  const back = () => ask({
    title: 'Reset to the standard text?',
    text: `${title} is as it came with Porchlight again. Your own text is gone then.`,
    deed: 'Reset to standard', busy: 'Resetting…', danger: true,
    run: async () => {
      try {
        return await send('DELETE', `${desk.path}/${channel}/${language}`, { version: desk.version });
      } catch (failed) {
        if (failed.type === 'stale') await desk.fresh();
        throw failed;
      }
    },
    done: (answer) => {
      desk.keep(answer);
      take();
      say('It is the standard text again.');
      heading.tabIndex = -1;
      heading.focus();
    },
  });

  // `problems` of all its fields: [{part, line, column, text}].
  function tell(problems) {
    const wrong = fields.map((one) => {
      const own = problems.filter(({ part }) => part === (channel === 'sms' ? 'sms' : one.name));
      one.tell(own);
      return [one.label, own.length];
    }).filter(([, count]) => count);
    const words = wrong.map(([label, count]) => `${count === 1 ? '1 mistake' : `${count} mistakes`} in “${label}”`).join(', ');
    if (voice.textContent !== words) voice.textContent = words;
  }

  drawn();
  return { node, channel, language, values, changed, tell };
}

// One line that grows with what is typed, since half a condition can't be read. Enter sends, and what is pasted becomes one line.
function line(options) {
  const one = area({ ...options, rows: 2, attributes: { ...options.attributes, class: `${options.attributes.class} one-line`, enterkeyhint: 'done', onkeydown: enter, oninput: join } });

  function enter(event) {
    if (event.key !== 'Enter' || event.isComposing) return;
    event.preventDefault();
    if (!one.control.readOnly) one.control.form.requestSubmit();
  }

  function join() {
    const { value, selectionStart: at } = one.control;
    if (!/[\r\n]/.test(value)) return;
    one.control.value = value.replace(/[\r\n]/g, ' ');
    one.control.setSelectionRange(at, at);
  }

  return one;
}

// A field whose text is taken as it is typed, spaces and all, since mistakes are counted from its beginning.
function written(name, make, options, value, language, changes) {
  const one = make({ ...options, name, value, attributes: { ...options.attributes, lang: language, class: 'source', readOnly: !changes, spellcheck: 'true', autocapitalize: 'none' } });
  const list = h('ul', { class: 'mistakes', id: unique('mistakes'), hidden: true });
  one.node.querySelector('.input').before(list);
  const { wrong } = one;
  let mistakes = [];
  const described = () => {
    if (mistakes.length) {
      one.control.setAttribute('aria-invalid', 'true');
      one.control.setAttribute('aria-describedby', [one.control.getAttribute('aria-describedby'), list.id].filter(Boolean).join(' '));
    }
  };
  return Object.assign(one, {
    label: options.label,
    get: () => one.control.value,
    // Where mistakes are listed one by one, with their places, the summary's words need not stand here too.
    wrong: (words) => { wrong(mistakes.length ? '' : words); one.node.classList.toggle('wrong', Boolean(words || mistakes.length)); described(); },
    focus: () => (mistakes.length ? go(one.control, mistakes[0]) : one.control.focus()),
    tell: (found) => {
      if (same(found, mistakes)) return;
      mistakes = found;
      list.hidden = !found.length;
      fill(list, found.map((each) => h('li', {}, h('button', { type: 'button', onclick: () => go(one.control, each) }, h('span', { class: 'where' }, `Line ${each.line}, column ${each.column}:`), ' ', printed(each.text)))));
      wrong('');
      one.node.classList.toggle('wrong', Boolean(found.length));
      described();
    },
  });
}

// The cursor to a line and column, which count signs from 1; what stands there as one word is marked.
function go(control, { line, column }) {
  const lines = control.value.split('\n').slice(0, line);
  const last = [...(lines.pop() || '')];
  const before = lines.reduce((length, one) => length + one.length + 1, 0);
  const at = before + last.slice(0, column - 1).join('').length;
  const [word] = control.value.slice(at).match(/^[\w.]*/);
  control.focus();
  control.setSelectionRange(at, at + word.length);
  control.scrollTop = (at / (control.value.length || 1)) * control.scrollHeight - control.clientHeight / 2;
}
