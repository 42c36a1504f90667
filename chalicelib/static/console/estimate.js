// One estimate: what is offered, how it was decided, what the customer wants changed, and what can be done about it.

import { get, id, may } from './api.js';
import { day, dayOf, money, moment } from './company.js';
import { h } from './dom.js';
import { convert, drop, issue, mark, reopen } from './estimate-deeds.js';
import { happened, wanted } from './estimate-history.js';
import { paper } from './estimate-paper.js';
import { sendingEstimate, whyNoEstimate } from './estimate-send.js';
import { estimatePill, lastDay } from './estimate-words.js';
import { invoicePill } from './invoice-words.js';
import { linesTable } from './lines-table.js';
import { back, button, complain, head, link, note, pairs, quiet, section } from './ui.js';

export default async function estimate({ params, signal, go, reload }) {
  const path = `/estimates/${id(params.id)}`;
  const one = await get(path, {}, signal);
  const made = one.invoice && may('invoices:read') ? await get(`/invoices/${id(one.invoice)}`, {}, signal).catch(missing) : null;
  const desk = { one, path, go, reload, changes: may('estimates:write'), gone: made === GONE };
  const title = `Estimate ${one.number}`;
  const past = happened(one, path);
  const content = [
    back('#/estimates', 'Estimates'),
    head(title, estimatePill(one)),
    h('div', { class: 'sheet' }, standing(one, made), asked(one), next(desk), linesTable(one),
      one.notes ? part('Notes', h('p', { class: 'notes' }, one.notes)) : null, terms(one), about(one)),
    past ? section('What happened', past) : null,
    away(desk),
  ];
  return { title, content: content.filter(Boolean) };
}

// A draft that was made of it may have been deleted: then it can be made again.
const GONE = {};
const missing = (failed) => {
  if (failed.status !== 404) throw failed;
  return GONE;
};

const part = (title, ...inside) => h('section', {}, h('h2', {}, title), inside);

function standing(one, made) {
  return h('header', {},
    h('p', { class: 'facts' }, h('a', { href: `#/customers/${id(one.customer)}` }, one.customer_name), one.title ? h('span', {}, one.title) : null),
    h('p', {}, h('span', { class: 'label' }, 'Total'), h('span', { class: 'amount' }, money(one.total))),
    pairs([['Issued on', day(one.issued_on)], until(one), decision(one), made && made !== GONE ? ['Invoice', [h('a', { href: `#/invoices/${id(made.id)}` }, made.number), ' ', invoicePill(made)]] : null]));
}

function until(one) {
  const near = lastDay(one);
  const words = one.expires_on ? [day(one.expires_on), near && !near.startsWith('Until ') && one.status === 'pending' ? h('span', { class: 'note-line' }, near) : null] : 'No last day';
  return one.status === 'won' || one.status === 'lost' ? null : [one.status === 'expired' ? 'Expired after' : 'Can be accepted until', words];
}

// How it stands decided now; earlier decisions are told below.
function decision(one) {
  const last = one.decisions.at(-1);
  if (!last || !['won', 'lost'].includes(one.status)) return null;
  const who = last.by === 'customer' ? last.signature || one.customer_name : last.by;
  return [last.kind === 'accepted' ? 'Accepted' : 'Declined', [h('time', { datetime: last.at, title: moment(last.at) }, dayOf(last.at)), h('span', { class: 'note-line' }, last.by === 'customer' ? `by ${who}` : `marked by ${who}`)]];
}

// What the customer wants changed, in their words: that is to be answered first.
function asked(one) {
  const requests = wanted(one);
  if (!requests.length) return null;
  return h('section', { class: 'suspicion' }, h('h2', {}, `${one.customer_name} asks for changes`),
    requests.map((each) => h('div', {}, h('p', { class: 'written' }, each.text), h('p', { class: 'hint' }, h('time', { datetime: each.at }, moment(each.at))))));
}

// The things to do next, harmless ones.
function next(desk) {
  const { one, path, changes, gone } = desk;
  const edit = (kind, label = 'Edit') => (changes ? link(label, `#${path}/edit`, kind) : null);
  const send = (kind) => (changes ? sendingEstimate(one, path, kind) : null);
  if (one.status === 'draft') return both(changes ? button('Issue estimate', { onclick: () => issue(desk) }) : null, edit('second'));
  if (one.status === 'pending') return [wanted(one).length ? both(edit(''), send('second')) : both(send(''), edit('second')), changes ? whyNoEstimate() : null];
  if (one.status === 'expired') return changes ? [both(edit('', 'Give it a later day')), note(`${one.customer_name} can still read it, and can’t accept it any more.`)] : null;
  if (one.status === 'lost') return null;
  const makes = changes && may('invoices:write') && (!one.invoice || gone);
  return both(makes ? button('Make an invoice', { onclick: (event) => convert(desk, event.currentTarget).catch(complain) }) : null,
    button('Accepted PDF', { kind: 'second', busy: 'Opening…', onclick: (event) => paper(path, event.currentTarget) }));
}

const both = (...deeds) => (deeds.some(Boolean) ? h('div', { class: 'deeds both' }, deeds) : null);

function terms(one) {
  if (!one.terms) return null;
  return part('Terms', h('p', { class: 'notes' }, one.terms), one.terms_version ? h('p', { class: 'hint' }, `Your standard terms, version ${one.terms_version}.`) : null);
}

const about = (one) => (one.external_id ? pairs([['Your own id', h('code', {}, one.external_id)]]) : null);

// What decides it, undecides it, or takes it away: asked once, in words. Its paper is for everybody.
function away(desk) {
  const { one, path, go, changes, gone } = desk;
  const pdf = one.status === 'won' ? null : quiet('PDF', (event) => paper(path, event.currentTarget));
  if (!changes) return pdf && h('div', { class: 'tools' }, pdf);
  const copy = quiet('Copy', () => go(`/customers/${id(one.customer)}/estimates/new?like=${id(one.id)}`), 'into a new estimate');
  const open = one.status === 'pending' || one.status === 'expired';
  const decided = one.status === 'won' || one.status === 'lost';
  return h('div', {}, decided && one.invoice ? note(gone ? 'The invoice that was made of it was deleted. You can make it again.' : 'An invoice was made of it, so it can’t be re-opened.') : null, h('div', { class: 'tools' },
    open ? [quiet('Mark as won', () => mark(desk, 'won')), quiet('Mark as lost', () => mark(desk, 'lost'))] : null,
    decided && !one.invoice ? quiet('Re-open', () => reopen(desk)) : null,
    pdf, copy,
    one.status === 'draft' ? quiet('Delete draft', () => drop(desk)) : null));
}
