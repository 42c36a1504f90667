// What a list's filters show, as one CSV file: asked for page by page, and saved by the browser.

import { send } from './api.js';
import { h } from './dom.js';
import { button, complain, say, whileBusy } from './ui.js';

// The button, and the place where it says how far it is. `path` is the API's export, `chosen()` answers the filters, `name(filters)`
// what the file is called, `one` and `many` what its lines are.
export function exporting({ path, chosen, name, one, many, label = 'Export CSV' }, signal) {
  const told = h('p', { class: 'hint export', role: 'status', hidden: true });
  const tell = (words) => { told.textContent = words; told.hidden = !words; };
  const counted = (count) => (count === 1 ? `1 ${one}` : `${count} ${many}`);
  const pressed = button(label, { kind: 'second', busy: 'Exporting…', onclick: () => whileBusy(pressed, async () => {
    try {
      const filters = chosen();
      const { pages, count } = await everything(path, filters, signal, (sofar) => tell(`${counted(sofar)} so far…`));
      if (!count) return void say(`There is nothing to export: no ${one} fits these filters.`);
      save(name(filters), pages);
      say(`${counted(count)} saved as ${name(filters)}.`);
    } catch (failed) {
      if (!signal.aborted) complain(failed);
    } finally {
      tell('');
    }
  }) });
  return [pressed, told];
}

async function everything(path, filters, signal, sofar) {
  const pages = [];
  let count = -1;
  for (let cursor = ''; ;) {
    const { value, link } = await send('GET', path, { query: { ...filters, cursor }, signal, raw: true });
    pages.push(value);
    count += records(value);
    cursor = next(link);
    if (!cursor) return { pages, count };
    sofar(count);
  }
}

// Where something has lines of its own, they stand in quotes.
const records = (csv) => csv.replace(/"[^"]*"/g, '').split('\n').filter((line) => line.trim()).length;

// The cursor of the next page in a Link header (RFC 8288).
function next(link) {
  const found = (link || '').match(/<([^>]*)>\s*;[^,]*rel="?next"?/);
  return found ? new URL(found[1], location.href).searchParams.get('cursor') : '';
}

// Rows as one text. A spreadsheet would take some words for a formula; numbers are what they are.
export const sheet = (lines) => [lines.map((cells) => `${cells.map(cell).join(',')}\r\n`).join('')];

function cell(given) {
  const text = given === null ? '' : String(given);
  const safe = typeof given === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

// Spreadsheets take a file for UTF-8 by the mark that it begins with; reading it as text takes that away.
export function save(name, pages) {
  const url = URL.createObjectURL(new Blob(['\ufeff', ...pages], { type: 'text/csv;charset=utf-8' }));
  h('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
