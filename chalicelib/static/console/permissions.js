// What customers may see and do: six switches, each with what it means for them.

import { check } from './forms.js';
import { saving } from './saving.js';

export const PERMISSIONS = [
  ['payment_options', 'Manage payment options', 'Customers have a wallet with their cards and bank accounts.', 'There is no wallet page. Cards saved already can still be chosen when paying.'],
  ['invoices', 'Invoices', 'Customers read their invoices, old and new, and pay one or all.', 'No list and no page of an invoice. Customers still see what they owe in total.'],
  ['estimates', 'Estimates', 'Customers read your estimates, and accept, decline or ask for changes.', 'No list and no page of an estimate, and no link to one can be sent.'],
  ['documents', 'Documents', 'Customers read and download what you share with them.', 'No list and no page of a document, and no link to one can be sent.'],
  ['add_methods', 'Add cards & bank accounts', 'Customers can save a card or bank account for next time.', 'Nothing new can be saved. What is saved already can be used.'],
  ['delete_methods', 'Delete cards & bank accounts', 'Customers can remove a saved card or bank account.', 'Only you can remove what is saved.'],
];

const tell = (pointer, on) => (on ? 'shown' : 'hidden');

export function permissions(more = {}) {
  return saving({
    className: 'card stack ticks',
    tell,
    ...more,
    build: (settings) => ({ fields: PERMISSIONS.map(([name, label, ...hints]) => check({
      name, pointer: `permissions/${name}`, label, kind: 'switch', hints, value: settings.permissions[name],
    })) }),
  });
}
