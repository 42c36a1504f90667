// What became of an estimate: who decided it, when and from where, and what the customer asked to have changed.

import { dayOf, money, moment } from './company.js';
import { h } from './dom.js';
import { paper } from './estimate-paper.js';
import { pill, quiet } from './ui.js';

const DECIDED = { accepted: ['Accepted', 'paid'], declined: ['Declined', 'void'] };

// What a customer typed: in their own direction of writing.
const typed = (text) => h('bdi', { class: 'written' }, text);

// What the customer wants changed of the offer as it is now, newest first: what is to be answered.
export const wanted = (one) => (one.changes_asked ? one.change_requests.filter((each) => each.revision === one.revision).reverse() : []);

// All that happened, newest first, without what stands above it already. Null for nothing. `path` is the estimate's.
export function happened(one, path) {
  const shown = wanted(one);
  const events = [
    ...one.decisions.map((each) => ({ at: each.at, node: decided(each, one, path) })),
    ...one.change_requests.filter((each) => !shown.includes(each)).map((each) => ({ at: each.at, node: asked(each) })),
  ].sort((one_, other) => (one_.at < other.at ? 1 : -1));
  return events.length ? h('div', { class: 'card' }, h('ul', { class: 'rows' }, events.map(({ node }) => node))) : null;
}

const event = (what, at, facts, below) => h('li', {}, h('div', { class: 'row still trail event-of' },
  h('span', { class: 'what' }, what), h('span', { class: 'note when' }, h('time', { datetime: at }, moment(at))),
  h('span', { class: 'note below' }, facts.filter(Boolean).map((fact) => h('span', {}, fact))), below));

function decided(each, one, path) {
  const theirs = each.by === 'customer';
  const facts = [
    theirs ? `by ${one.customer_name}` : `marked by ${each.by}`,
    money(each.total),
    each.address ? `from ${each.address}` : null,
  ];
  const said = [
    each.signature ? ['Signed', typed(`“${each.signature}”`)] : null,
    each.reason ? [theirs ? 'Their reason' : 'Reason', typed(theirs ? `“${each.reason}”` : each.reason)] : null,
    each.terms ? ['Agreed to', each.terms_version ? `your standard terms, version ${each.terms_version}` : 'the terms of this estimate'] : null,
  ].filter(Boolean);
  return event(pill(...DECIDED[each.kind]), each.at, facts,
    [said.length ? h('dl', { class: 'below changes' }, said.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value)))) : null, each.agent ? h('span', { class: 'below agent' }, each.agent) : null,
      each.kind === 'accepted' ? h('span', { class: 'below' }, quiet(each.signature ? 'Signed PDF' : 'Accepted PDF', ({ currentTarget }) => paper(path, currentTarget, each.number), `of ${dayOf(each.at)}`)) : null]);
}

const asked = (each) => event('Asked for changes', each.at, [], h('span', { class: 'below' }, typed(`“${each.text}”`)));
