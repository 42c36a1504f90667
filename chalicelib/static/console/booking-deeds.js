// What the company decides of a booking, each asked once in words: confirm, decline, cancel; and whose it is.

import { put } from './api.js';
import { bookingPath, reached, whenWords, whoName } from './booking-words.js';
import { waiting } from './booking-waiting.js';
import { customerChoice } from './customer-choice.js';
import { area } from './forms.js';
import { ask, link, say } from './ui.js';

const MOST = '1000';
export const noteField = (hint, label = 'Words to them (optional)') => area({ name: 'note', label, hint, rows: 3, attributes: { maxlength: MOST } });

// `one` is the booking, `changed(now)` hears of what became of it, `stale()` that somebody was faster.
async function asking({ run, changed, stale, told, ...more }) {
  let old = false;
  const did = await ask({ ...more, run: (...given) => run(...given).catch((failed) => {
    old = failed.status === 409;
    throw failed;
  }), done: (now) => {
    say(told);
    waiting();
    changed(now);
  } });
  if (!did && old) stale();
}

const TOLD = 'They get a message at once, with your words.';
const UNTOLD = 'We know no address and no number of theirs: tell them yourself.';
export const toldWords = (one) => (reached(one) ? TOLD : UNTOLD);

const status = (one, to) => (values) => put(`${bookingPath(one)}/status`, { status: to, note: values.note });

export const confirm = (one, changed, stale) => asking({
  title: `Confirm “${one.service.name}” for ${whoName(one)}?`,
  text: `On ${whenWords(one)}. ${one.suspected ? 'It was suspected of not being real: look at it twice. ' : ''}${toldWords(one)}`,
  fields: [noteField('Such as: please keep the gate open.')],
  deed: 'Confirm it', busy: 'Confirming…', run: status(one, 'confirmed'), told: 'Confirmed.', changed, stale,
});

export const decline = (one, changed, stale) => asking({
  title: `Decline “${one.service.name}” for ${whoName(one)}?`,
  text: `The time on ${whenWords(one)} is free for others then. ${toldWords(one)} This can’t be undone.`,
  fields: [noteField('Why, and what they could do instead.')],
  deed: 'Decline it', busy: 'Declining…', danger: true, run: status(one, 'declined'), told: 'Declined.', changed, stale,
});

export const cancel = (one, changed, stale) => asking({
  title: `Cancel “${one.service.name}” for ${whoName(one)}?`,
  text: `The time on ${whenWords(one)} is free for others then${one.visit ? ', and the visit is canceled with it' : ''}. ${toldWords(one)} This can’t be undone.`,
  fields: [noteField('Why, and what they could do instead.')],
  deed: 'Cancel this booking', cancel: 'Keep it', busy: 'Canceling…', danger: true, run: status(one, 'cancelled'), told: 'Canceled.', changed, stale,
});

export function attach(one, signal, changed, stale) {
  const choice = customerChoice({ name: 'customer', label: 'Customer', signal, chosen: () => {} });
  return asking({
    title: 'Whose booking is it?',
    text: `${one.who.name} is not among your customers as far as we know. Choose the customer it belongs to: they see it in their portal then${one.status === 'confirmed' ? ', as a visit' : ''}.`,
    fields: [choice], deed: 'It is theirs', busy: 'Saving…',
    run: (values) => put(`${bookingPath(one)}/customer`, { customer: values.customer }), told: 'Saved.', changed, stale,
  });
}

export const moveLink = (one, kind = '') => link('Move it', `#${bookingPath(one)}/time/new`, kind);
export const proposeLink = (one, kind = 'second') => link('Propose another time', `#${bookingPath(one)}/proposal/new`, kind);
