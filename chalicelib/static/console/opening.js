// Opening a file that only a short-lived link leads to: a browser shows what it may in a tab of its own, and saves the rest.

import { get } from './api.js';

// `path` is where the API gives the link; `inline`: a browser shows it.
export const openFile = (path, inline = true) => opened(async () => (await get(path)).url, inline);

// The same for a link that `find()` answers. The tab is opened by the press itself, before the link is there: later, a browser
// would not let us.
export async function opened(find, inline = true) {
  const tab = inline ? window.open('', '_blank') : null;
  if (tab) tab.opener = null;
  try {
    (tab || window).location.assign(await find());
  } catch (failed) {
    if (tab) tab.close();
    throw failed;
  }
}
