// The chart of recommendations: the score by month with its three parts.

import { figure, legend, stackedChart, table } from './chart.js';
import { monthName, percent, signed } from './report-words.js';

const KINDS = [['promoter', 'Promoters'], ['passive', 'Passives'], ['detractor', 'Detractors']];
const SHARES = [0, 25, 50, 75, 100];

export function byParts({ reviews }, out) {
  const answered = reviews.filter((one) => one.answers);
  const column = (one) => ({
    month: one.month,
    above: one.answers ? signed(one.score) : '',
    title: one.answers ? `${monthName(one.month)}: score ${signed(one.score)}. ${one.promoters} promoters, ${one.passives} passives, ${one.detractors} detractors.` : `${monthName(one.month)}: no answers`,
    parts: one.answers ? [['detractor', share(one.detractors, one)], ['passive', share(one.passives, one)], ['promoter', share(one.promoters, one)]] : null,
  });
  return figure({
    title: 'Score by month, with its parts',
    legend: legend(KINDS),
    chart: stackedChart({ said: answered.length ? `Recommendation score by month: ${answered.map((one) => `${monthName(one.month)} ${signed(one.score)}`).join(', ')}.` : 'No answers in these months.', columns: reviews.map(column), ticks: SHARES.map((part) => [part, percent(part)]), kinds: KINDS.map(([kind]) => kind) }),
    table: table('Score by month, with its parts', ['Month', 'Score', 'Promoters', 'Passives', 'Detractors', 'Answers'], reviews.map((one) => [monthName(one.month), signed(one.score), one.promoters, one.passives, one.detractors, one.answers])),
    beside: out('recommendations-by-month', [['month', 'score', 'promoters', 'passives', 'detractors', 'answers', 'asked', 'response'], ...reviews.map((one) => [one.month, one.score, one.promoters, one.passives, one.detractors, one.answers, one.asked, one.response])]),
  });
}

const share = (count, { answers }) => (100 * count) / answers;
