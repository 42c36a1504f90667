// A mail as its reader sees it. This runs in a frame without an origin, and is sent the mail's HTML by the console. Nothing of
// that is taken as it is: elements and attributes that mails are made of are made anew, and their styles set one by one.

(() => {
  const HTML = 'http://www.w3.org/1999/xhtml';
  const DROPPED = new Set(['script', 'noscript', 'style', 'xmp', 'template', 'iframe', 'object', 'embed', 'link', 'meta', 'base', 'title', 'video', 'audio', 'canvas']);
  const UNWRAPPED = new Set(['form', 'html', 'head', 'body', 'dialog']);
  const KEPT = new Set('abbr align alt background bgcolor border cellpadding cellspacing char class color colspan dir face height href hspace id lang role rowspan scope size span src srcset start summary title type valign value vspace width'.split(' '));
  const LEADS = /^(https?:|mailto:|tel:|sms:|#)/i;

  // A browser complains of styles and handlers in what is only read, too. They are called otherwise while it reads; what this
  // should not find is refused by the page's policy all the same.
  const TAG = /<\/?[a-z](?:"[^"]*"|'[^']*'|[^"'>])*>/gi;
  const ATTRIBUTE = /([^\s"'=<>/]+)(\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+))/g;
  const quiet = (html) => html.replace(TAG, (tag) => tag.replace(/^<(\/?)style\b/i, '<$1xmp')
    .replace(ATTRIBUTE, (whole, name, value) => (/^style$/i.test(name) ? `data-style${value}` : /^on/i.test(name) ? '' : whole)));

  function made(node) {
    if (node.nodeType === Node.TEXT_NODE) return [document.createTextNode(node.data)];
    if (node.nodeType !== Node.ELEMENT_NODE || node.namespaceURI !== HTML || DROPPED.has(node.localName)) return [];
    const children = [...node.childNodes].flatMap(made);
    if (UNWRAPPED.has(node.localName)) return children;
    const own = fresh(node.localName);
    dress(own, node);
    own.append(...children);
    return [own];
  }

  // A name that only a parser bears is nobody's.
  function fresh(name) {
    try {
      return document.createElement(name);
    } catch {
      return document.createElement('span');
    }
  }

  function dress(own, node) {
    for (const { name, value } of node.attributes) {
      if (name === 'data-style') own.style.cssText = value;
      else if (name === 'href' ? LEADS.test(value.trim()) : KEPT.has(name) || /^aria-[a-z]+$/.test(name)) own.setAttribute(name, value);
    }
  }

  function show(html) {
    const mail = new DOMParser().parseFromString(quiet(html), 'text/html');
    document.adoptedStyleSheets = [...mail.querySelectorAll('xmp')].map((one) => {
      const sheet = new CSSStyleSheet({ media: one.getAttribute('media') || '' });
      sheet.replaceSync(one.textContent);
      return sheet;
    });
    for (const { name } of [...document.body.attributes]) document.body.removeAttribute(name);
    dress(document.body, mail.body);
    document.documentElement.lang = mail.documentElement.lang;
    document.body.replaceChildren(...[...mail.body.childNodes].flatMap(made));
    tell();
  }

  // How tall the mail is, at the width that the console gives it.
  const tell = () => parent.postMessage({ height: Math.ceil(document.documentElement.getBoundingClientRect().height) }, '*');

  addEventListener('message', ({ source, data }) => { if (source === parent && typeof data?.html === 'string') show(data.html); });
  // Links look as they will, and lead nowhere.
  for (const kind of ['click', 'auxclick', 'submit']) addEventListener(kind, (event) => event.preventDefault(), true);
  new ResizeObserver(tell).observe(document.documentElement);
  tell();
})();
