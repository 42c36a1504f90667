// Porchlight's widget, version 1: the panel behind the tab. v1.js loads it when somebody opens it for the first time, and
// takes what it leaves on its own script element.
//
// Version 1 stays as it is for ever while the server goes on: it shows whatever doors it is told of, in the words it is sent.
(() => {
  'use strict';
  // In the light, and in the dark: the grounds of portal.css.
  const PALETTE = {
    paper: ['#fff', '#211f1c'],
    ink: ['#1f1c19', '#f3f0eb'],
    soft: ['#655f58', '#b0a9a0'],
    line: ['#e7e2db', '#393530'],
    edge: ['#8b847b', '#857d74'],
    danger: ['#a32b1d', '#ff9d8f'],
    tint: ['#fbece9', '#3a211d'],
  };

  const style = ({ side, colours: [light, onLight, dark, onDark] }) => {
    const paints = Object.entries({ ...PALETTE, accent: [light, dark], on: [onLight, onDark] });
    const rule = (say) => `dialog{${paints.map(([name, pair]) => `--${name}:${say(pair)}`).join(';')}}`;
    return `${rule((pair) => pair[0])}@supports(color:light-dark(red,red)){${rule((pair) => `light-dark(${pair})`)}}
      dialog{position:fixed;top:0;bottom:var(--under,0);left:auto;right:auto;${side}:60px;flex-direction:column;
        width:400px;max-width:calc(100vw - 76px);height:fit-content;max-height:calc(var(--seen,100dvh) - 20px);
        margin:auto 0;padding:0;overflow:hidden;border:1px solid var(--line);border-radius:20px;background:var(--paper);color:var(--ink);
        font:1em/1.5 system-ui,sans-serif;overflow-wrap:anywhere;box-shadow:0 2px 4px #0000000d,0 16px 48px #0003}
      dialog[open]{display:flex}
      dialog::backdrop{background:#16141229}
      dialog::before{content:"";position:absolute;top:0;inset-inline-start:24px;width:40px;height:4px;border-radius:0 0 4px 4px;background:var(--accent)}
      dialog *{box-sizing:border-box;margin:0}
      dialog button{all:unset;box-sizing:border-box;cursor:pointer}
      dialog button::after{all:unset}
      dialog :focus-visible{outline:3px solid var(--accent);outline-offset:2px;box-shadow:none}
      dialog [tabindex]:focus-visible{outline:0}
      dialog [hidden]{display:none!important}
      a{color:inherit;text-underline-offset:.2em;text-decoration-thickness:1px;text-decoration-color:var(--edge)}
      .top{display:flex;align-items:flex-start;padding-block:20px 8px;padding-inline:24px 12px}
      .top div{flex:1;min-width:0}
      h2{font-size:1.375em;line-height:1.25;font-weight:650;letter-spacing:-.01em;text-wrap:balance}
      .soft,.top p{color:var(--soft);font-size:.875em;font-weight:400}
      .top .icon{display:grid;place-items:center;flex:none;width:44px;height:44px;margin-block:-6px;border-radius:12px}
      .top .back{margin-inline:-14px 2px}
      .icon:hover,.door:hover{background:color-mix(in oklab,transparent,var(--ink) 6%)}
      .back::before,.door::after{content:"";width:9px;height:9px;border:solid var(--soft);border-width:2px 0 0 2px;rotate:-45deg}
      .door::after{flex:none;margin-inline-start:16px;rotate:135deg}
      [dir=rtl] .back::before{rotate:135deg}
      [dir=rtl] .door::after{rotate:-45deg}
      .shut::before,.shut::after{content:"";grid-area:1/1;width:18px;border-top:2px solid var(--soft);rotate:45deg}
      .top .shut::after{rotate:-45deg}
      .body{position:relative;padding:4px 24px 16px;overflow:auto;overscroll-behavior:contain}
      ul{padding:0;list-style:none}
      .doors li{margin-bottom:12px}
      dialog .door{display:flex;align-items:center;justify-content:space-between;width:100%;padding:14px 20px;border:1px solid var(--edge);
        border-radius:14px;text-align:start;text-decoration:none}
      .door strong{display:block;font-weight:600}
      .reach{display:flex;flex-wrap:wrap;align-items:center;column-gap:16px;margin-bottom:-12px}
      .reach a{display:flex;align-items:center;min-height:44px}
      form,fieldset{display:grid;gap:10px;min-width:0;padding:0;border:0}
      legend{padding:0 0 4px}
      label,legend{font-weight:600}
      fieldset label{font-weight:400}
      .error{color:var(--danger);font-weight:550}
      input,textarea{display:block;width:100%;min-height:44px;margin-top:2px!important;padding:9px 14px;border:1px solid var(--edge);border-radius:12px;
        background:var(--paper);color:var(--ink);font:inherit;resize:vertical}
      [aria-invalid]{border:2px solid var(--danger)}
      .errors{padding:14px 18px;scroll-margin:20px;border:2px solid var(--danger);border-radius:14px;background:var(--tint)}
      .errors button{padding-block:4px;color:var(--danger);font-weight:550;text-decoration:underline;text-underline-offset:.2em}
      dialog .send{min-height:48px;margin-top:4px;padding:11px 20px;border:1px solid transparent;border-radius:14px;background:var(--accent);color:var(--on);
        font-weight:620;text-align:center}
      .send:hover{background:color-mix(in oklab,var(--accent),var(--ink) 14%)}
      .second:hover{background:color-mix(in oklab,transparent,var(--ink) 6%)!important}
      .send[aria-disabled]{opacity:.75;cursor:progress}
      dialog .second{width:100%;margin-top:24px;background:none;border-color:var(--edge);color:var(--ink)}
      .hush{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
      @media(prefers-reduced-motion:no-preference){dialog[open]{animation:in .2s ease-out}}
      @keyframes in{from{opacity:0;translate:${side === 'left' ? '-' : ''}12px}}
      @media(max-width:40em){
        dialog{${side}:0;top:auto;width:100%;max-width:none;max-height:calc(var(--seen,100dvh) - 20px);
          border-width:1px 0 0;border-radius:20px 20px 0 0}
        dialog::backdrop{background:#16141280}
        .top,.body{padding-inline-start:20px}
        .body{padding-inline-end:20px;padding-bottom:calc(24px + env(safe-area-inset-bottom))}
        dialog::before{inset-inline-start:20px}
        @keyframes in{from{opacity:0;translate:0 24px}}
      }`;
  };

  const make = (name, attributes, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  };

  // The form, with the fields it is told of: what is typed stays in it until it has been received.
  const makeForm = (fields, words, safely, post) => {
    const form = make('form', {});
    form.noValidate = true;
    const inputs = { __proto__: null };
    const groups = { __proto__: null };
    // What is wrong with a field, or with a group, of which one is enough.
    const notes = { __proto__: null };
    const note = (name) => (notes[name] = make('p', { class: 'error', id: `${name}-error`, hidden: '' }));
    for (const { name, label, kind, autocomplete, most, missing, group, hint, optional } of fields) {
      const long = kind === 'textarea';
      const trap = kind === 'trap';
      const input = make(long ? kind : 'input', { id: name, maxlength: most, 'aria-describedby': `${name}-hint ${name}-error ${group}-error` });
      if (long) input.rows = 3;
      else if (!trap) input.type = input.inputMode = kind;
      if (trap) input.tabIndex = -1;
      if (trap || autocomplete) input.autocomplete = autocomplete || 'off';
      input.required = missing && !group;
      inputs[name] = input;
      const said = make('label', { for: name }, label);
      if (optional) said.append(' ', make('span', { class: 'soft' }, words.optional));
      const hints = hint ? [make('p', { class: 'soft', id: `${name}-hint` }, hint)] : [];
      if (group && !groups[group]) form.append((groups[group] = make('fieldset', {}, make('legend', {}, words[group]), note(group))));
      (group ? groups[group] : form).append(make('div', trap ? { class: 'hush', 'aria-hidden': true } : {}, said, ...hints, note(name), input));
    }
    const errors = make('div', { class: 'errors', role: 'alert', tabindex: -1, hidden: '' });
    const send = make('button', { class: 'send' }, words.send);
    const status = make('p', { class: 'hush', role: 'status' });
    form.append(send, status);

    // What is wrong, as [field or group, text]; '' for no field's fault.
    const complain = (wrong) => {
      for (const name of Object.keys(inputs)) inputs[name].removeAttribute('aria-invalid');
      for (const name of Object.keys(notes)) notes[name].hidden = true;
      const said = wrong.map(([name, text]) => {
        if (!notes[name]) return make('li', {}, text);
        const meant = fields.filter((one) => one.name === name || one.group === name).map((one) => inputs[one.name]);
        for (const input of meant) input.setAttribute('aria-invalid', true);
        notes[name].textContent = text;
        notes[name].hidden = false;
        const link = make('button', { type: 'button' }, text);
        link.onclick = safely(() => meant[0].focus());
        return make('li', {}, link);
      });
      errors.replaceChildren(make('strong', {}, words.error), make('ul', {}, ...said));
      errors.hidden = !wrong.length;
      // Where to look next: above the fields, or at the button to be pressed again.
      if (wrong.some(([name]) => notes[name])) form.prepend(errors);
      else send.after(errors);
      if (wrong.length) errors.focus();
    };

    // What is typed meanwhile would be lost with what was sent.
    const wait = (on) => {
      for (const name of Object.keys(inputs)) inputs[name].readOnly = on;
      status.textContent = on ? words.sending : '';
      send.textContent = status.textContent || words.send;
      if (on) send.setAttribute('aria-disabled', true);
      else send.removeAttribute('aria-disabled');
    };

    form.onsubmit = safely((event) => {
      event.preventDefault();
      if (send.hasAttribute('aria-disabled')) return;
      const there = { __proto__: null };
      for (const { name, group } of fields) if (inputs[name].value.trim()) there[group || name] = true;
      const wrong = [];
      for (const { name, group, missing } of fields) {
        const one = group || name;
        if (missing && !there[one]) wrong.push([one, missing]);
        there[one] = true;
      }
      complain(wrong);
      if (wrong.length) return;
      const body = { __proto__: null, page: location.host + location.pathname };
      for (const key of Object.keys(inputs)) body[key] = inputs[key].value;
      wait(true);
      post(body, (status, said) => {
        wait(false);
        if (status === 201) {
          // Who writes again is the same, and writes something else.
          for (const { name, autocomplete } of fields) if (!autocomplete) inputs[name].value = '';
        } else if (status === 422 && said && Array.isArray(said.errors)) complain(said.errors.map(({ pointer, detail }) => [pointer.slice(2), detail]));
        // Other problems are put in the words of programs.
        else complain([['', (/404|422|429/.test(status) && said && said.detail) || words.failed]]);
      });
    });
    return { form, settle: () => complain([]) };
  };

  // The dialog with all it shows, made of the server's first answer.
  const makePanel = (first, { ask, config, root, safely, tell }) => {
    const { company, doors, email, fields, language, phone, words } = first;
    const contact = doors.find(({ name }) => name === 'contact');
    let token = first.form;
    let tokenAt = Date.now();
    let view;
    let overflow = null;
    const { style: page } = document.documentElement;

    const heading = make('h2', { id: 'heading', tabindex: -1, autofocus: '' });
    const back = make('button', { class: 'icon back', 'aria-label': words.back });
    const shut = make('button', { class: 'icon shut', 'aria-label': words.close });
    const body = make('div', { class: 'body' });
    const dialog = make('dialog', { 'aria-modal': true, 'aria-labelledby': 'heading', lang: language, dir: /^(ar|fa|he|ur)/.test(language) ? 'rtl' : 'ltr' },
      make('div', { class: 'top' }, back, make('div', {}, make('p', {}, company), heading), shut), body);

    // A token names one message, and is good for a week. The next message gets another.
    const renew = () => ask('/panel', (status, said) => {
      if (status !== 200) return;
      token = said.form;
      tokenAt = Date.now();
    });

    const { form, settle } = makeForm(fields, words, safely, (typed, answered) => {
      typed.form = token;
      ask('/messages', (status, said) => {
        answered(status, said);
        if (status !== 201) return;
        tokenAt = 0;
        tell('sent');
        show('sent');
      }, JSON.stringify(typed));
    });
    const another = make('button', { class: 'send second' }, words.another);
    another.onclick = safely(() => show('contact'));

    const door = (one) => {
      const inside = make('span', {}, make('strong', {}, one.label), make('span', { class: 'soft' }, one.hint));
      const element = one === contact ? make('button', { class: 'door' }, inside) : make('a', { class: 'door', href: one.url, target: '_top' }, inside);
      if (one === contact) element.onclick = safely(() => show('contact'));
      return make('li', {}, element);
    };
    const call = () => make('a', { dir: 'ltr', href: `tel:${phone.replace(/[^\d+]/g, '')}` }, phone);
    const reach = make('p', { class: 'reach', dir: 'ltr' });
    if (phone) reach.append(call());
    if (email) reach.append(make('a', { href: `mailto:${email}` }, email));

    const VIEWS = {
      doors: [words.title, make('ul', { class: 'doors' }, ...doors.map(door)), reach],
      contact: [contact && contact.label, form],
      sent: [words.sent_title, make('p', {}, words.sent_text), phone ? make('p', { class: 'reach' }, words.urgent, call()) : '', another],
    };
    const show = (name) => {
      const [title, ...content] = VIEWS[name];
      view = name;
      heading.textContent = title;
      back.hidden = name !== 'contact' || doors.length < 2;
      // An answer comes when it likes. What moves without a click is counted against the page, as layout shift; what is
      // laid out anew is not.
      if (name === 'sent') {
        dialog.style.display = 'none';
        dialog.getBoundingClientRect();
        dialog.style.display = '';
      }
      body.replaceChildren(...content);
      body.scrollTop = 0;
      heading.focus();
      if (name === 'contact' && Date.now() - tokenAt > 5e8) renew();
    };

    // It keeps above a phone's keyboard, which covers a page without making it smaller.
    const fit = safely(() => {
      const { height, offsetTop, scale } = visualViewport;
      if (!dialog.open || scale > 1.01) return;
      dialog.style.setProperty('--seen', `${height}px`);
      dialog.style.setProperty('--under', `${Math.max(0, innerHeight - height - offsetTop)}px`);
      if (root.activeElement) root.activeElement.scrollIntoView({ __proto__: null, block: 'nearest' });
    });
    visualViewport.addEventListener('resize', fit);
    visualViewport.addEventListener('scroll', fit);

    // The browser makes the page behind inert, closes by Escape and gives the focus back. From the last stop of the
    // keyboard it would go on to its own buttons; a dialog goes round.
    dialog.addEventListener('keydown', (event) => {
      if (event.key !== 'Tab') return;
      const stops = [...dialog.querySelectorAll('a,button,input,textarea')].filter((one) => one.tabIndex >= 0 && one.getClientRects().length);
      const [first, last] = [stops[0], stops[stops.length - 1]];
      const now = root.activeElement;
      if (event.shiftKey ? now !== first && now !== heading : now !== last) return;
      event.preventDefault();
      (event.shiftKey ? last : first).focus();
    });
    // The page's shortcuts can't see that somebody is typing in here.
    for (const type of ['keydown', 'keypress', 'keyup']) dialog.addEventListener(type, (event) => event.stopPropagation());

    // A click beside it closes it; one that began in it, such as selecting text, does not.
    let pressed;
    dialog.onpointerdown = (event) => {
      pressed = event.target;
    };
    dialog.onclick = safely((event) => {
      if (event.target === dialog && pressed === dialog) dialog.close();
    });
    back.onclick = safely(() => show('doors'));
    shut.onclick = safely(() => dialog.close());
    dialog.onclose = safely(() => {
      if (overflow !== null) page.overflow = overflow;
      overflow = null;
      // What was wrong has been read; what is said while it is closed has not.
      settle();
      tell('close');
    });

    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style(config));
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
    root.append(dialog);

    return {
      open(what) {
        const start = contact && (what === 'contact' || doors.length === 1) ? 'contact' : 'doors';
        if (!dialog.open) {
          dialog.showModal();
          // A page behind a sheet would scroll with it.
          if (matchMedia('(max-width:40em)').matches) {
            overflow = page.overflow;
            page.overflow = 'hidden';
          }
          fit();
          tell('open');
        }
        // Where somebody left off, unless they are done or asked for something.
        show(what || !view || view === 'sent' ? start : view);
      },
      close: () => dialog.close(),
    };
  };

  // The document's own getter: an <img name="currentScript"> on the page stands before it.
  const getter = Object.getOwnPropertyDescriptor(Document.prototype, 'currentScript');
  ((getter && getter.get.call(document)) || {}).porchlight = (loader) => {
    const { answer, ask, leave, root, safely, tab } = loader;
    let asking = true;
    let panel;
    // What is to be opened once the answer is there; null for nothing.
    let wanted = null;

    const receive = safely((status, said) => {
      asking = tab.ariaBusy = false;
      if (status === 200) {
        panel = makePanel(said, loader);
        if (wanted !== null) panel.open(wanted);
      }
      // Switched off since the page was loaded.
      else if (status === 204) root.host.remove();
      else leave();
    });
    answer.then((given) => receive(...given));

    return {
      open(what) {
        wanted = what;
        if (panel) return panel.open(what);
        if (asking) return;
        asking = tab.ariaBusy = true;
        ask('/panel', receive);
      },
      close() {
        wanted = null;
        if (panel) panel.close();
      },
    };
  };
})();
