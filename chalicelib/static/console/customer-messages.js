// What a customer was told: each e-mail and SMS, what became of it, and sending one again.

import { Problem, get, id, may, post, printed } from './api.js';
import { moment } from './company.js';
import { fill, h } from './dom.js';
import { standingPill } from './message-words.js';
import { ask, empty, paged, quiet, say, section } from './ui.js';

const FEW = 5;

// The first page, for the customer's page to wait for with the rest.
export const firstMessages = (path, signal) => get(`${path}/messages`, { limit: FEW }, signal);

// {node, refresh()}: drawn anew once something was sent elsewhere on the page.
export async function theirMessages(path, first, signal) {
  const place = h('div', { class: 'redrawn' });
  const none = empty('No messages yet', 'Every e-mail and SMS that goes to them will be here, and what became of it.');
  const draw = async (page) => fill(place, await paged({ first: page, none, line: (one) => line(one, () => again(one)), more: 'Show older messages', load: (cursor) => get(`${path}/messages`, { cursor, limit: FEW }, signal) }));

  const again = (one) => ask({
    title: `Send “${one.title}” again?`,
    text: `It goes to ${one.to} once more, with a new link. About an invoice it says what is due by now.`,
    deed: 'Send again',
    busy: 'Sending…',
    run: (values, key) => post(`${path}/messages/${id(one.id)}/resends`, undefined, key),
    done: async ({ to }) => {
      say(`It is on its way to ${to}.`);
      await refresh();
    },
  });

  // The deed itself is done: where this fails, the log is as it was.
  const refresh = async () => {
    try {
      await draw(await firstMessages(path, signal));
    } catch (failed) {
      if (!(failed instanceof Problem) && !signal.aborted) throw failed;
    }
  };

  await draw(first);
  return { node: section('Messages', place), refresh };
}

function line(one, again) {
  const at = one.sent_at || one.posted_at;
  return h('li', {}, h('div', { class: 'row still told' },
    h('span', { class: 'what' }, one.title), standingPill(one.standing),
    h('span', { class: 'note' }, h('time', { datetime: at }, moment(at)), h('span', {}, `${one.channel === 'sms' ? 'SMS' : 'E-mail'} to ${one.to}`)), h('span', {}),
    one.summary ? h('span', { class: 'below note' }, h('bdi', {}, `“${one.summary}”`)) : null,
    one.reason ? h('span', { class: 'below reason' }, printed(one.reason)) : null,
    one.resendable && may('messages:write') ? h('span', { class: 'below' }, quiet('Send again', again, `“${one.title}” to ${one.to}`)) : null));
}
