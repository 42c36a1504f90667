// A mail in a frame of its own, as wide as its reader's screen and made to fit the room that there is.

import { h } from './dom.js';

// {node, show(html), width(pixels)}. `signal` ends it.
export function mailFrame(signal) {
  const frame = h('iframe', { src: new URL('./mail.html', import.meta.url).href, sandbox: 'allow-scripts', title: 'The e-mail as it is read' });
  const node = h('div', { class: 'mail-frame' }, frame);
  let mail = '';
  let across = 375;
  let tall = 480;

  // A frame without an origin can't be named as the one that a message is for; there is no secret in it.
  const send = () => { if (mail) frame.contentWindow?.postMessage({ html: mail }, '*'); };

  function fit() {
    const scale = Math.min(1, node.clientWidth / across || 1);
    for (const [property, value] of [['width', `${across}px`], ['height', `${tall}px`], ['transform', scale < 1 ? `scale(${scale})` : 'none']]) frame.style.setProperty(property, value);
    node.style.setProperty('height', `${Math.ceil(tall * scale)}px`);
    node.style.setProperty('--across', `${Math.round(across * scale)}px`);
  }

  addEventListener('message', ({ source, data }) => {
    if (source !== frame.contentWindow || typeof data?.height !== 'number') return;
    tall = Math.min(Math.max(data.height, 120), 4000);
    fit();
  }, { signal });
  frame.addEventListener('load', send);
  const seen = new ResizeObserver(fit);
  seen.observe(node);
  signal.addEventListener('abort', () => seen.disconnect());
  return {
    node,
    show: (html) => { mail = html; send(); },
    width: (pixels) => { across = pixels; fit(); },
  };
}
