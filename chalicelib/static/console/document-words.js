// A document in a few words: what it is, how big, who sees it and from when to when; and its line in a list.

import { id } from './api.js';
import { day, dayOf, today } from './company.js';
import { h } from './dom.js';
import { pill, row } from './ui.js';
import { sizeWords } from './upload.js';

export const CATEGORIES = [['contract', 'Contract'], ['label', 'Label'], ['safety_sheet', 'Safety sheet'], ['photo', 'Photo'], ['report', 'Report'], ['other', 'Other']];
export const categoryWord = (value) => CATEGORIES.find(([one]) => one === value)?.[1] || value;
// In the place of a customer, for what is shared with all.
export const EVERYONE = 'everyone';

// As the portal calls them.
const TYPES = {
  'application/pdf': 'PDF', 'image/jpeg': 'Picture', 'image/png': 'Picture', 'image/webp': 'Picture', 'image/heic': 'Picture', 'text/plain': 'Text',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'Word document', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'Spreadsheet',
};
export const typeWord = (type) => TYPES[type] || 'File';
export const fileWords = (one) => `${typeWord(one.type)}, ${sizeWords(one.size)}`;

// How it stands today: seen by customers, not yet, or no more.
function standing(one, now = today()) {
  if (one.visible) return one.visible_until ? [`Visible until ${day(one.visible_until)}`, 'paid'] : ['Visible', 'paid'];
  return one.visible_from > now ? [`From ${day(one.visible_from)}`, 'processing'] : ['Hidden', 'void'];
}
export const documentPill = (one) => pill(...standing(one));

// With whom it is shared.
export const whose = (one) => (one.customer ? one.customer_name : 'Everyone');

// A line of a list. `whole`: of everybody's documents, so that it says whose each is.
export const documentRow = (one, whole = true) => row({
  href: `#/documents/${id(one.id)}`,
  what: one.name,
  note: [whole || !one.customer ? whose(one) : null, categoryWord(one.category), fileWords(one), h('time', { datetime: one.shared_at }, dayOf(one.shared_at))],
  state: documentPill(one),
  closed: !one.visible,
});
