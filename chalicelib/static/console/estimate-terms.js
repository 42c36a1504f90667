// The standard terms: what customers agree to when they accept an estimate. Each version is kept.

import { Problem, get, may, put } from './api.js';
import { fill, h } from './dom.js';
import { area, form, settled } from './forms.js';
import { back, head, note, say } from './ui.js';

const PATH = '/estimate-terms';

export default async function page({ signal }) {
  const state = h('span', { class: 'light' });
  const place = h('div', {});
  let now = await get(PATH, {}, signal);

  function draw() {
    const words = area({ name: 'text', label: 'Terms', value: now.text, rows: 14, hint: 'Plain text. Empty: estimates have no terms, unless you write some for one of them.', attributes: { maxlength: '20000' } });
    const clash = h('div', { class: 'clash', tabindex: '-1', hidden: true });
    const { node, submit } = form({
      fields: [words], content: [clash, words.node], className: 'card stack', deed: 'Save', busy: 'Saving…', send, problem,
      done: (saved) => {
        say(saved ? `Saved as version ${now.version}.` : 'Nothing was changed, so there was nothing to save.');
        again(submit.contains(document.activeElement) ? '.deeds .button' : 'textarea');
      },
    });

    // Somebody else may have saved other words meanwhile: those are shown before they are replaced.
    async function send({ text }) {
      const found = await get(PATH);
      if (found.version !== now.version && found.text !== text) {
        const theirs = now.version;
        now = found;
        throw new Problem({ type: 'theirs', title: '', detail: `${theirs}` });
      }
      now = found;
      if (found.text === text) return false;
      now = await put(PATH, { text });
      return true;
    }

    function problem(failed) {
      if (failed.type !== 'theirs') return false;
      fill(clash, h('h2', {}, `Somebody saved version ${now.version} while you were here`), h('p', { class: 'notes' }, now.text || 'They took all terms away.'),
        h('p', { class: 'hint' }, 'What you typed is still below. Save again to put it in place of theirs, or take theirs.'),
        h('button', { type: 'button', class: 'button second small', onclick: () => again('textarea') }, h('span', {}, 'Take theirs')));
      clash.hidden = false;
      clash.focus();
      return true;
    }

    if (!may('estimates:write')) {
      words.control.disabled = true;
      submit.parentElement.hidden = true;
    }
    fill(state, now.version ? `Version ${now.version}` : 'None yet');
    fill(place, node);
  }

  function again(where) {
    draw();
    settled(place);
    place.querySelector(where).focus();
  }

  draw();
  return { title: 'Standard terms', content: [
    back('#/settings', 'Settings'), head('Standard terms', state),
    h('p', { class: 'lead' }, 'What customers agree to when they accept an estimate, if it has no terms of its own.'),
    place,
    note('An estimate keeps the words that it was written with: a new version counts for estimates from then on. Who has accepted one agreed to the words that they saw, and those are kept.'),
  ] };
}
