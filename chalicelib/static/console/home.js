// The first page: the guide until it is finished, then how the portal stands and where one goes most.

import { get, may } from './api.js';
import { waitingCount } from './booking-waiting.js';
import { settings } from './company.js';
import { h } from './dom.js';
import { lateCount } from './leads-new.js';
import { latePill } from './stripe.js';
import { card, copyable, link, pill, row, rows, section } from './ui.js';

export default async function home(page) {
  const found = await get('/guide', {}, page.signal);
  if (page.query.from === 'stripe') return { redirect: found.finished ? '/settings/stripe' : '/guide/stripe' };
  if (!found.finished && may('settings:write')) return (await import('./guide.js')).overview(page, found);
  const { on, slug, url } = settings.portal;
  return { title: 'Home', content: [
    h('h1', {}, 'Home'),
    card(h('div', {}, h('h2', {}, 'Your portal'), h('p', {}, !slug ? pill('Not set up', 'due') : on ? pill('On', 'paid') : pill('Off', 'void'))),
      slug ? copyable(url, 'Copy the address') : null,
      slug ? h('p', {}, h('a', { href: url, target: '_blank', rel: 'noopener' }, 'Open the portal')) : null),
    h('div', { class: 'card' }, rows([
      row({ href: '#/settings/stripe', what: 'Stripe', note: 'Where the money goes', state: latePill(page.signal) }),
      row({ href: '#/customers', what: 'Customers', note: 'Find somebody, see how they stand' }),
      row({ href: '#/invoices?status=open', what: 'Open invoices', note: 'What is still to be paid' }),
      may('estimates:read') ? row({ href: '#/estimates?status=pending', what: 'Pending estimates', note: 'What waits for a decision' }) : null,
      settings.booking.on && may('bookings:read') ? row({ href: '#/calendar', what: 'Calendar', note: 'What is booked, and what waits for your answer', state: waitingCount() }) : null,
      may('leads:read') ? row({ href: '#/leads', what: 'Inbound leads', note: 'Who wrote to you', state: lateCount(page.signal) }) : null,
    ].filter(Boolean))),
    may('customers:write') ? section('What you do most', h('div', { class: 'deeds' }, link('New customer', '#/customers/new', 'second'), link('New invoice', '#/invoices/new', 'second'), link('New estimate', '#/estimates/new', 'second'))) : null,
  ] };
}
