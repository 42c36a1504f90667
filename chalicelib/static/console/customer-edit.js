// A new customer, or change who they are.

import { get, id, post, put } from './api.js';
import { h } from './dom.js';
import { cancel, email, form, lines, select, text } from './forms.js';
import { back, button, head, quiet } from './ui.js';

const MOST_CONTACTS = 10;
const NOBODY = { name: '', email: '', phone: '' };

export default async function edit({ params, signal, go }) {
  const before = params.id ? await get(`/customers/${id(params.id)}`, {}, signal) : null;
  const was = before || { name: '', first_name: '', contacts: [], address: [], language: '', external_id: null };
  const title = before ? `Edit ${before.name}` : 'New customer';
  const away = before ? `#/customers/${id(before.id)}` : '#/customers';
  const fields = [
    text({ name: 'name', label: 'Name', value: was.name, required: 'Type the customer’s name.', hint: 'A person, or a company.', attributes: { maxlength: '100' } }),
    text({ name: 'first_name', label: 'How mails greet them', value: was.first_name, hint: 'Left empty, it is the first word of the name.', attributes: { maxlength: '100' } }),
  ];
  const people = contacts(was.contacts.length ? was.contacts : [NOBODY], fields);
  fields.push(
    lines({ name: 'address', label: 'Address (optional)', value: was.address, hint: 'As on an envelope, up to six lines.' }),
    select({ name: 'language', label: 'Language', value: was.language, choices: [...(was.language ? [] : [['', 'Their browser’s']]), ['en', 'English'], ['es', 'Spanish']] }),
    text({ name: 'external_id', label: 'Your own id (optional)', value: was.external_id || '', hint: 'What your other software calls them: letters, digits and . _ ~ -', attributes: { maxlength: '100', spellcheck: 'false', autocapitalize: 'none' } }),
  );
  const named = Object.fromEntries(fields.map((one) => [one.name, one.node]));
  const more = h('details', { open: Boolean(was.external_id || was.language) }, h('summary', {}, 'Greeting, language and your own id'), h('div', { class: 'stack' }, named.first_name, named.language, named.external_id));
  const { node } = form({
    className: 'card stack',
    fields,
    content: [named.name, people.node, named.address, more],
    deed: before ? 'Save changes' : 'Add customer',
    busy: 'Saving…',
    others: cancel(away),
    send: ({ name, first_name, address, language, external_id }, key) => {
      const body = { name, first_name, address, language, contacts: people.read(), external_id: external_id || null };
      return before ? put(`/customers/${id(before.id)}`, body) : post('/customers', body, key);
    },
    about: { 'external-id-taken': 'external_id' },
    problem: (failed) => { more.open ||= failed.type === 'external-id-taken' || failed.errors.some((one) => /^#\/(first_name|language|external_id)/.test(one.pointer)); return false; },
    done: (made) => go(`/customers/${id(made.id)}`),
  });
  return { title, kind: 'narrow', content: [back(away, before ? before.name : 'Customers'), head(title), node] };
}

// Contacts come and go among the form's fields.
function contacts(given, fields) {
  const list = h('div', { class: 'contacts-edit' });
  const shown = [];
  let count = 0;

  function add(one) {
    const serial = (count += 1);
    const field = (make, name, label, more) => {
      const made = make({ name: `contact-${serial}-${name}`, label, value: one[name], ...more });
      Object.defineProperty(made, 'pointer', { get: () => `contacts/${told().indexOf(contact)}/${name}` });
      return made;
    };
    const contact = {
      email: field(email, 'email', 'E-mail (optional)', { attributes: { maxlength: '254' } }),
      phone: field(text, 'phone', 'Phone (optional)', { type: 'tel', attributes: { maxlength: '40' } }),
      name: field(text, 'name', 'Contact’s name (optional)', { attributes: { maxlength: '100' } }),
    };
    const legend = h('legend', {});
    const drop = quiet('Remove', () => {
      const place = shown.indexOf(contact);
      for (const each of parts) fields.splice(fields.indexOf(each), 1);
      shown.splice(place, 1);
      contact.node.remove();
      renumber();
      list.dispatchEvent(new Event('input', { bubbles: true }));
      shown[Math.min(place, shown.length - 1)].email.focus();
    }, 'this contact');
    const parts = [contact.email, contact.phone, contact.name];
    Object.assign(contact, { legend, drop });
    contact.node = h('fieldset', { class: 'group' }, legend, h('div', { class: 'two' }, contact.email.node, contact.phone.node), contact.name.node, drop);
    shown.push(contact);
    fields.push(...parts);
    list.append(contact.node);
    renumber();
    return contact;
  }

  function renumber() {
    shown.forEach((one, index) => {
      one.legend.textContent = index ? `Contact ${index + 1}` : 'Contact';
      one.drop.hidden = shown.length === 1;
    });
    more.hidden = shown.length >= MOST_CONTACTS;
  }

  const more = button('Add another contact', { kind: 'second small', onclick: () => add(NOBODY).email.focus() });
  given.forEach(add);
  const hint = h('p', { class: 'hint' }, 'The first e-mail address gets the mail. With any of them they can sign in.');
  // One that nothing was typed into is not sent.
  const told = () => shown.filter((one) => one.name.get() || one.email.get() || one.phone.get());
  const read = () => told().map((one) => ({ name: one.name.get(), email: one.email.get(), phone: one.phone.get() }));
  return { node: h('div', { class: 'stack' }, list, hint, h('div', {}, more)), read };
}
