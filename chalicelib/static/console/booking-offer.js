// What the company offers online, kept with its version: one document, of which each page changes a part.

import { Problem, send } from './api.js';
import * as company from './company.js';

const PATH = '/booking-settings';
const TRIES = 5;
let offer = null;
let etag = '';

export const now = () => offer;

export async function load(signal) {
  return keep(await send('GET', PATH, { signal }));
}

function keep(answer) {
  offer = answer.value;
  etag = answer.etag || etag;
  return offer;
}

// Change parts of it; of a part that has parts of its own, as hours have days, the others stay. Problem 'stale': somebody else
// was faster.
export async function change(parts) {
  const body = Object.fromEntries(Object.entries(parts).map(([name, value]) => [name, whole(offer[name], value)]));
  keep(await send('PATCH', PATH, { body, version: etag }));
  // Menus and pages go by the company's settings.
  if (company.settings.booking.on !== offer.on) await company.load(true);
  return offer;
}

const isObject = (value) => Boolean(value) && typeof value === 'object' && !Array.isArray(value);
const whole = (before, value) => (isObject(value) && isObject(before) ? { ...before, ...value } : value);

// Change what `work(offer)` answers for the offer as it is now, also when somebody else was faster.
export async function amend(work) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await change(work(offer));
    } catch (failed) {
      if (failed.type !== 'stale' || tries >= TRIES) throw failed;
      await load();
    }
  }
}

// What is wrong below a place of the offer ('services/3'), as the form of that place knows it.
export const below = (place, answer) => answer.catch((failed) => {
  if (failed instanceof Problem) for (const one of failed.errors) one.pointer = one.pointer.replace(new RegExp(`^#/${place}(/|$)`), '#/');
  throw failed;
});

// The same for a part of it with its own page: as saving() takes a document.
export const part = { now, change, load: () => load() };
