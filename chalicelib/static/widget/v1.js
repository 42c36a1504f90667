// Porchlight's widget, version 1: the tab on the edge of a company's website. docs/widget.md says how it is installed.
//
// Every page view pays for this file, so it holds no more than the tab and what fetches the panel (v1-panel.js).
// The page is somebody else's: nothing here throws there, writes to its console or stores anything, and nothing relies
// on what its scripts may have changed. Objects that the browser or JSON reads have no prototype to be polluted.
//
// A published version is frozen: what has to change becomes v2. tests/leads/test_widget_frozen.py holds it.
(() => {
  'use strict';
  const PANEL = 'sha384-BW2Cu5jS8ScAleRmJ3vQuPpQt7ELfbsiLvwDp1yM3/0381Oxcgxtz1FECLLQxY1Q';

  // Not document.currentScript: an <img name="currentScript"> on the page would be taken for it.
  const tag = document.querySelector('script[data-portal][src*="/widget/v1.js"]');
  // The first one wins. An element with the id "Porchlight" is not one: it is no property of the window's own.
  if (!tag || Object.hasOwn(window, 'Porchlight')) return;

  // By getAttribute: what a dataset has not, it takes from Object.prototype.
  const option = (name) => tag.getAttribute(`data-${name}`) || '';
  const host = tag.src.split('/widget/v1.js')[0];
  const slug = option('portal');
  const language = encodeURIComponent(option('language') || document.documentElement.lang);
  const colour = encodeURIComponent(option('colour'));

  const safely = (act) => (...given) => {
    try {
      act(...given);
    } catch {
      // It is not ours to break the page.
    }
  };

  // An XMLHttpRequest takes no options that could be polluted, gives up by itself, and is there where fetch was replaced.
  const ask = (path, answered, body) => {
    const call = new XMLHttpRequest();
    call.open(body ? 'POST' : 'GET', `${host}/widget/v1/${slug}${path}?language=${language}&colour=${colour}`);
    call.responseType = 'json';
    call.timeout = 30000;
    call.onloadend = safely(() => answered(call.status, call.response));
    call.send(body);
  };

  const listeners = { __proto__: null, ready: [], open: [], close: [], sent: [] };
  // Each in a task of its own: what a listener throws is its page's.
  const tell = (event) => {
    for (const listener of listeners[event]) setTimeout(listener);
  };

  let config;
  let root;
  let tab;
  let panel;
  let fetching;
  // What open() was asked for and could not be given yet; '' for whatever there is.
  let wanted = null;

  // To the portal's own page, out of any frame. Offline it has none: the tab waits to be pressed again.
  const leave = () => {
    if (wanted !== null && navigator.onLine) window.open(`${host}/${slug}${wanted === 'contact' ? config.contact : ''}`, '_top');
  };

  // The sign of life that tells the company its code is installed: once, and the page's address without query.
  const seen = safely(() => {
    if (!config.ping) return;
    config.ping = false;
    const page = location.host + location.pathname;
    navigator.sendBeacon(`${host}/widget/v1/${slug}/pings`, JSON.stringify({ __proto__: null, page }));
  });

  const show = () => {
    if (/^(left|right)$/.test(option('side'))) config.side = option('side');
    const [light, onLight, dark, onDark] = config.colours;
    const sheet = new CSSStyleSheet();
    // Dark where the page is, as its color-scheme tells. A browser that has no light-dark() passes over the second of two.
    sheet.replaceSync(`
      :host{all:initial!important;position:fixed!important;z-index:2147483647!important;color-scheme:inherit!important}
      button{position:fixed;top:0;bottom:0;${config.side}:0;height:max-content;margin:auto 0;padding:16px 9px;
        writing-mode:vertical-rl;rotate:${config.side === 'left' ? 0 : 180}deg;
        border:1px solid #0000;border-radius:0 12px 12px 0;box-shadow:0 0 0 1px #fff4,0 0 16px #0003;
        background:${light};background:light-dark(${light},${dark});color:${onLight};color:light-dark(${onLight},${onDark});
        font:600 15px/24px system-ui,sans-serif;cursor:pointer}
      button::after{content:"";position:absolute;inset:0 -16px 0 0}
      button:focus-visible{outline:3px solid #fff;box-shadow:0 0 0 6px #161412}
      @media(max-width:40em){button{top:auto;bottom:20vh;padding:14px 2px;font-size:13px}}
      @media print{:host{display:none!important}}`);
    tab = document.createElement('button');
    if (config.panel) tab.ariaHasPopup = 'dialog';
    tab.textContent = option('label').trim().slice(0, 30) || config.label;
    tab.onclick = safely(() => {
      // Safari focuses no button by a click; what has the focus now gets it back.
      tab.focus();
      open('');
    });
    const element = document.createElement('porchlight-widget');
    element.role = 'complementary';
    element.ariaLabel = tab.textContent;
    element.lang = config.language;
    root = element.attachShadow({ __proto__: null, mode: 'open' });
    root.adoptedStyleSheets = [sheet];
    root.append(tab);
    // Beside the body, which may be transformed, or replaced by the next page's.
    document.documentElement.append(element);
    addEventListener('pagehide', seen);
    document.addEventListener('visibilitychange', seen);
    tell('ready');
    if (wanted !== null) open(wanted);
  };

  const begin = safely(() => {
    if (config) return;
    config = {};
    ask('', (status, said) => {
      if (status !== 200) return;
      config = said;
      show();
    });
  });

  const open = (what) => {
    wanted = what;
    begin();
    if (!root) return;
    seen();
    // Of one thing there is nothing to choose.
    if (what === 'account' || !(what || config.panel)) leave();
    else if (panel) panel.open(what);
    else if (!fetching) fetchPanel();
  };

  // The panel's script, and at the same time what it is to show.
  const fetchPanel = () => {
    const answer = new Promise((answered) => ask('/panel', (...given) => answered(given)));
    const script = document.createElement('script');
    script.onload = safely(() => {
      if (!script.porchlight) return script.onerror();
      panel = script.porchlight({ answer, ask, config, leave, root, safely, tab, tell });
      if (wanted !== null) panel.open(wanted);
    });
    script.onerror = () => {
      fetching = tab.ariaBusy = false;
      leave();
    };
    script.crossOrigin = '';
    script.integrity = PANEL;
    script.nonce = tag.nonce;
    fetching = tab.ariaBusy = true;
    let address = `${host}/widget/v1-panel.js`;
    // A page with Trusted Types allows this by "trusted-types porchlight".
    safely(() => {
      address = trustedTypes.createPolicy('porchlight', { __proto__: null, createScriptURL: () => address }).createScriptURL('');
    })();
    try {
      script.src = address;
      // Not document.head, which an <img name="head"> would be.
      document.documentElement.append(script);
    } catch {
      script.onerror();
    }
  };

  window.Porchlight = {
    open: safely((what) => open(what || '')),
    close: safely(() => {
      wanted = null;
      panel.close();
    }),
    on: safely((event, listener) => {
      if (typeof listener !== 'function') return;
      listeners[event].push(listener);
      if (event === 'ready' && root) setTimeout(listener);
    }),
  };

  // Where there is no requestIdleCallback, setTimeout takes the options for no delay.
  const idle = safely(() => (window.requestIdleCallback || setTimeout)(begin, { timeout: 5000 }));
  if (document.readyState === 'complete') idle();
  else addEventListener('load', idle);
})();
