// The leads that the filters show, as one CSV file: asked for page by page, and saved by the browser.

import { send } from './api.js';
import { today } from './company.js';
import { h } from './dom.js';
import { button, complain, say, whileBusy } from './ui.js';

// The button, and the place where it says how far it is. `chosen()` answers the filters.
export function exporting(chosen, signal) {
  const told = h('p', { class: 'hint export', role: 'status', hidden: true });
  const tell = (words) => { told.textContent = words; told.hidden = !words; };
  const pressed = button('Export CSV', { kind: 'second', busy: 'Exporting…', onclick: () => whileBusy(pressed, async () => {
    try {
      const filters = chosen();
      const { pages, count } = await everything(filters, signal, (sofar) => tell(`${messages(sofar)} so far…`));
      if (!count) return void say('There is nothing to export: no message fits these filters.');
      const name = `leads${filters.spam ? '-suspected' : filters.status && `-${filters.status}`}-${today()}.csv`;
      save(name, pages);
      say(`${messages(count)} saved as ${name}.`);
    } catch (failed) {
      if (!signal.aborted) complain(failed);
    } finally {
      tell('');
    }
  }) });
  return [pressed, told];
}

async function everything(filters, signal, sofar) {
  const pages = [];
  let count = -1;
  for (let cursor = ''; ;) {
    const { value, link } = await send('GET', '/leads/export', { query: { ...filters, cursor }, signal, raw: true });
    pages.push(value);
    count += records(value);
    cursor = next(link);
    if (!cursor) return { pages, count };
    sofar(count);
  }
}

// Where a message has lines of its own, they stand in quotes.
const records = (csv) => csv.replace(/"[^"]*"/g, '').split('\n').filter((one) => one.trim()).length;
const messages = (count) => (count === 1 ? '1 message' : `${count} messages`);

// The cursor of the next page in a Link header (RFC 8288).
function next(link) {
  const found = (link || '').match(/<([^>]*)>\s*;[^,]*rel="?next"?/);
  return found ? new URL(found[1], location.href).searchParams.get('cursor') : '';
}

// Spreadsheets take a file for UTF-8 by the mark that it begins with; reading it as text takes that away.
function save(name, pages) {
  const url = URL.createObjectURL(new Blob(['\ufeff', ...pages], { type: 'text/csv;charset=utf-8' }));
  h('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
