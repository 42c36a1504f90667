// The installation code, ready to copy, and where it goes: for the usual builders of websites, and for somebody else to do.

import { settings } from './company.js';
import { fill, h } from './dom.js';
import { radios } from './forms.js';
import { card, copyable, link } from './ui.js';

// `found` has the code in two kinds. {plain, with_integrity}
export function code(found) {
  const snippet = h('div', { class: 'snippet' });
  const mail = h('div', { class: 'deeds' });
  const kind = radios({ name: 'kind', label: 'Which kind?', value: 'plain', choices: [
    ['plain', 'The usual code', 'Right for nearly every website.'],
    ['with_integrity', 'With a fingerprint (SRI)', 'For a website whose rules ask for “subresource integrity”: browsers then run the script only if it is exactly the one of today.'],
  ] });
  const show = () => {
    const text = found[kind.get()];
    fill(snippet, copyable(text, 'Copy the code', 'button', whole(text)));
    fill(mail, link('Send it to whoever looks after the website', mailto(text), 'second'));
  };
  kind.node.addEventListener('change', show);
  show();
  return card(snippet, kind.node, mail);
}

// The code with its attributes' names kept on one line each.
const whole = (text) => text.split(/(?<=\s)([a-z-]+=)/).map((part, at) => (at % 2 ? h('span', { class: 'whole' }, part) : part));

function mailto(text) {
  const { name } = settings.company;
  const body = [
    'Please put this code on every page of our website, just before </body>:', '', text, '',
    `It shows a small tab that leads to our customer portal, ${settings.portal.url}`, '', name,
  ];
  return `mailto:?subject=${encodeURIComponent(`A line of code for ${name}’s website`)}&body=${encodeURIComponent(body.join('\r\n'))}`;
}

// Each builder's own way, in its own words for its menus.
export function steps() {
  const host = new URL(settings.portal.url).origin;
  return [
    h('div', { class: 'card builders' }, BUILDERS.map(([name, ways, note]) => h('details', { name: 'builder' },
      h('summary', {}, name),
      h('ol', { class: 'ways' }, ways.map((one) => h('li', {}, marked(one)))),
      h('p', { class: 'aside' }, marked(note))))),
    h('p', { class: 'hint' }, 'If your website sends a Content-Security-Policy, add our host to two of its directives: ',
      h('code', {}, `script-src ${host}`), ' and ', h('code', {}, `connect-src ${host}`), '.'),
  ];
}

// A text with its menus, between asterisks, and what is code, between backticks, set off.
const marked = (text) => text.split('\u0060').map((part, at) => (at % 2 ? h('code', {}, part) : part.split('*').map((each, place) => (place % 2 ? h('strong', {}, each) : each))));

const BUILDERS = [
  ['WordPress', [
    'In your dashboard, open *Appearance → Theme File Editor*. With a block theme it is under *Tools*.',
    'On the right, choose *Theme Footer*, `footer.php`.',
    'Paste the code on a line of its own, just before `</body>`.',
    'Press *Update File*.',
  ], 'An update of the theme overwrites this file. A child theme keeps it. '
    + 'Simpler is a plugin for header and footer code, such as WPCode: paste the code at *Code Snippets → Header & Footer*, into *Footer*. Do so too if your theme has no `footer.php`.'],
  ['Squarespace', [
    'Open *Website → Pages*, and at the end of that list *Custom Code → Code Injection*.',
    'Paste the code into *Footer*.',
    'Press *Save*.',
  ], 'Squarespace has code injection from its Core plan on, and in the older Business and Commerce plans.'],
  ['Wix', [
    'In your site’s dashboard, open *Settings → Custom Code*.',
    'Press *+ Add Custom Code*, and paste the code.',
    'Choose *All pages*, *Load code once*, and as its place *Body - end*.',
    'Press *Apply*.',
  ], 'Wix takes code of your own once the site is published, with a paid plan and a domain of your own.'],
  ['Shopify', [
    'Open *Online Store → Themes*.',
    'Beside your theme, press *⋯*, then *Edit code*.',
    'In the folder *layout*, open `theme.liquid`, and paste the code just before `</body>`.',
    'Press *Save*.',
  ], 'Look again after an update of the theme: the new copy may come without the code.'],
  ['Another website', [
    'Open the template that all pages share: often it is called “footer” or “layout”.',
    'Paste the code just before `</body>`.',
    'Publish, and empty the website’s cache if it has one.',
  ], 'Somebody else looks after it? The button under the code writes them a mail with all they need.'],
];
