// How far a bulk invite is: asked again and again while somebody looks, and found here again after going away.

import { Problem, get, id } from './api.js';
import { h, fill } from './dom.js';
import { back, card, head, pairs, progress } from './ui.js';

const FIRST_WAIT = 700;
const LONGEST_WAIT = 8000;

export default async function invites({ params, signal }) {
  const path = `/bulk-invites/${id(params.id)}`;
  const bar = progress('Sending invites');
  const body = h('div', {});
  const heading = head('Invites');
  const show = (now) => {
    const [title, content] = now.state === 'done' ? ended(now) : [null, running(bar, now)];
    if (title) heading.querySelector('h1').textContent = title;
    if (content !== body.firstElementChild) fill(body, content);
  };
  const now = await get(path, {}, signal);
  show(now);
  if (now.state !== 'done') follow(path, bar, show, signal);
  return { title: 'Invites', kind: 'narrow', content: [back('#/customers', 'Customers'), heading, body] };
}

function running(bar, now) {
  const gone = now.sent + now.skipped + now.failed;
  bar.set(gone, now.total, now.total === null ? `${now.sent} sent so far` : `${now.sent} sent, ${gone} of ${now.total} looked at`);
  bar.card ||= card(bar.node, h('p', { class: 'hint' }, 'This goes on by itself: you can leave this page, and come back to it.'));
  return bar.card;
}

function ended({ sent, skipped, failed }) {
  const facts = pairs([['Sent', sent], skipped ? ['Left out', skipped] : null, failed ? ['Failed', failed] : null]);
  const words = [
    sent ? null : 'Everybody who can be invited was invited before.',
    skipped ? 'Left out: customers without an e-mail address, invited before, or with access turned off.' : null,
    failed ? 'What failed can be tried again: go back to your customers and invite all once more. Nobody gets a second invite by that.' : null,
  ].filter(Boolean);
  const title = sent === 1 ? '1 invite is on its way' : sent ? `${sent} invites are on their way` : 'Nobody to invite';
  const region = card(facts, words.map((one) => h('p', { class: 'hint' }, one)));
  region.setAttribute('role', 'status');
  return [title, region];
}

// Until it is done or the page is left. A lost network is said, and tried again.
async function follow(path, bar, show, signal) {
  for (let wait = FIRST_WAIT; !signal.aborted; wait = Math.min(wait * 1.3, LONGEST_WAIT)) {
    await new Promise((later) => setTimeout(later, wait));
    if (document.hidden) await new Promise((seen) => document.addEventListener('visibilitychange', seen, { once: true }));
    try {
      const now = await get(path, {}, signal);
      show(now);
      if (now.state === 'done') return;
    } catch (failed) {
      if (signal.aborted) return;
      if (!(failed instanceof Problem)) throw failed;
      bar.node.querySelector('.hint').textContent = `${failed.detail} We go on asking.`;
    }
  }
}
