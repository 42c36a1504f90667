// Share a file with one customer, or with all of them. It goes straight to storage; the API looks at it before anybody sees it.

import { Attempt, Problem, get, id, post } from './api.js';
import { customerChoice } from './customer-choice.js';
import { arranged, blank, details } from './document-edit.js';
import { whyNoDocument } from './document-send.js';
import { fill, h } from './dom.js';
import { cancel, check, form, radios, text } from './forms.js';
import { back, head, progress, say } from './ui.js';
import { ending, forget, sizeWords, upload } from './upload.js';

const UPLOADS = '/documents/uploads';
const KINDS = 'PDF, pictures (JPEG, PNG, WebP, HEIC), Word, Excel or plain text';
const ACCEPTED = '.pdf,.jpg,.jpeg,.png,.webp,.heic,.docx,.xlsx,.txt';

export default async function share({ params, signal, go }) {
  const who = params.id ? await get(`/customers/${id(params.id)}`, {}, signal) : null;
  const away = who ? `#/customers/${id(who.id)}` : '#/documents';
  const title = 'Share a document';
  return { title, content: [back(away, who ? who.name : 'Documents'), head(title), who ? h('p', { class: 'lead' }, `With ${who.name}, and nobody else.`) : null, whyNoDocument(), sheet({ who, away, signal, go })].filter(Boolean) };
}

function sheet({ who, away, signal, go }) {
  const own = details(blank());
  const file = fileField(own.name);
  const whom = who ? null : radios({ name: 'whom', label: 'Who sees it', value: 'one', choices: [['one', 'One customer', null], ['all', 'Everyone', 'All of your customers, those of later too.']] });
  const choice = who ? null : customerChoice({ name: 'customer', label: 'Customer', signal, chosen: () => {} });
  const telling = check({ name: 'notify', label: 'Tell them', value: !whyNoDocument(), hint: 'They get an e-mail with a link that opens it, or a text message where they have no e-mail address.', attributes: { disabled: Boolean(whyNoDocument()) } });
  const external = text({ name: 'external_id', label: 'Your own id (optional)', hint: 'What your other software calls this document.', attributes: { maxlength: '100', spellcheck: 'false', autocapitalize: 'none' } });
  const bar = progress('Sending the file');
  bar.node.hidden = true;
  const all = () => Boolean(whom) && whom.get() === 'all';
  if (choice) {
    const read = choice.get;
    choice.get = () => (all() ? null : read());
    // Nobody writes to all of their customers without having said so.
    whom.node.addEventListener('change', () => { choice.node.hidden = all(); telling.control.checked = !all() && !whyNoDocument(); });
  }
  const attempt = new Attempt();

  async function send(values) {
    const { file: chosen, name, category, visible_from, visible_until } = values;
    bar.set(0, 1, '');
    bar.node.hidden = false;
    try {
      const arrived = await upload(UPLOADS, chosen, (part) => bar.set(part, 1, part < 1 ? `${Math.floor(part * 100)} %` : 'Sent. It is being checked…'), signal);
      const body = { upload: arrived, name, filename: chosen.name, category, customer: who ? who.id : values.customer, visible_from, visible_until, notify: values.notify, external_id: values.external_id || null };
      return await post('/documents', body, attempt.key(body));
    } catch (failed) {
      throw aboutFile(failed, chosen);
    } finally {
      bar.node.hidden = true;
    }
  }

  const fields = [file, whom, choice, ...Object.values(own), telling, external].filter(Boolean);
  const { node } = form({
    className: 'card stack', fields,
    content: [file.node, whom && whom.node, choice && choice.node, ...arranged(own), telling.node, h('details', {}, h('summary', {}, 'Your own id'), h('div', { class: 'stack' }, external.node)), bar.node].filter(Boolean),
    deed: 'Share it', busy: 'Sharing…', others: cancel(away), about: { 'external-id-taken': 'external_id', 'no-address': 'notify', 'access-off': 'notify', 'documents-hidden': 'notify', 'portal-off': 'notify', 'not-visible': 'notify' }, send,
    problem: (failed) => { if (failed.type === 'external-id-taken') node.querySelector('details').open = true; return false; },
    done: (made) => { say(`“${made.name}” is shared with ${made.customer ? made.customer_name : 'everyone'}.`); go(`/documents/${id(made.id)}`, true); },
  });
  return node;
}

// Whatever the API says of the upload, it says of the file; and one that it would not take, or has no more, is sent anew.
function aboutFile(failed, file) {
  if (!(failed instanceof Problem)) return failed;
  const told = failed.errors.filter((one) => /^#\/(upload|size|content_type|filename)$/.test(one.pointer));
  for (const one of told) {
    if (one.pointer === '#/content_type') one.detail = `${file.name} is none of the files that can be shared: ${KINDS}.`;
    one.pointer = '#/file';
  }
  if (told.length || failed.status === 404) forget(file);
  return failed;
}

// A field for one file, which names the document unless somebody has named it.
function fileField(name) {
  const size = h('p', { class: 'hint', role: 'status' });
  let given = '';
  const chosen = () => {
    const one = field.control.files[0];
    field.wrong('');
    fill(size, one ? sizeWords(one.size) : '');
    if (!one || (name.control.value.trim() && name.control.value !== given)) return;
    given = one.name.slice(0, one.name.length - (ending(one.name).length + 1 || 0)).replace(/[_\s]+/g, ' ').trim() || one.name;
    name.control.value = given.slice(0, 120);
  };
  const field = text({ name: 'file', type: 'file', label: 'File', required: 'Choose the file to share.', hint: `${KINDS}; up to 20 MB.`, attributes: { onchange: chosen, accept: ACCEPTED } });
  field.node.append(size);
  const read = field.get;
  return { ...field, get: () => { read(); return field.control.files[0]; } };
}
