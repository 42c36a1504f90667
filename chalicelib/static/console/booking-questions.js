// What is asked with a service, as a list of fields.

import { check, text } from './forms.js';
import { rowFields } from './rows.js';

const MOST = 10;

// `fields` is the form's own list.
export function questionFields(given, fields) {
  return rowFields(given, fields, {
    name: 'questions', pointer: 'questions', label: 'Questions', row: 'question', most: MOST, more: 'Add a question', blank: { id: '', label: '', required: false },
    none: 'Such as “How large is your lawn?”. Name, address and phone number are asked by themselves.',
    make: (was, field) => {
      const label = field(text, 'label', { label: 'Question', value: was.label, required: 'Write the question, or remove it.', attributes: { maxlength: '150' } });
      const required = field(check, 'required', { label: 'It must be answered', value: was.required });
      // In the order of the API, by which a change is known.
      const get = () => ({ label: label.control.value.trim(), id: was.id, required: required.control.checked });
      return { fields: [label, required], node: [label.node, required.node], get };
    },
  });
}
