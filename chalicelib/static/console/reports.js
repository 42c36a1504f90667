// What customers say in figures: stars by month and technician, who would recommend the company, and how many answer.

import { Problem, get, may } from './api.js';
import { today } from './company.js';
import { save, sheet } from './csv.js';
import { fill, h } from './dom.js';
import { asked } from './filtered.js';
import { select } from './forms.js';
import { answerRow, pages, ratingRow } from './rating-words.js';
import { byAnswers } from './report-answers.js';
import { byMonth, byStars, byTechnician } from './report-ratings.js';
import { byParts } from './report-reviews.js';
import { counted, decimal, monthName, percent, signed } from './report-words.js';
import { button, complain, empty, head, listing, section } from './ui.js';

const SPANS = [['3', 'Last 3 months'], ['6', 'Last 6 months'], ['12', 'Last 12 months'], ['24', 'Last 24 months'], ['', 'Other months']];
const USUAL = 12;
// So many months back can be chosen, and so many the API puts into one report.
const BACK = 60;
const MOST = 24;
const LATEST = 5;

export default async function reports({ query, signal }) {
  const first = period(query);
  const [report, open, latest, answers] = await Promise.all([
    read(first, signal),
    get('/ratings', { follow_up: 'open', limit: 20 }, signal),
    get('/ratings', { limit: 20 }, signal),
    get('/reviews', { limit: 20 }, signal),
  ]);
  const results = h('div', { class: 'results reports' }, drawn(report, open));
  const voice = h('p', { class: 'hush', role: 'status' });
  let turn = 0;
  async function change(wanted) {
    const mine = (turn += 1);
    results.setAttribute('aria-busy', 'true');
    try {
      const now = await read(wanted, signal);
      if (mine !== turn || signal.aborted) return;
      fill(results, drawn(now, open));
      voice.textContent = `${monthName(wanted.from)} to ${monthName(wanted.to)} is shown.`;
      history.replaceState(history.state, '', `#/ratings/reports${asked(wanted)}`);
    } catch (failed) {
      if (signal.aborted || mine !== turn) return;
      if (!(failed instanceof Problem)) throw failed;
      complain(failed);
    } finally {
      if (mine === turn) results.removeAttribute('aria-busy');
    }
  }
  const said = ({ items }) => items.filter((one) => one.comment).slice(0, LATEST);
  const comments = (title, page, row, none) => section(title, said(page).length ? listing(said(page).map(row)) : h('p', { class: 'hint' }, none));
  const title = 'Reports';
  return { title, kind: 'wide', content: [
    head(title), pages('/ratings/reports'), chooser(first, change), voice, results,
    comments('Latest comments on visits', latest, ratingRow, 'What your customers write beside their stars will be here.'),
    comments('Why they recommend you, or not', answers, answerRow, 'What your customers write beside their answers will be here.'),
  ] };
}

const read = (wanted, signal) => get('/reports/ratings', wanted, signal);

// Months as whole numbers, so that they can be counted.
const MONTH = /^(\d{4})-(0[1-9]|1[0-2])$/;
const number = (month) => { const [, year, of] = MONTH.exec(month); return Number(year) * 12 + Number(of) - 1; };
const month = (count) => `${Math.floor(count / 12)}-${String((count % 12) + 1).padStart(2, '0')}`;
const thisMonth = () => number(today().slice(0, 7));

// The months that an address asks for; the usual ones for what can't be.
function period({ from = '', to = '' }) {
  const usual = { from: month(thisMonth() - USUAL + 1), to: month(thisMonth()) };
  if (!MONTH.test(from) || !MONTH.test(to)) return usual;
  const many = number(to) - number(from) + 1;
  return many > 0 && many <= MOST && number(to) <= thisMonth() && number(from) > thisMonth() - BACK ? { from, to } : usual;
}

function chooser(first, change) {
  const now = thisMonth();
  const many = String(number(first.to) - number(first.from) + 1);
  const known = number(first.to) === now && SPANS.some(([span]) => span === many);
  const choices = Array.from({ length: BACK }, (_, back) => month(now - back)).map((one) => [one, monthName(one)]);
  const span = select({ name: 'span', label: 'Period', value: known ? many : '', choices: SPANS, attributes: { onchange: () => {
    for (const field of [from, to]) field.node.hidden = span.get() !== '';
    if (!span.get()) return from.focus();
    [from.control.value, to.control.value] = [month(now - Number(span.get()) + 1), month(now)];
    return chosen();
  } } });
  const chosen = () => {
    const count = number(to.get()) - number(from.get()) + 1;
    to.wrong(count < 1 ? 'This month is before the first one.' : count > MOST ? `Choose ${MOST} months at the most.` : '');
    if (count > 0 && count <= MOST) change({ from: from.get(), to: to.get() });
  };
  const from = select({ name: 'from', label: 'From', value: first.from, choices, attributes: { onchange: chosen } });
  const to = select({ name: 'to', label: 'Until', value: first.to, choices, attributes: { onchange: chosen } });
  from.node.hidden = to.node.hidden = known;
  return h('form', { class: 'filters', role: 'search', 'aria-label': 'Months of the report', onsubmit: (event) => event.preventDefault() }, span.node, from.node, to.node);
}

function drawn(report, open) {
  const { ratings, reviews } = report.totals;
  if (!ratings.asked && !ratings.ratings && !reviews.asked && !reviews.answers) return empty('Nothing in these months', 'Once visits are complete and customers say how they were, their stars, who would recommend you, and how many answer will be here.');
  const many = `${open.items.length}${open.next ? ' or more' : ''}`;
  // What a table has, as a file.
  const out = (name, lines) => button('Export CSV', { kind: 'second small', onclick: () => save(`${name}-${report.from}-${report.to}.csv`, sheet(lines)) });
  return [
    h('ul', { class: 'tiles' }, [
      tile('Average', decimal(ratings.average), `of 5 stars, from ${counted(ratings.ratings, 'rating', 'ratings')}`),
      tile('Visits rated', percent(ratings.response), `${ratings.ratings} of ${counted(ratings.asked, 'visit', 'visits')}`),
      tile('Recommendation score', signed(reviews.score), reviews.answers ? `promoters less detractors, from ${counted(reviews.answers, 'answer', 'answers')}` : 'promoters less detractors, −100 to 100'),
      tile('To follow up', many, 'ratings of one or two stars, of any month', may('ratings:read') && open.items.length ? '#/ratings?follow_up=open' : null),
    ]),
    section('Stars', h('div', { class: 'charts' }, byMonth(report, out), byStars(report)), byTechnician(report, out), byAnswers({ title: 'How many visits are rated', asked: 'Visits', given: 'Rated', lines: report.months.map((one) => ({ ...one, given: one.ratings })) })),
    section('Recommendations', h('p', { class: 'hint' }, 'Promoters answer 9 or 10, passives 7 or 8, detractors 0 to 6. The score is the share of promoters less that of detractors.'),
      h('div', { class: 'charts' }, byParts(report, out), byAnswers({ title: 'How many answer', asked: 'Asked', given: 'Answered', lines: report.reviews.map((one) => ({ ...one, given: one.answers })) }))),
  ];
}

const tile = (label, figure, words, href) => h('li', { class: 'card tile' }, h('p', { class: 'label' }, label), h('p', { class: 'figure' }, href ? h('a', { href }, figure) : figure), h('p', { class: 'hint' }, words));
