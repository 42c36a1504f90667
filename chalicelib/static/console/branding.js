// How the portal looks: the company's name, its colour, its logo, with the portal's first page beside them.

import { Problem, may, remove, send } from './api.js';
import { colourField } from './colour-field.js';
import { keep, load, settings } from './company.js';
import { fill, h } from './dom.js';
import { Wrong, text } from './forms.js';
import { preview } from './preview.js';
import { saving } from './saving.js';
import { rename } from './shell.js';
import { ask, button, complain, progress, quiet, say, whileBusy } from './ui.js';
import { upload } from './upload.js';

const TYPES = { 'image/png': 'PNG', 'image/jpeg': 'JPEG', 'image/webp': 'WebP' };
const LARGEST = 1024 * 1024;

// `done(changed)` comes after saving, `deed` is the button's words; the settings' page needs neither.
export function branding({ deed, done, others } = {}) {
  const shown = preview();
  const now = {};
  const show = (more) => shown.show(Object.assign(now, more));
  show({ name: settings.company.name, colour: settings.branding.colour, logo: settings.branding.logo_url });

  const form = saving({
    deed,
    others,
    done: async (changed, values) => {
      rename(settings.company.name);
      if (done) return done(changed, values);
      return say(changed ? 'Saved.' : 'Nothing was changed, so there was nothing to save.');
    },
    build: ({ company, branding: { colour } }) => ({ fields: [
      text({ name: 'name', pointer: 'company/name', label: 'Company name', value: company.name, required: true, hint: 'As your customers know it. It stands on every page, invoice and e-mail.', attributes: { autocomplete: 'organization', maxlength: 100, oninput: (event) => show({ name: event.target.value }) } }),
      colourField({ name: 'colour', pointer: 'branding/colour', label: 'Color', value: colour, hint: 'One color, used for the one thing to do next.' }, (value) => show({ colour: value })),
    ] }),
  });

  return h('div', { class: 'branding' }, h('div', { class: 'own' }, form, logo((url) => show({ logo: url }))), shown.node);
}

// The logo is its own: it is saved as soon as it has been sent.
function logo(changed) {
  const holder = h('div', { class: 'card stack' });
  function draw() {
    const { logo_url: url } = settings.branding;
    const words = h('p', { class: 'error', role: 'alert', hidden: true });
    const input = h('input', { type: 'file', hidden: true, accept: Object.keys(TYPES).join(), onchange: () => input.files[0] && whileBusy(choose, () => take(input.files[0])) });
    const choose = button(url ? 'Replace the logo' : 'Upload a logo', { kind: 'second small', busy: 'Uploading…', onclick: () => input.click() });
    const bar = progress('Uploading');
    bar.node.hidden = true;
    const gone = url ? quiet('Remove the logo', async () => {
      const did = await ask({ title: 'Remove the logo?', text: `Pages and e-mails will show ${settings.company.name}’s initials.`, deed: 'Remove the logo', busy: 'Removing…', danger: true, run: () => remove('/settings/logo') });
      if (did) await after('The logo was removed.');
    }) : null;
    fill(holder, h('div', {}, h('h2', {}, 'Logo'), h('p', { class: 'hint' }, 'PNG, JPEG or WebP, up to 1 MB. Square ones look best.')),
      url ? h('img', { class: 'logo', src: url, alt: `The logo of ${settings.company.name}` }) : null,
      words, bar.node, may('settings:write') ? h('div', { class: 'deeds' }, choose, input, gone) : null);

    async function take(file) {
      words.hidden = true;
      try {
        if (!TYPES[file.type]) throw new Wrong(`${file.name} is no PNG, JPEG or WebP picture. Choose another file.`);
        if (!file.size) throw new Wrong(`${file.name} is empty. Choose another file.`);
        if (file.size > LARGEST) throw new Wrong(`${file.name} is larger than 1 MB. Make it smaller, or choose another file.`);
        bar.node.hidden = false;
        const id = await upload('/settings/logo/uploads', file, (part) => bar.set(part, 1, `${Math.round(part * 100)} %`));
        keep(await send('PUT', '/settings/logo', { body: { upload: id } }));
        await after('The logo is in place.');
      } catch (failed) {
        if (!(failed instanceof Wrong || failed instanceof Problem)) throw failed;
        words.textContent = failed.message;
        words.hidden = false;
        bar.node.hidden = true;
        input.value = '';
      }
    }
  }

  async function after(words) {
    try {
      await load(true);
    } catch (failed) {
      complain(failed);
    }
    changed(settings.branding.logo_url);
    draw();
    holder.querySelector('button').focus();
    say(words);
  }

  draw();
  return holder;
}
