// Where customers can review the company in public: shown to each of them in the same way, whatever they answered.

import { h } from './dom.js';
import { text } from './forms.js';
import { rowFields } from './rows.js';
import { saving } from './saving.js';
import { back, note } from './ui.js';

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

function linkFields(given) {
  const fields = [];
  const node = rowFields(given, fields, {
    name: 'links', pointer: 'reviews/links', label: 'Links', row: 'link', most: MOST, more: 'Add a link', blank: { name: '', url: '' },
    none: 'No links yet: customers are thanked for their answer, and that is all.',
    make: (was, field) => {
      const name = field(text, 'name', { label: 'What the page is called', value: was.name, required: 'Say what the page is called, such as Google.', attributes: { maxlength: '40' } });
      const url = field(text, 'url', { label: 'Its address', value: was.url, required: 'Paste the page’s address, or remove this link.', type: 'url', attributes: { maxlength: '500', spellcheck: 'false', autocapitalize: 'none', inputmode: 'url', placeholder: 'https://' } });
      return { fields: [name, url], node: h('div', { class: 'two' }, name.node, url.node), get: () => ({ name: name.control.value.trim(), url: url.control.value.trim() }) };
    },
  });
  return { fields, content: h('fieldset', {}, h('legend', { class: 'hush' }, 'Links'), node) };
}
