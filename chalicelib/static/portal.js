// What a page gains where scripts run. Everything works without it.
(() => {
  'use strict';
  const all = (selector) => document.querySelectorAll(selector);
  const voice = document.createElement('div');
  voice.className = 'hush';
  voice.setAttribute('role', 'status');
  document.body.append(voice);

  // A pressed button shows that it works; a second press does nothing.
  const busy = (button) => {
    button.setAttribute('aria-busy', 'true');
    voice.textContent = button.dataset.busy || '';
  };
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = 'yes';
    if (event.submitter) busy(event.submitter);
  });
  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[data-busy]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (link.getAttribute('aria-busy')) return event.preventDefault();
    busy(link);
  });
  // Back again, by the browser's own button: as it was.
  addEventListener('pageshow', () => {
    voice.textContent = '';
    all('[data-sent]').forEach((form) => delete form.dataset.sent);
    all('[aria-busy]').forEach((button) => button.removeAttribute('aria-busy'));
  });

  const summary = document.getElementById('errors');
  if (summary) summary.focus();

  all('[data-reveal]').forEach((button) => {
    const input = document.getElementById(button.dataset.reveal);
    const show = button.textContent;
    button.hidden = false;
    button.setAttribute('aria-pressed', 'false');
    button.addEventListener('click', () => {
      const shown = input.type === 'password';
      input.type = shown ? 'text' : 'password';
      button.textContent = shown ? button.dataset.hide : show;
      button.setAttribute('aria-pressed', String(shown));
    });
  });

  // What the button says follows the amount typed and the account credit used. The server reads the amount again.
  all('[data-money]').forEach((form) => {
    const { total, money, pay, least, creditOnly } = form.dataset;
    const [tag, currency, digits, point, group] = money.split(' ');
    const written = new Intl.NumberFormat(tag, { style: 'currency', currency, minimumFractionDigits: +digits, maximumFractionDigits: +digits });
    const shape = new RegExp(`^[^\\d.,-]*(\\d{1,3}(?:[${group}]\\d{3})+|\\d+)(?:[${point}](\\d{0,${digits}}))?[^\\d.,]*$`);
    const { amount, credit } = form.elements;
    const label = form.querySelector('.button > span');
    const unread = label.textContent;
    const follow = () => {
      const found = amount && shape.exec(amount.value.trim());
      const due = !amount ? +total : found ? +(found[1].replace(/\D/g, '') + (found[2] || '').padEnd(+digits, '0')) : 0;
      let charge = due - (credit && (credit.checked || credit.type === 'hidden') ? Math.min(due, +credit.value) : 0);
      // Too little to be charged: so much less credit is used.
      if (charge && charge < +least) charge = Math.min(due, +least);
      label.textContent = !due || due > +total ? unread : charge ? pay.replace('{}', written.format(charge / 10 ** digits)) : creditOnly;
      form.querySelectorAll('.pay-with').forEach((ways) => { ways.hidden = due && !charge; });
    };
    form.addEventListener('input', follow);
    addEventListener('pageshow', follow);
    if (amount) amount.addEventListener('focus', () => amount.select());
    follow();
  });

  all('[data-print]').forEach((button) => {
    button.hidden = false;
    button.addEventListener('click', () => print());
  });

  // A payment on its way: ask again, each time after a longer wait, and only while somebody looks.
  const waiting = document.querySelector('[data-refresh]');
  const ask = async (seconds) => {
    await new Promise((done) => setTimeout(done, seconds * 1000));
    if (document.hidden) await new Promise((done) => document.addEventListener('visibilitychange', done, { once: true }));
    try {
      const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), 'text/html');
      const now = page.querySelector('[data-state]');
      if (!now || now.dataset.state !== waiting.dataset.state) return location.reload();
    } catch {
      // Offline for a moment: the next try may do.
    }
    ask(Math.min(seconds * 1.6, 60));
  };
  if (waiting) ask(Number(waiting.dataset.refresh));
})();
