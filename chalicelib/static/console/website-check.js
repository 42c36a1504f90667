// Whether the code is at work on the company's website: its last sign of life, asked for again and again while there is none,
// and that of other websites, since anybody may pretend to be one of the company's.

import { get, may } from './api.js';
import { ago, dayOf, settings } from './company.js';
import { fill, h } from './dom.js';
import { button, card, complain, link, pill, say, whileBusy } from './ui.js';

const DAY = 24 * 60 * 60 * 1000;
const STALE = 7 * DAY;
const FIRST = 4000;
const SLOWEST = 60_000;
const TICK = 20_000;

// The tab in a few words. Of one whose code nobody has seen, it isn’t said that it is shown: `never` is said.
export function tabPill(found, never) {
  const { portal, widget } = settings;
  if (!widget.on) return pill('Hidden', 'void');
  if (portal.slug && !portal.on) return pill('The portal is off', 'void');
  const at = found?.sightings[0]?.seen_at;
  if (!at) return pill(never, 'due');
  return stale(at, Date.parse(found.now)) ? pill('Not seen lately', 'part-paid') : pill('Shown', 'paid');
}

// The same for a page that has more to tell: it neither waits for it nor fails with it.
export function lateTab(signal) {
  const place = h('span', { class: 'pill-later' });
  get('/widget', {}, signal).then((found) => place.replaceWith(tabPill(found, 'Not seen yet'))).catch(() => {});
  return place;
}

// A card about `found`, what the API last said; `signal` ends the asking. `told(found)` hears of what became another.
export function check(found, signal, told = () => {}) {
  let last = found;
  let got = performance.now();
  // The server's clock, going on: a browser's own may be wrong.
  const now = () => Date.parse(last.now) + performance.now() - got;
  const words = h('p', { class: 'standing' });
  const text = h('p', { class: 'hint' });
  const also = h('ul', { class: 'hint also', 'aria-label': 'Other websites' });
  const why = reasons();
  const again = button('Check again', { kind: 'second small', busy: 'Checking…', onclick: () => whileBusy(again, async () => {
    try {
      if (!(await ask())) say(`${standing(last, now()).words}.`);
    } catch (failed) {
      if (!signal.aborted) complain(failed);
    }
  }) });

  // Drawn only where it became another: nothing that is read or opened meanwhile is taken away.
  function show() {
    const is = standing(last, now());
    const others = elsewhere(last, now());
    if (words.textContent + also.textContent === is.words + others.join('')) return;
    fill(words, pill(is.words, is.shape));
    fill(text, is.text);
    fill(also, others.map((one) => h('li', {}, one)));
    also.hidden = !others.length;
    why.hidden = is.seen;
    told(last);
  }

  // Answers whether it was seen now for the first time.
  async function ask() {
    const before = standing(last, now());
    last = await get('/widget', {}, signal);
    got = performance.now();
    show();
    const first = !before.seen && standing(last, now()).seen;
    if (first) say('Your website was seen: the code works.');
    return first;
  }

  show();
  if (!shown()) return card(h('h2', {}, 'Installation check'), words, text);
  watch(async () => { await ask().catch(() => {}); }, () => !standing(last, now()).seen, signal);
  const ticking = setInterval(show, TICK);
  signal.addEventListener('abort', () => clearInterval(ticking));
  return card(h('h2', {}, 'Installation check'), words, text, also, why, h('div', { class: 'deeds' }, again));
}

const shown = () => settings.portal.on && settings.widget.on;

// How it stands, in words and a shape. Where it was seen is what a browser told: it is shown as text, never as a link.
function standing({ sightings: [{ seen_at: at, seen_on: on } = {}] }, now) {
  const last = at ? `${since(at, now)} on ${on}` : '';
  if (!shown()) return { seen: false, words: 'Nothing is shown now', shape: 'void', text: [hidden(), last && ` The code was last seen ${last}.`] };
  if (!at) return { seen: false, words: 'Not seen yet', shape: 'due', text: `Once the code is on your website, ${LOOK}` };
  if (stale(at, now)) {
    const text = `Nobody has come by since, or the code is gone from your website. To find out, ${LOOK}`;
    return { seen: false, words: `Last seen ${last}`, shape: 'part-paid', text };
  }
  return { seen: true, words: `Seen ${last}`, shape: 'paid', text: 'The code works.' };
}

const LOOK = 'open a page of it, then close it or switch back here: the code gives a sign of life when its page is closed or out of sight.';
const stale = (at, now) => now - Date.parse(at) >= STALE;

// Why nothing is shown, and the way out for whoever may go it.
function hidden() {
  const { on } = settings.portal;
  const why = `${on ? 'The tab is hidden' : 'Your portal is off'}, so nothing is shown on your website now.`;
  if (!may('settings:write')) return why;
  return [`${why} `, on ? h('a', { href: '#/settings/website/tab' }, 'Show the tab') : h('a', { href: '#/settings/portal' }, 'Turn the portal on'), '.'];
}

// Where else it was seen.
const elsewhere = ({ sightings: [, ...others] }, now) => others.map(({ seen_at: at, seen_on: on }) => `Also on ${on}, ${since(at, now)}`);

function since(at, now) {
  const days = Math.floor((now - Date.parse(at)) / DAY);
  const weeks = Math.floor(days / 7);
  if (weeks > 8) return dayOf(at);
  return weeks ? `${weeks} week${weeks === 1 ? '' : 's'} ago` : ago(at, now).replace('Just', 'just');
}

// Asks while `wanted()`, ever more slowly, and not while nobody looks; at once when somebody comes back.
function watch(ask, wanted, signal) {
  let timer = 0;
  let pause = FIRST;
  const stop = () => clearTimeout(timer);
  const next = () => {
    stop();
    if (signal.aborted || document.hidden || !wanted()) return;
    timer = setTimeout(turn, pause);
    pause = Math.min(pause * 1.4, SLOWEST);
  };
  const turn = () => ask().then(next);
  const looked = () => {
    stop();
    pause = FIRST;
    if (!document.hidden) turn();
  };
  document.addEventListener('visibilitychange', looked, { signal });
  signal.addEventListener('abort', stop);
  next();
}

function reasons() {
  const file = (text) => h('code', {}, text);
  const line = (what, ...more) => h('li', {}, h('strong', {}, what), ' ', more);
  return h('details', {}, h('summary', {}, 'Why it may not be seen'), h('ul', { class: 'dots reasons' },
    line('It isn’t published yet.', 'Save and publish, then open your website as visitors do: an editor’s preview leaves such code out.'),
    line('The code is somewhere else.', 'It belongs before ', file('</body>'), ' on every page, as code: pasted into a text it is only words.'),
    line('An older copy is shown.', 'Empty the cache of your website or of its caching plugin, then load the page again.'),
    line('It has another address in it.', 'It must say ', file(`data-portal="${settings.portal.slug}"`), '.'),
    line('Your browser blocks it.', 'An ad blocker may: try a private window, or your phone.'),
    line('Your website lets in only what it knows.', 'Its Content-Security-Policy then needs the two additions under “Where it goes”.')));
}
