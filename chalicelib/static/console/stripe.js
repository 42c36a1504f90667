// Where the company stands with Stripe, and the way on.

import { get, may, post } from './api.js';
import { h } from './dom.js';
import { button, card, complain, pill, whileBusy } from './ui.js';

const SHAPES = { ready: ['Ready', 'paid'], checking: ['Stripe is checking', 'processing'], open: ['Not finished', 'part-paid'], none: ['Not connected', 'due'], refused: ['Refused', 'overdue'], gone: ['Disconnected', 'overdue'] };

const stripePill = (state) => pill(...SHAPES[state]);

export const state = (signal) => get('/settings/stripe', {}, signal);

// The pill, once Stripe has answered: a page that has more to tell doesn't wait for it, nor fail with it.
export function latePill(signal) {
  const place = h('span', { class: 'pill-later' });
  state(signal).then((found) => place.replaceWith(stripePill(found.state))).catch(() => {});
  return place;
}

// A card of it. Stripe's pages open in this tab, and lead back to `#/settings/stripe`.
export function stripeCard({ state: now, words, needs }) {
  const label = ['none', 'gone'].includes(now) ? 'Connect with Stripe' : 'Continue at Stripe';
  const go = button(label, { busy: 'Opening Stripe…', onclick: () => whileBusy(go, async () => {
    try {
      const { url } = await post('/settings/stripe/onboarding', {});
      location.assign(url);
      await new Promise(() => {});
    } catch (failed) {
      complain(failed);
    }
  }) });
  const wanted = now !== 'refused' && (now !== 'ready' || needs.length);
  return card(
    h('p', {}, stripePill(now)),
    h('p', {}, words),
    needs.length ? h('div', {}, h('p', {}, 'Stripe still needs:'), h('ul', { class: 'dots' }, needs.map((one) => h('li', {}, one)))) : null,
    now === 'ready' ? h('p', { class: 'hint' }, 'The money goes to your own Stripe account; Porchlight never holds it.')
      : h('p', { class: 'hint' }, 'Payments go through Stripe, straight to an account of your own. Stripe asks about your company and your bank, on its own pages. Until it is done, customers see how to reach you where the pay button will be.'),
    wanted && may('settings:write') ? h('div', { class: 'deeds' }, go) : null,
  );
}
