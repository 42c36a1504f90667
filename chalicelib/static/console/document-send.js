// Sending a document: a link that opens it.

import { id } from './api.js';
import { sendButton, whyNot } from './sending.js';

// Why no link to a document leads anywhere; null where they do.
export const whyNoDocument = () => whyNot('documents', 'document');

// The button that asks how.
export const sendingDocument = (one) => sendButton({
  kind: 'second', hindered: !one.visible || Boolean(whyNoDocument()), customer: one.customer, name: one.customer_name, path: `/documents/${id(one.id)}`,
  title: `Send “${one.name}”?`,
  words: (way) => `They get ${way === 'sms' ? 'a text message' : 'an e-mail'} with a link that opens this document, without a password.`,
  said: (to) => `“${one.name}” is on its way to ${to}.`,
});
