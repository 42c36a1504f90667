// Which terms an estimate has, in its form: the company's standard ones, words of its own, or none.

import { h } from './dom.js';
import { Wrong, area, radios } from './forms.js';

// `standard` are the terms as they are now ({text, version}). Answers {nodes, read()}: null lets the
// API take the standard ones, but for an estimate that is issued already.
export function termsField(was, standard, fields) {
  const issued = was.status && was.status !== 'draft';
  // What a customer may have read doesn't become the newer words by itself.
  const older = issued && was.terms && was.terms_version && was.terms_version !== standard.version;
  const first = was.terms === null || (was.terms_version && !older) ? (standard.text ? 'standard' : 'none') : was.terms ? 'own' : 'none';
  const which = radios({ name: 'terms_of', label: 'Terms', value: first, choices: [
    standard.text ? ['standard', 'Your standard terms', `As they are now: version ${standard.version}.`] : null,
    ['own', 'Words for this estimate', older ? `Now: your standard terms as they were in version ${was.terms_version}.` : null],
    ['none', 'No terms', null],
  ].filter(Boolean) });
  which.pointer = 'terms-choice';
  const made = area({ name: 'terms', label: 'Terms of this estimate', value: first === 'own' ? was.terms : '', rows: 6, attributes: { maxlength: '20000' } });
  const own = { ...made, get: () => {
    const words = made.get();
    if (which.get() === 'own' && !words) throw new Wrong('Write the terms, or choose “No terms”.');
    return words;
  } };
  const full = standard.text ? h('details', {}, h('summary', {}, 'Read your standard terms'), h('p', { class: 'notes stack' }, standard.text)) : null;
  const follow = () => {
    made.node.hidden = which.get() !== 'own';
    if (full) full.hidden = which.get() !== 'standard';
  };
  which.node.addEventListener('change', follow);
  follow();
  fields.push(which, own);
  const read = () => ({ standard: issued ? standard.text : null, own: own.get(), none: '' })[which.get()];
  return { nodes: [which.node, full, made.node], read };
}
