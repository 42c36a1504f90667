// What comes of the text that is being written, for a sample customer or a real one: the e-mail as a phone and a computer show
// it, the SMS as a bubble; and a test of it.

import { Attempt, Problem, may, post, send } from './api.js';
import { fill, h, unique } from './dom.js';
import { text } from './forms.js';
import { customerChoice } from './customer-choice.js';
import { mailFrame } from './mail-preview.js';
import { smsBubble } from './sms-preview.js';
import { languageWord } from './message-words.js';
import { ask, button, complain, quiet, say, whileBusy } from './ui.js';

const PAUSE = 500;
const VIEWS = [['phone', 'Phone', 375], ['computer', 'Computer', 680], ['text', 'Plain text', 0]];

// {node, later(atOnce), now()}
export function previewing(desk) {
  const { signal, path } = desk;
  const whose = h('p', { class: 'whose' });
  const told = h('div', { class: 'told', role: 'status' });
  const place = h('div', { class: 'previewed' });
  const tests = h('div', { class: 'tests' });
  const mail = mailFrame(signal);
  const lines = h('dl', { class: 'envelope' });
  const plain = h('p', { class: 'plain' });
  const views = VIEWS.map(([view, label]) => h('button', { type: 'button', class: 'chip', data: { view }, onclick: () => look(view) }, label));
  const chips = h('div', { class: 'chips', role: 'group', 'aria-label': 'Shown as' }, views);
  const sheet = h('div', { class: 'mail' }, lines, mail.node, plain);
  const letter = h('div', { class: 'letter' }, chips, sheet);
  const bubble = smsBubble();
  const heading = h('h2', { id: unique('preview') }, 'Preview');
  const node = h('aside', { class: 'preview-of', 'aria-labelledby': heading.id }, h('div', { class: 'part' }, h('div', { class: 'texthead' }, heading, tests), whose, told, place));
  fill(place, letter, bubble.node);
  let customer = null;
  let turn = 0;
  let timer = 0;
  let under = null;

  function look(view) {
    const [, , width] = VIEWS.find(([one]) => one === view);
    for (const one of views) one.setAttribute('aria-pressed', String(one.dataset.view === view));
    plain.hidden = view !== 'text';
    mail.node.hidden = view === 'text';
    sheet.classList.toggle('on-phone', view === 'phone');
    if (width) mail.width(width);
  }

  // Drawn when something of it has changed only: what is pressed there keeps the focus.
  let drawn = '';
  function whom() {
    const about = [customer?.id, desk.language].join(' ');
    if (drawn === about) return;
    drawn = about;
    if (desk.found.audience !== 'customer' || !may('customers:read')) return void fill(whose, h('span', { class: 'hint' }, 'With made-up details.'));
    if (!customer) return void fill(whose, h('span', { class: 'hint' }, 'For a made-up customer. '), quiet('Choose a customer', choose));
    const other = customer.language && customer.language !== desk.language ? customer.language : '';
    fill(whose, h('span', { class: 'hint' }, 'As ', h('strong', {}, customer.name), ` would get it, with made-up details.${other ? ` They read ${languageWord(other)}.` : ''} `),
      other ? quiet(`Show it in ${languageWord(other)}`, () => { desk.turn({ language: other }); first(); }) : null,
      quiet('Somebody else', choose), quiet('The made-up one', () => take(null)));
  }

  const first = () => whose.querySelector('button').focus();
  function take(who) {
    customer = who;
    whom();
    later(true);
    first();
  }

  function choose() {
    let chosen = null;
    const field = customerChoice({ name: 'customer', label: 'Customer', signal, chosen: (one) => { chosen = one; } });
    return ask({ title: 'Show it for a customer', fields: [field], deed: 'Show it', done: () => take(chosen) });
  }

  // After a pause in the typing, or at once.
  function later(atOnce = false) {
    clearTimeout(timer);
    timer = setTimeout(now, atOnce ? 0 : PAUSE);
  }

  // Answers that come late are dropped, since what they are about is not there any more.
  async function now() {
    clearTimeout(timer);
    const { shown } = desk;
    const mine = (turn += 1);
    under?.abort();
    under = new AbortController();
    node.setAttribute('aria-busy', 'true');
    try {
      const body = { language: shown.language, [shown.channel]: shown.values(), ...(customer ? { customer: customer.id } : {}) };
      const { value } = await send('POST', `${path}/previews`, { body, signal: under.signal });
      if (mine === turn && !signal.aborted) draw(shown, value);
    } catch (failed) {
      if (mine !== turn || signal.aborted) return;
      if (!(failed instanceof Problem)) throw failed;
      fill(told, h('p', { class: 'stale-preview' }, `The preview is not up to date. ${failed.detail} `, quiet('Try again', now)));
    } finally {
      if (mine === turn) node.removeAttribute('aria-busy');
    }
  }

  function draw(shown, { email, sms, problems }) {
    shown.tell(problems);
    const made = shown.channel === 'sms' ? sms : email;
    letter.hidden = shown.channel === 'sms';
    bubble.node.hidden = shown.channel !== 'sms';
    const before = place.dataset.of === `${shown.language} ${shown.channel}`;
    place.hidden = !made && !before;
    place.classList.toggle('old', !made);
    fill(told, made ? null : h('p', { class: 'stale-preview' }, before ? 'Shown as it was before the mistake.' : 'There is something to mend first: then it is shown here.'));
    if (!made) return;
    place.dataset.of = `${shown.language} ${shown.channel}`;
    if (shown.channel === 'sms') bubble.show(sms);
    else letterOf(email);
  }

  function letterOf(email) {
    fill(lines, [['From', email.from], ['To', email.to], ['Subject', email.subject]].map(([name, words]) => h('div', { class: name.toLowerCase() }, h('dt', {}, name), h('dd', {}, h('bdi', {}, words)))));
    plain.textContent = email.text;
    mail.show(email.html);
  }

  const attempt = new Attempt();
  const draft = () => ({ channel: desk.shown.channel, language: desk.shown.language, [desk.shown.channel]: desk.shown.values() });

  const mailed = button('Send a test to me', { kind: 'second small', busy: 'Sending…', onclick: () => whileBusy(mailed, async () => {
    try {
      const { to } = await post(`${path}/tests`, draft(), attempt.key(draft()));
      attempt.done();
      say(`A test is on its way to ${to}.`);
    } catch (failed) {
      complain(failed);
    }
  }) });
  const texted = button('Send a test by SMS', { kind: 'second small', onclick: () => number() });

  function testing() {
    const wanted = desk.shown.channel === 'sms' ? texted : mailed;
    if (desk.changes && tests.firstChild !== wanted) fill(tests, wanted);
  }

  function number() {
    const to = text({ name: 'to', label: 'Phone number', type: 'tel', hint: 'Yours, with its country’s code: it is charged like any other.', required: 'Type the number that the test goes to.', attributes: { autocomplete: 'tel', maxlength: 40 } });
    return ask({ title: 'Send a test by SMS', fields: [to], deed: 'Send the test', busy: 'Sending…', run: (values, key) => post(`${path}/tests`, { ...draft(), ...values }, key), done: (answer) => say(`A test is on its way to ${answer.to}.`) });
  }

  look('phone');
  return { node, now, later: (atOnce) => { testing(); whom(); later(atOnce); } };
}
