// The states that a list can be narrowed to, side by side: each has an address of its own.

import { h } from './dom.js';

// `states` are [[value, label], …], `query` all that the address asks for; `status` of it is the state that is shown now.
export function stateTabs(label, place, states, { status = '', ...others }) {
  const to = (value) => {
    const search = new URLSearchParams(Object.entries({ status: value, ...others }).filter(([, one]) => one)).toString();
    return `#${place}${search && `?${search}`}`;
  };
  const one = ([value, name]) => h('li', {}, h('a', { href: to(value), 'aria-current': value === status ? 'true' : null }, name));
  return h('nav', { 'aria-label': label }, h('ul', { class: 'tabs many' }, states.map(one)));
}
