// The charts of how many of those who are asked answer, by month.

import { figure, legend, stackedChart, table } from './chart.js';
import { monthName, percent } from './report-words.js';

const SHARES = [0, 50, 100];

// `asked` and `given` are what is counted ('Visits', 'Rated'); `lines` are {month, asked, given, response}, newest last.
export function byAnswers({ title, asked, given, lines }) {
  const kinds = [['answered', given], ['missing', `Not ${given.toLowerCase()}`]];
  const known = lines.filter((one) => one.response !== null);
  const column = (one) => ({
    month: one.month,
    above: one.response === null ? '' : percent(one.response),
    title: `${monthName(one.month)}: ${one.response === null ? 'nobody was asked' : `${percent(one.response)}, ${one.given} of ${one.asked}`}`,
    parts: one.response === null ? null : [['answered', one.response], ['missing', 100 - one.response]],
  });
  return figure({
    title,
    legend: legend(kinds),
    chart: stackedChart({ said: known.length ? `${title}: ${known.map((one) => `${monthName(one.month)} ${percent(one.response)}`).join(', ')}.` : 'Nobody was asked in these months.', columns: lines.map(column), ticks: SHARES.map((part) => [part, percent(part)]), kinds: kinds.map(([kind]) => kind) }),
    table: table(title, ['Month', 'Share', given, asked], lines.map((one) => [monthName(one.month), percent(one.response), one.given, one.asked])),
  });
}
