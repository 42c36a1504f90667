// Sending an estimate: a link that opens it, to read and to decide.

import { sendButton, whyNot } from './sending.js';

// Why no link to an estimate leads anywhere; null where they do.
export const whyNoEstimate = () => whyNot('estimates', 'estimate');

// The button that asks how; `kind` is the button's.
export const sendingEstimate = (one, path, kind) => sendButton({
  kind, hindered: Boolean(whyNoEstimate()), customer: one.customer, name: one.customer_name, path,
  title: `Send estimate ${one.number}?`,
  words: (way) => `They get ${way === 'sms' ? 'a text message' : 'an e-mail'} with a link that opens this estimate and lets them accept or decline it, without a password.`,
  said: (to) => `Estimate ${one.number} is on its way to ${to}.`,
});
