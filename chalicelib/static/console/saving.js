// Saving a part of the settings, which are a document with one version: only what was changed is sent. What somebody else
// changed meanwhile is taken over, unless it is the very same thing: then both are shown, and nothing typed is lost.

import { may } from './api.js';
import { change, load, settings } from './company.js';
import { fill, h } from './dom.js';
import { form, settled } from './forms.js';
import { say } from './ui.js';

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const at = (document, pointer) => pointer.split('/').reduce((part, name) => part?.[name], document);

function body(changed) {
  const parts = {};
  for (const [pointer, value] of changed) {
    const [part, name] = pointer.split('/');
    parts[part] = name === undefined ? value : { ...parts[part], [name]: value };
  }
  return parts;
}

const COMPANY = { now: () => settings, change, load };

// A form of settings. `build(settings)` answers {fields, content}: a field's `pointer` is its place ('company/name'); one that
// is `inner` is a part of another's value, and is not sent by itself.
// `tell(pointer, value)` are the words for a value in a conflict. `of` is another document than the company's: what it is `now()`,
// `change(parts)` and `load(true)` as company.js has them.
export function saving({ build, of = COMPANY, deed = 'Save', tell = (pointer, value) => String(value), className = 'card stack', others, done }) {
  const holder = h('div', {});
  let base = null;

  // Drawn anew, with the focus where it was: at the field of this name, else at the button.
  function again(name) {
    const made = draw();
    settled(holder);
    if (made.fields[name]) made.fields[name].focus();
    else made.submit.focus();
  }

  function draw() {
    base = of.now();
    const { fields, content } = build(base);
    const clash = h('div', { class: 'clash', tabindex: '-1', hidden: true });
    const made = form({ fields, content: [clash, content || fields.map((one) => one.node)], className, deed, busy: 'Saving…', others, send, problem, done: done ? finish : saved });

    async function send(values) {
      const changed = fields.filter((one) => !one.inner).map((one) => [one.pointer, values[one.name]]).filter(([pointer, value]) => !same(value, at(base, pointer)));
      for (let tries = 0; changed.length; tries += 1) {
        try {
          base = await of.change(body(changed));
          return true;
        } catch (failed) {
          if (failed.type !== 'stale' || tries > 4) throw failed;
          const before = base;
          base = await of.load(true);
          failed.both = changed.filter(([pointer, value]) => !same(at(before, pointer), at(base, pointer)) && !same(value, at(base, pointer)));
          if (failed.both.length) throw failed;
        }
      }
      return false;
    }

    function problem(failed) {
      if (!failed.both) return false;
      const label = (pointer) => fields.find((one) => one.pointer === pointer).node.querySelector('label, legend').textContent;
      fill(clash, h('h2', {}, 'Somebody changed this while you were here'),
        h('ul', {}, failed.both.map(([pointer]) => h('li', {}, `${label(pointer)} is now: `, h('strong', {}, tell(pointer, at(base, pointer)) || 'empty')))),
        h('p', { class: 'hint' }, 'What you typed is still below. Save again to put it in place of theirs, or take theirs.'),
        h('button', { type: 'button', class: 'button second small', onclick: () => again(fields.find((one) => one.pointer === failed.both[0][0]).name) }, h('span', {}, 'Take theirs')));
      made.show([]);
      clash.hidden = false;
      clash.focus();
      return true;
    }

    function saved(did) {
      say(did ? 'Saved.' : 'Nothing was changed, so there was nothing to save.');
      again(made.node.contains(document.activeElement) && document.activeElement.name);
    }

    async function finish(did, values) {
      await done(did, values);
    }

    if (!may('settings:write')) {
      for (const control of made.node.querySelectorAll('input, textarea, select, button')) control.disabled = true;
      made.node.querySelector('.deeds').hidden = true;
    }
    fill(holder, made.node);
    return made;
  }

  draw();
  return holder;
}
