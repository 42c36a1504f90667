// Where customers can review the company in public: shown to each of them in the same way, whatever they answered.

import { may } from './api.js';
import { fill, h } from './dom.js';
import { text } from './forms.js';
import { saving } from './saving.js';
import { back, button, note, quiet } from './ui.js';

const MOST = 6;

export default function page() {
  return { title: 'Review links', content: [
    back('#/settings', 'Settings'),
    h('h1', {}, 'Review links'),
    h('p', { class: 'lead' }, 'Pages where the public can review you, such as Google or Yelp. Customers see them once they have said how likely they are to recommend you.'),
    saving({ build: ({ reviews: { links } }) => linkFields(links), tell: (pointer, value) => value.map((one) => one.name).join(', ') }),
    note('Everybody gets the same links, in this order, whatever they answered: Google and others forbid showing them to happy customers only.'),
  ] };
}

// The links as a list of fields: they come and go in it.
function linkFields(given) {
  const fields = [];
  const shown = [];
  const list = h('ol', { class: 'links-edit' });
  const none = h('p', { class: 'hint' }, 'No links yet: customers are thanked for their answer, and that is all.');
  const more = button('Add a link', { kind: 'second small', onclick: () => { add({ name: '', url: '' }).name.focus(); told(); } });
  const legend = h('legend', { class: 'hush' }, 'Links');
  const node = h('fieldset', { class: 'stack' }, legend, none, list, h('div', {}, more));
  const told = () => list.dispatchEvent(new Event('input', { bubbles: true }));

  // Its value is theirs, so it stands after them: a problem is the first one's whom it is about.
  const whole = { name: 'links', pointer: 'reviews/links', node, control: more, focus: () => more.focus(), wrong: () => {},
    get: () => shown.map((one) => ({ name: one.name.control.value.trim(), url: one.url.control.value.trim() })) };
  let count = 0;

  function add(was) {
    const one = {};
    count += 1;
    const field = (part, options) => {
      const made = text({ name: `${part}-${count}`, ...options });
      Object.defineProperty(made, 'pointer', { get: () => `reviews/links/${shown.indexOf(one)}/${part}` });
      return Object.assign(made, { inner: true });
    };
    one.name = field('name', { label: 'What the page is called', value: was.name, required: 'Say what the page is called, such as Google.', attributes: { maxlength: '40' } });
    one.url = field('url', { label: 'Its address', value: was.url, required: 'Paste the page’s address, or remove this link.', type: 'url', attributes: { maxlength: '500', spellcheck: 'false', autocapitalize: 'none', inputmode: 'url', placeholder: 'https://' } });
    one.up = quiet('Move up', () => move(one, -1));
    one.down = quiet('Move down', () => move(one, 1));
    one.drop = quiet('Remove', () => drop(one));
    one.node = h('li', { class: 'group' }, h('div', { class: 'two' }, one.name.node, one.url.node), may('settings:write') ? h('div', { class: 'tools' }, one.up, one.down, one.drop) : null);
    shown.push(one);
    drawn();
    return one;
  }

  function drop(one) {
    const place = shown.indexOf(one);
    shown.splice(place, 1);
    drawn();
    told();
    const next = shown[Math.min(place, shown.length - 1)];
    if (next) next.name.focus();
    else more.focus();
  }

  function move(one, by) {
    const place = shown.indexOf(one);
    const pressed = by < 0 ? one.up : one.down;
    shown.splice(place, 1);
    shown.splice(place + by, 0, one);
    drawn();
    told();
    // At an end the button is gone: the other one leads back.
    (pressed.hidden ? (by < 0 ? one.down : one.up) : pressed).focus();
  }

  function drawn() {
    fields.splice(0, fields.length, ...shown.flatMap((one) => [one.name, one.url]), whole);
    fill(list, shown.map((one) => one.node));
    shown.forEach((one, index) => {
      one.up.hidden = index === 0;
      one.down.hidden = index === shown.length - 1;
      for (const [deed, words] of [[one.up, 'Move up'], [one.down, 'Move down'], [one.drop, 'Remove']]) fill(deed, words, h('span', { class: 'hush' }, ` link ${index + 1}`));
    });
    none.hidden = shown.length > 0;
    list.hidden = !shown.length;
    more.hidden = shown.length >= MOST || !may('settings:write');
  }

  for (const one of given) add(one);
  drawn();
  return { fields, content: node };
}
