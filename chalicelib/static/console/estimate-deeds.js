// What is done with an estimate, each asked once in words: issue, mark, re-open, make an invoice of it, delete.

import { id, put, remove } from './api.js';
import { day, money, today } from './company.js';
import { area, date, radios, text, whileBusy } from './forms.js';
import { daysAfter } from './invoice-sums.js';
import { nextNumber } from './next-number.js';
import { ask, say } from './ui.js';

const DUE = 14;

// Where it was refused because of what somebody did meanwhile, the page shows that once the dialog is closed.
async function asking({ run, ...more }, reload) {
  let stale = false;
  const did = await ask({ ...more, run: (...given) => run(...given).catch((failed) => {
    stale = failed.status === 409;
    throw failed;
  }) });
  if (!did && stale) reload();
}

export const issue = ({ one, path, reload }) => asking({
  title: `Issue estimate ${one.number}?`,
  text: `${one.customer_name} sees it in the portal from then on, and can accept or decline it. It can’t become a draft again.`,
  deed: 'Issue it', busy: 'Issuing…',
  run: () => put(`${path}/status`, { status: 'pending' }),
  done: () => { say(`Estimate ${one.number} is issued. Send it now, if you like.`); reload(); },
}, reload);

const MARKED = {
  won: ['Accepted', 'Such as: agreed on the phone. Kept with the estimate.'],
  lost: ['Declined', 'Such as: too late in the year. Kept with the estimate.'],
};

// Decided by staff, for a customer who told them.
export function mark({ one, path, reload }, status) {
  const [word, hint] = MARKED[status];
  return asking({
    title: `Mark estimate ${one.number} as ${status}?`,
    text: `${one.customer_name} sees it as ${word.toLowerCase()} from then on, and can’t decide it any more. It is noted that it was you who marked it, and you can re-open it.`,
    fields: [area({ name: 'reason', label: 'Why (optional)', hint, rows: 2, attributes: { maxlength: '2000' } })],
    deed: `Mark as ${status}`, busy: 'Saving…',
    run: (values) => put(`${path}/status`, { status, reason: values.reason }),
    done: () => { say(`Estimate ${one.number} is ${status}.`); reload(); },
  }, reload);
}

export function reopen({ one, path, reload }) {
  const over = one.expires_on && one.expires_on < today();
  return asking({
    title: `Re-open estimate ${one.number}?`,
    text: [
      `It waits for a decision again: ${one.customer_name} can accept or decline it once more, for ${money(one.total)}. You can change it too.`,
      'What was decided stays on record, and it is noted that you re-opened it.',
      over ? `Its last day was ${day(one.expires_on)}: give it a later one afterwards, or it stays expired.` : null,
    ].filter(Boolean),
    deed: 'Re-open it', busy: 'Re-opening…',
    run: () => put(`${path}/status`, { status: 'pending' }),
    done: () => { say(`Estimate ${one.number} is open again.`); reload(); },
  }, reload);
}

// `pressed` is the button, which waits for the number that comes next.
export async function convert({ one, path, go, reload }, pressed) {
  const number = await whileBusy(pressed, () => nextNumber('/invoices', '1001'));
  if (number === undefined) return undefined;
  let chosen = false;
  const issued = date({ name: 'issued_on', label: 'Issued on', value: today(), required: 'Choose the day of the invoice.', attributes: { oninput: () => { if (!chosen && issued.control.value) due.control.value = daysAfter(issued.control.value, DUE); } } });
  const due = date({ name: 'due_on', label: 'Due on', value: daysAfter(today(), DUE), required: 'Choose the day by which it is to be paid.', attributes: { oninput: () => { chosen = true; } } });
  return asking({
    title: `Make an invoice of estimate ${one.number}?`,
    text: `Its lines, tax and total become an invoice of ${money(one.total)}. That can be done once, and the estimate can’t be re-opened afterwards.`,
    fields: [
      text({ name: 'number', label: 'Invoice number', value: number, required: 'Give the invoice a number.', attributes: { maxlength: '40' } }),
      issued, due,
      radios({ name: 'status', label: 'As', value: 'draft', choices: [
        ['draft', 'A draft', 'You can still change it, and issue it when the work is done.'],
        ['open', 'An issued invoice', `${one.customer_name} sees it, and owes it, at once.`],
      ] }),
    ],
    deed: 'Make the invoice', busy: 'Making it…',
    run: (values) => put(`${path}/invoice`, values),
    done: (invoice) => { say(invoice.status === 'draft' ? `Draft ${invoice.number} is made of estimate ${one.number}.` : `Invoice ${invoice.number} is issued. Send it by e-mail now, if you like.`); go(`/invoices/${id(invoice.id)}`); },
  }, reload);
}

export const drop = ({ one, path, go, reload }) => asking({
  title: `Delete draft ${one.number}?`, text: `${one.customer_name} has never seen it. It is gone for good.`,
  deed: 'Delete draft', busy: 'Deleting…', danger: true,
  run: () => remove(path), done: () => { say(`Draft ${one.number} is deleted.`); go('/estimates'); },
}, reload);
