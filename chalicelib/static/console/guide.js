// The first-run guide: six steps from a bare company to its first customer. What is done is kept by the API, so it can be
// left at any time and gone on with by anybody of the team.

import { get, id, may, post, put, send } from './api.js';
import { branding } from './branding.js';
import { keep, settings } from './company.js';
import { fill, h } from './dom.js';
import { Wrong, email, form, text } from './forms.js';
import { permissions } from './permissions.js';
import { state, stripeCard } from './stripe.js';
import { ask, back, button, card, copyable, link, note, pill, say, whileBusy } from './ui.js';

const STEPS = {
  address: ['Choose your portal’s address', 'Where your customers find it. It is for good.', address],
  branding: ['Make it yours', 'Your name, color and logo.', look],
  permissions: ['Decide what customers can do', 'Six things to show or hide. All can be changed later.', allow],
  stripe: ['Connect Stripe', 'So that customers can pay you by card or bank account.', connect],
  website: ['Put it on your website', 'Optional: a tab that leads to your portal and your contact form.', place],
  invite: ['Invite your first customer', 'They get an e-mail with a way in. It can be yourself.', invite],
};

export default async function guide(page) {
  const found = await get('/guide', {}, page.signal);
  const step = STEPS[page.params.step];
  if (!step || !may('settings:write')) return overview(page, found);
  const names = found.steps.map((one) => one.name);
  const number = names.indexOf(page.params.step);
  const next = names.slice(number + 1).find((name) => !found.steps.find((one) => one.name === name).done);
  const walk = {
    ...page,
    done: found.steps[number].done,
    // On to the next open step; `mark` calls this one done first.
    async on(mark = true) {
      if (mark && !found.steps[number].done) await put('/guide', { done: [...marked(found), page.params.step], finished: found.finished });
      page.go(next ? `/guide/${next}` : '/guide');
    },
  };
  const later = h('a', { class: 'quiet', href: next ? `#/guide/${next}` : '#/guide' }, 'Do this later');
  const [title, lead, draw] = step;
  const { kind, content } = await draw(walk, later);
  return { title, kind, content: [h('div', { class: 'walk' }, back('#/guide', 'All steps'), h('p', { class: 'hint' }, `Step ${number + 1} of ${names.length}`), h('h1', {}, title)), h('p', { class: 'lead' }, lead), content] };
}

const marked = (found) => found.steps.filter((one) => one.done).map((one) => one.name);

// What is done and what is next: the first page until it is finished.
export function overview(page, found) {
  const next = found.steps.find((one) => !one.done);
  const all = !next;
  const changes = may('settings:write');
  const line = ({ name, done }, index) => {
    const [title, words] = STEPS[name];
    const is = done ? 'over' : name === next.name ? 'next' : '';
    const parts = [h('span', { class: 'number', 'aria-hidden': true }, done ? '✓' : String(index + 1)), h('span', { class: 'what' }, title), h('span', { class: 'note' }, words), done ? pill('Done', 'paid') : null];
    return h('li', {}, changes ? h('a', { class: `step ${is}`, href: `#/guide/${name}` }, parts) : h('div', { class: `step ${is}` }, parts));
  };
  const finish = button('Finish', { busy: 'One moment…', kind: all ? '' : 'second', onclick: () => whileBusy(finish, async () => {
    await put('/guide', { done: marked(found), finished: true });
    page.go('/');
    say('You find all of it under Settings.');
  }) });
  const left = found.steps.filter((one) => !one.done).length;
  return { title: 'Set up your portal', content: [
    h('h1', {}, all ? 'Your portal is ready' : marked(found).length ? 'Set up your portal' : `Welcome, ${settings.company.name}`),
    h('p', { class: 'lead' }, all ? 'All six steps are done.' : marked(found).length ? `${left === 1 ? 'One step' : `${left} steps`} to go. You can leave at any time: what is done is kept.` : 'Six steps, about fifteen minutes. You can leave at any time: what is done is kept.'),
    h('div', { class: 'card' }, h('ol', { class: 'steps rows' }, found.steps.map(line))),
    settings.portal.slug ? copyable(settings.portal.url, 'Copy the address') : null,
    changes ? h('div', { class: 'deeds' }, next ? link(marked(found).length ? `Continue: ${STEPS[next.name][0]}` : 'Begin', `#/guide/${next.name}`) : null, found.finished ? link('Go to the first page', '#/', 'second') : settings.portal.slug ? finish : null) : null,
  ] };
}

const FORM = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const MALFORMED = 'Use only a to z, 0 to 9 and single hyphens, with a letter or number at both ends.';

