// The services that can be booked, in the order in which they are shown.

import { id, may } from './api.js';
import { amend, load, now } from './booking-offer.js';
import { lengthWords, priceWords } from './booking-words.js';
import { fill, h } from './dom.js';
import { back, complain, empty, head, link, pill, quiet, row, say, whileBusy } from './ui.js';

export default async function page({ signal }) {
  const { services } = await load(signal);
  const list = h('ul', { class: 'rows' });
  const changes = may('settings:write');
  if (changes) draw(list);
  else fill(list, services.map(line));
  const add = changes && services.length ? link('Add a service', '#/settings/booking/services/new', 'small') : null;
  return { title: 'Services', content: [
    back('#/settings/booking', 'Online booking'),
    add ? head('Services', add) : h('h1', {}, 'Services'),
    h('p', { class: 'lead' }, 'What can be booked, in the order that your customers see.'),
    services.length ? h('div', { class: 'card' }, list) : empty('No services yet', 'Begin with the one that you are asked for most.', changes ? link('Add a service', '#/settings/booking/services/new') : null),
  ] };
}

const line = (one) => row({
  href: `#/settings/booking/services/${id(one.id)}`, what: one.name, note: [lengthWords(one.minutes), priceWords(one.price)].filter(Boolean),
  state: one.on ? null : pill('Not offered', 'void'),
});

function draw(list, moved = '', by = 0) {
  const { services } = now();
  const move = async (pressed, one, step) => {
    try {
      await whileBusy(pressed, () => amend(({ services: all }) => ({ services: shifted(all, one.id, step) })));
      draw(list, one.id, step);
      say(`“${one.name}” is moved.`);
    } catch (failed) {
      complain(failed);
    }
  };
  fill(list, services.map((one, index) => {
    const node = line(one);
    const way = (words, step, there) => {
      const pressed = quiet(words, () => move(pressed, one, step), `(${one.name})`);
      pressed.hidden = !there;
      return pressed;
    };
    const [up, down] = [way('Move up', -1, index > 0), way('Move down', 1, index < services.length - 1)];
    if (services.length > 1) node.append(h('div', { class: 'tools ordering' }, up, down));
    // At an end the button is gone: the other one leads back.
    if (one.id === moved) queueMicrotask(() => (by < 0 ? (up.hidden ? down : up) : down.hidden ? up : down).focus());
    return node;
  }));
}

function shifted(services, which, step) {
  const place = services.findIndex((one) => one.id === which);
  if (place < 0) return services;
  const others = services.filter((one) => one.id !== which);
  others.splice(Math.max(0, place + step), 0, services[place]);
  return others;
}
