// The number that comes next, as the latest ones of a list go.

import { get } from './api.js';

// The one after the highest of the latest; `first` where there is none yet, nothing where they are no numbers.
export async function nextNumber(list, first, signal) {
  const { items } = await get(list, { limit: 20 }, signal);
  const found = items.map((one) => /^(.*?)(\d{1,15})$/.exec(one.number)).filter(Boolean).sort((one, other) => Number(other[2]) - Number(one[2]))[0];
  return found ? found[1] + String(Number(found[2]) + 1).padStart(found[2].length, '0') : items.length ? '' : first;
}
