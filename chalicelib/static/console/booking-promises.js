// What a booking is worth: confirmed at once or by the company, until when its customer can change it, and when they are reminded.

import { load, part } from './booking-offer.js';
import { CONFIRMING, choices, hoursWords } from './booking-offer-words.js';
import { h } from './dom.js';
import { area, group, numberSelect, radios } from './forms.js';
import { saving } from './saving.js';
import { back, note } from './ui.js';

const CUTOFFS = [0, 2, 4, 8, 12, 24, 48, 72, 168];
const REMINDERS = [0, 2, 4, 12, 24, 48, 72];

export default async function page({ signal }) {
  await load(signal);
  return { title: 'Confirming and changes', content: [
    back('#/settings/booking', 'Online booking'),
    h('h1', {}, 'Confirming and changes'),
    saving({ of: part, build: sheet, tell }),
    note('A booking keeps the deadline and the policy that it was made with.'),
  ] };
}

const TELL = { confirming: (value) => CONFIRMING.find(([name]) => name === value)[1], cutoff: hoursWords, remind: (hours) => (hours ? hoursWords(hours) : 'no reminder'), policy: String };
const tell = (pointer, value) => TELL[pointer](value);
const before = (hours) => `${hoursWords(hours)} before`;

function sheet(now) {
  const confirming = radios({ name: 'confirming', label: 'When is a booking confirmed?', value: now.confirming, choices: CONFIRMING });
  const cutoff = numberSelect({ name: 'cutoff', label: 'Moved or canceled online until', hint: 'After that, customers are asked to call you.', value: now.cutoff, choices: choices(CUTOFFS, now.cutoff, before, 'It begins') });
  const policy = area({ name: 'policy', label: 'Your policy (optional)', hint: 'Customers read it before they book, and in their e-mails. Such as what a late cancellation costs.', value: now.policy, rows: 4, attributes: { maxlength: '2000' } });
  const remind = numberSelect({ name: 'remind', label: 'Remind customers', hint: 'By e-mail, and by SMS where you have a number.', value: now.remind, choices: choices(REMINDERS, now.remind, before, 'Never') });
  return { fields: [confirming, cutoff, policy, remind], content: [confirming.node, group('Changes', cutoff.node, policy.node), group('Reminder', remind.node)] };
}
