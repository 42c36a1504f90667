// The photos of a visit: added with a few words each, straight to storage and one after the other, and taken away again.

import { Attempt, Problem, get, id, post, remove } from './api.js';
import { fill, h } from './dom.js';
import { form, settled, text } from './forms.js';
import { opened } from './opening.js';
import { ask, button, complain, progress, quiet, say, section } from './ui.js';
import { forget, sizeWords, upload } from './upload.js';

const MOST = 20;
const TYPES = 'image/jpeg,image/png,image/webp';

export function photos({ path, visit, changes, signal }) {
  const grid = h('ul', { class: 'gallery' });
  const none = h('div', { class: 'card empty' }, h('p', {}, 'No photos yet'), h('p', { class: 'hint' }, 'Before and after, what was found, where something was put: your customer sees them too.'));
  const draw = (all) => {
    fill(grid, all.map((one, index) => figure(one, index)));
    grid.hidden = !all.length;
    if (more) more.hidden = all.length >= MOST;
    none.hidden = all.length > 0;
  };
  const figure = (one, index) => h('li', {}, h('figure', { class: 'photo' },
    h('a', { href: one.url, target: '_blank', rel: 'noopener', onclick: (event) => big(event, one) }, h('img', { src: one.small_url, alt: one.caption || `Photo ${index + 1}`, loading: 'lazy' })),
    h('figcaption', {}, h('span', {}, one.caption), changes ? quiet('Remove', () => away(one), one.caption || `photo ${index + 1}`) : null)));
  // The link of a page that was open for long leads nowhere any more.
  const big = (event, one) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    opened(async () => (await get(path)).photos.find((each) => each.id === one.id)?.url || one.url).catch(complain);
  };
  const again = async () => draw((await get(path, {}, signal)).photos);
  const away = (one) => ask({
    title: 'Remove this photo?', text: `${visit.customer_name} no longer sees it. This can’t be undone.`,
    deed: 'Remove it', busy: 'Removing…', danger: true,
    run: async () => { await remove(`${path}/photos/${id(one.id)}`); await again(); },
    done: () => { say('The photo is removed.'); node.querySelector('h2').focus(); },
  });
  const more = changes ? adding({ path, signal, draw }) : null;
  draw(visit.photos);
  const node = section('Photos', none, grid, more);
  node.querySelector('h2').tabIndex = -1;
  return node;
}

const why = ({ errors: [wrong], detail }) => (wrong?.pointer === '#/content_type' ? 'This is no JPEG, PNG or WebP picture.' : wrong?.detail || detail);

// Chosen ones wait with a field for their words until they are sent; those that were sent are gone from here, whatever becomes of
// the others.
function adding({ path, signal, draw }) {
  const waiting = [];
  const fields = [];
  const list = h('ul', { class: 'waiting-photos' });
  const input = h('input', { type: 'file', accept: TYPES, multiple: true, hidden: true, onchange: () => { [...input.files].forEach(choose); input.value = ''; shown(); waiting.at(-1)?.field.focus(); } });
  const add = button('Add photos', { kind: 'second small', onclick: () => input.click() });
  const bar = progress('Sending');
  bar.node.hidden = true;
  let count = 0;

  function choose(file) {
    const address = URL.createObjectURL(file);
    const field = text({ name: `photo-${(count += 1)}`, label: `Words below ${file.name} (optional)`, hint: sizeWords(file.size), attributes: { maxlength: '200' } });
    const one = { file, field, address, attempt: new Attempt() };
    one.node = h('li', {}, h('img', { src: address, alt: '', onerror: (event) => event.target.removeAttribute('src') }), h('div', {}, field.node, quiet('Don’t add it', () => { drop(one); settled(node); add.focus(); }, file.name)));
    waiting.push(one);
    fields.push(field);
    list.append(one.node);
  }

  function drop(one) {
    waiting.splice(waiting.indexOf(one), 1);
    fields.splice(fields.indexOf(one.field), 1);
    URL.revokeObjectURL(one.address);
    one.node.remove();
    shown();
  }

  function shown() {
    sending.node.hidden = !waiting.length;
    fill(sending.submit.firstChild, waiting.length === 1 ? 'Add this photo' : `Add these ${waiting.length} photos`);
  }

  // One that can't be used keeps none of the others; without a connection it ends at the first.
  async function send() {
    const all = [...waiting];
    const refused = [];
    bar.node.hidden = false;
    try {
      for (const [place, one] of all.entries()) {
        bar.set(place, all.length, `${place + 1} of ${all.length}`);
        try {
          await put(one, (part) => bar.set(place + part, all.length, `${place + 1} of ${all.length}`));
          drop(one);
        } catch (failed) {
          if (!(failed instanceof Problem) || !(failed.errors.length || failed.status === 404)) throw failed;
          forget(one.file);
          refused.push(Object.assign(failed, { errors: [{ pointer: `#/${one.field.pointer}`, detail: `${one.file.name}: ${why(failed)}` }] }));
        }
      }
    } finally {
      bar.node.hidden = true;
    }
    if (!refused.length) return all.length;
    throw Object.assign(refused[0], { errors: refused.flatMap((one) => one.errors) });
  }

  async function put({ file, field, attempt }, told) {
    const body = { upload: await upload(`${path}/uploads`, file, told, signal), caption: field.get() };
    draw((await post(`${path}/photos`, body, attempt.key(body))).photos);
  }

  const sending = form({
    fields, content: [list, bar.node], deed: 'Add', busy: 'Sending…', className: 'card stack', title: 'Not added', send,
    done: (all) => { say(all === 1 ? 'The photo is added.' : `${all} photos are added.`); add.focus(); },
  });
  const node = h('div', { class: 'stack' }, sending.node, h('div', {}, add, input));
  shown();
  return node;
}
