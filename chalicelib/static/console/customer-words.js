// How a customer is told in a few words: where they stand with the portal, how to reach them.

import { pill } from './ui.js';

const ACCESS = {
  never_invited: ['Never invited', 'due'],
  invited: ['Invited', 'processing'],
  active: ['Active', 'paid'],
  off: ['Turned off', 'void'],
};

export const accessPill = (state) => pill(...ACCESS[state]);

// The addresses that mail can go to, the first one first.
export const addresses = (customer) => customer.contacts.map((one) => one.email).filter(Boolean);

// How to reach them: the first address, else the first number.
export const reach = (customer) => addresses(customer)[0] || customer.contacts.map((one) => one.phone).find(Boolean) || '';

// What mails call them.
export const firstName = (customer) => customer.first_name || customer.name;