function address(walk) {
  if (settings.portal.slug) {
    const on = button('Continue', { onclick: () => walk.on(false) });
    return { content: [card(h('p', {}, 'Your portal’s address is:'), copyable(settings.portal.url), h('p', { class: 'hint' }, 'It is permanent: nobody can change it.')), h('div', { class: 'deeds' }, on)] };
  }
  const stem = new URL('../../', import.meta.url).href.replace(/^https?:\/\//, '');
  const verdict = h('p', { class: 'hint', role: 'status' });
  const ideas = h('div', { class: 'chips' });
  const field = text({ name: 'slug', label: 'Address', hint: `3 to 40 letters, digits and hyphens. Your portal will be at ${stem}…`, required: 'Choose an address.', attributes: { autocapitalize: 'none', spellcheck: 'false', maxlength: 40, oninput: () => { made.show([]); fill(verdict); clearTimeout(timer); timer = setTimeout(check, 350); } } });
  field.node.append(verdict);
  let timer = 0;

  let taken = '';

  const suggest = (name) => get('/settings/address/suggestions', { name }, walk.signal).then((found) => found.suggestions);
  const take = (slug) => {
    field.control.value = slug;
    field.wrong('');
    fill(verdict, h('span', { class: 'free' }, `${stem}${slug} is free.`));
    field.focus();
  };
  const offer = (slugs) => fill(ideas, slugs.map((slug) => h('button', { type: 'button', class: 'chip', onclick: () => take(slug) }, slug)));

  async function check() {
    const slug = field.control.value.trim().toLowerCase();
    if (slug.length < 3) return;
    if (!FORM.test(slug)) return void fill(verdict, MALFORMED);
    try {
      const found = await suggest(slug);
      if (slug !== field.control.value.trim().toLowerCase()) return;
      if (found.includes(slug)) fill(verdict, h('span', { class: 'free' }, `${stem}${slug} is free.`));
      // Words like "inc" are left out of suggestions, so nothing is known of an address with one.
      else if (/(^|-)(llc|inc|ltd|co|corp|gmbh|the|and)(-|$)/.test(slug)) fill(verdict, 'We look whether it is free when you choose it.');
      else {
        taken = slug;
        fill(verdict, `${slug} is taken or reserved. These are free:`);
      }
      offer(found.filter((one) => one !== slug));
    } catch {
      // Choosing it tells.
    }
  }

  const free = (slug) => { if (slug === taken) throw new Wrong(`${slug} is taken or reserved. Choose another one.`, 'slug'); };

  // Nobody is asked “for good?” about an address that can’t be had.
  function chosen() {
    const slug = field.get().toLowerCase();
    if (slug.length < 3 || !FORM.test(slug)) throw new Wrong(slug.length < 3 ? 'Use 3 characters or more.' : MALFORMED);
    free(slug);
    return slug;
  }

  const made = form({
    className: 'card stack',
    fields: [{ ...field, get: chosen }],
    about: { 'slug-taken': 'slug', 'slug-permanent': 'slug' },
    content: [field.node, ideas],
    deed: 'Choose this address',
    busy: 'Reserving it…',
    send: async ({ slug }) => {
      clearTimeout(timer);
      await check();
      free(slug);
      const sure = await ask({ title: `Use ${slug} for good?`, text: [h('p', { class: 'chosen' }, stem + slug), 'Nobody can change it later, not even us: links in e-mails and on websites must always find your portal.'], deed: `Use ${slug} for good`, cancel: 'Think again' });
      return sure && keep(await send('PUT', '/settings/address', { body: { slug } }));
    },
    done: (did) => {
      if (!did) return undefined;
      say('The address is yours.');
      return walk.on(false);
    },
  });
  suggest('').then((found) => !field.control.value && offer(found)).catch(() => {});
  return { content: made.node };
}

function look(walk, later) {
  return { kind: 'wide', content: branding({ deed: 'Save and continue', others: later, done: () => walk.on() }) };
}

function allow(walk, later) {
  return { content: permissions({ deed: 'Save and continue', others: later, done: () => walk.on() }) };
}

async function connect(walk, later) {
  const found = await state(walk.signal);
  const on = button('Continue', { kind: found.state === 'ready' ? '' : 'second', onclick: () => whileBusy(on, () => walk.on()) });
  const begun = ['ready', 'checking'].includes(found.state);
  return { content: [stripeCard(found), h('div', { class: 'deeds' }, begun ? on : later)] };
}

async function place(walk, later) {
  const { addressFirst, installing } = await import('./website.js');
  if (!settings.portal.slug) return { content: [addressFirst(), h('div', { class: 'deeds' }, later)] };
  const { check } = await import('./website-check.js');
  const found = await get('/widget', {}, walk.signal);
  const on = button('It is on my website', { busy: 'One moment…', onclick: () => whileBusy(on, () => walk.on()) });
  return { content: [...installing(found), check(found, walk.signal), h('div', { class: 'deeds' }, on, later), note('How the tab looks is decided under Settings, Website.')] };
}

function invite(walk, later) {
  if (!settings.portal.slug) return { content: [card(h('p', {}, 'Your portal needs an address before anybody can be invited to it.')), h('div', { class: 'deeds' }, link('Choose the address', '#/guide/address'))] };
  const { node } = form({
    className: 'card stack',
    fields: [
      text({ name: 'name', label: 'Name', required: 'Type your customer’s name.', attributes: { maxlength: 100 } }),
      email({ name: 'email', pointer: 'contacts', label: 'E-mail', required: 'Type their e-mail address.', attributes: { maxlength: 254 } }),
    ],
    deed: 'Send the invite',
    busy: 'Sending…',
    about: { 'no-email': 'email' },
    others: later,
    // Sent again with the same key, the same customer answers: there are never two.
    send: async ({ name, email: to }, key) => {
      if (!to.includes('@')) throw new Wrong('Enter an e-mail address like name@example.com.', 'email');
      const customer = await post('/customers', { name, contacts: [{ email: to }] }, key);
      return post(`/customers/${id(customer.id)}/access/invites`, {}, `${key}-invite`);
    },
    done: async ({ to }) => {
      say(`The invite is on its way to ${to}.`);
      await walk.on();
    },
  });
  return { content: [walk.done ? note('You have invited somebody already. More are invited under Customers.') : null, node] };
}
