// One template: its texts by language and channel, written with a palette of variables beside a preview of what comes of them.

import { id, may, printed, send } from './api.js';
import { fill, h } from './dom.js';
import { settled } from './forms.js';
import { textForm } from './message-form.js';
import { previewing } from './message-preview.js';
import { LANGUAGES, OWN_NAMES, channelsOf } from './message-words.js';
import { ways } from './messages.js';
import { back, head } from './ui.js';

// What is turned on and what is shown have the same names: words before them tell them apart.
const labelled = (words, node) => h('div', { class: 'labelled' }, h('span', { class: 'label' }, words), node);
const known = (choices, wanted) => (choices.some(([one]) => one === wanted) ? wanted : choices[0][0]);

export default async function message({ params, query, signal }) {
  const path = `/message-templates/${id(params.name)}`;
  const first = await send('GET', path, { signal });
  const channels = channelsOf(first.value);
  // What the pieces of this page share: what is saved, which text is shown, and whatever is typed into each of them.
  const desk = {
    path, signal, found: first.value, version: first.etag, forms: {},
    language: known(LANGUAGES, query.language), channel: known(channels, query.channel),
    changes: may('messages:write') && first.value.editable,
  };
  const { found } = desk;
  const place = h('div', { class: 'texts' });
  const tabs = h('nav', { class: 'which', 'aria-label': channels.length > 1 ? 'Language and channel' : 'Language' });
  const preview = previewing(desk);

  // Answers of the API are the newest there is of it, and bring its version.
  desk.keep = ({ value, etag }) => {
    desk.found = value;
    desk.version = etag;
  };
  desk.fresh = async () => desk.keep(await send('GET', path, { signal }));
  desk.typed = (now) => {
    preview.later(now);
    mark();
    // What was typed and is as it was again is no loss; the page hears of this typing first.
    setTimeout(() => { if (!Object.values(desk.forms).some((one) => one.changed())) settled(place); });
  };
  // One text is saved: the others may not be.
  desk.saved = () => {
    if (Object.values(desk.forms).some((one) => one.changed())) current().node.dispatchEvent(new Event('input', { bubbles: true }));
    preview.later(true);
    mark();
  };

  const key = (language, channel) => `${language} ${channel}`;
  const current = () => (desk.forms[key(desk.language, desk.channel)] ||= textForm(desk, preview));

  function show() {
    desk.shown = current();
    fill(place, desk.shown.node);
    mark();
    preview.later(true);
  }

  // Other texts come without leaving the page, so that nothing typed is lost; the address keeps which one it is.
  desk.turn = (more) => {
    Object.assign(desk, more);
    history.replaceState(history.state, '', address(desk));
    show();
  };

  const address = ({ language, channel }) => `#/messages/${id(found.name)}?${new URLSearchParams({ language, channel })}`;
  const links = [...LANGUAGES.map(([language]) => ['language', language, OWN_NAMES[language]]), ...channels.map(([channel, label]) => ['channel', channel, label])]
    .map(([what, value, label]) => {
      const link = h('a', { href: address({ ...desk, [what]: value }), lang: what === 'language' ? value : null, onclick: (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        desk.turn({ [what]: value });
      } }, label);
      return { what, value, label, link };
    });
  const row = (wanted) => h('ul', { class: 'tabs' }, links.filter(({ what }) => what === wanted).map(({ link }) => h('li', {}, link)));
  fill(tabs, channels.length > 1 ? labelled('Text', row('channel')) : null, row('language'));

  // Which is shown, and which have something that is not saved.
  function mark() {
    for (const { what, value, label, link } of links) {
      link.href = address({ ...desk, [what]: value });
      if (desk[what] === value) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
      const open = desk.forms[what === 'language' ? key(value, desk.channel) : key(desk.language, value)];
      fill(link, label, open?.changed() ? [h('span', { class: 'unsaved', 'aria-hidden': true }), h('span', { class: 'hush' }, '(not saved yet)')] : null);
    }
  }

  show();
  return { title: found.title, kind: 'wide editing', content: [
    back('#/messages', 'Messages'),
    head(found.title, found.editable ? labelled('Send by', ways(found, desk.changes)) : null),
    h('p', { class: 'lead' }, printed(found.words), desk.changes ? null : ' You can read it here, and change nothing.'),
    tabs,
    h('div', { class: 'editor' }, place, preview.node),
  ] };
}
