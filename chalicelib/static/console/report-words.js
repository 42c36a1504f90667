// How a report's figures are written.

import { settings } from './company.js';

const number = (value, options) => value.toLocaleString(settings.locale.locale, options);
const month = (options) => (text) => new Intl.DateTimeFormat(settings.locale.locale, { timeZone: 'UTC', ...options }).format(new Date(`${text}-15T12:00:00Z`));

export const counted = (count, one, many) => `${number(count)} ${count === 1 ? one : many}`;

// '4.62' as it is written here; '—' for none, as with the others.
export const decimal = (text) => (text === null ? '—' : number(Number(text), { minimumFractionDigits: 2, maximumFractionDigits: 2 }));
export const percent = (whole) => (whole === null ? '—' : number(whole / 100, { style: 'percent' }));
export const signed = (score) => (score === null ? '—' : score > 0 ? `+${score}` : String(score).replace('-', '−'));

// 'November 2026', for '2026-11'.
export const monthName = month({ month: 'long', year: 'numeric' });

// 'Nov' below a chart; with its year where `year` says so.
export const monthShort = (one, year) => `${month({ month: 'short' })(one)}${year ? ` ’${one.slice(2, 4)}` : ''}`;
