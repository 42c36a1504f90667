// The API, and who is signed in to it. The access token lives in this file's memory only; the cookie that renews it can't
// be read by any script.

const ROOT = new URL('../../api/v1', import.meta.url).href;
const EARLY = 45;
const PATIENCE = 65;

// What went wrong, as the API says it. `type` is its stable last word ('invalid', 'stale', 'offline' for no network),
// `errors` is [{pointer, detail}], `retryAfter` is in seconds. What nobody foresaw has the reference by which our log knows it.
export class Problem extends Error {
  constructor({ type, title, status, detail: said, errors = [], retryAfter = 0, instance }) {
    const detail = printed(said) + (type === 'unexpected' && instance ? ` Reference: ${instance.split(':').pop()}` : '');
    super(detail);
    Object.assign(this, { type, title, status, detail, errors: errors.map((one) => ({ ...one, detail: printed(one.detail) })), retryAfter });
  }
}

// The API types the typewriter's apostrophe; pages set the printer's.
export const printed = (words) => words.replace(/(\w)'(\w)/g, '$1’$2');

const OFFLINE = { type: 'offline', title: 'No connection', status: 0, detail: 'We can’t reach Porchlight. Check your connection, then try again. Nothing you typed is lost.' };
const BROKEN = { type: 'unexpected', title: 'Something went wrong', detail: 'That was our mistake. Nothing was lost: please try again.' };

// What the rest of the console wants to hear of: `signedOut()` gives a promise of whether somebody has signed in again,
// `waiting(seconds)` says that we are asked to slow down.
export const hooks = { signedOut: async () => false, waiting: () => {} };

// Somebody signed in, or null: {email, role, scopes, company: {id, name, slug}}.
export let session = null;
let token = '';
// How many tokens there have been: two of one second are the same text.
let turn = 0;
let timer = 0;
let renewing = null;

// Whether who is signed in may do this: may('invoices:write').
export const may = (scope) => Boolean(session && session.scopes.includes(scope));

export function begin(opened) {
  const { access_token: access, expires_in: seconds, ...who } = opened;
  token = access;
  turn += 1;
  session = who;
  clearTimeout(timer);
  timer = setTimeout(() => refresh().catch(() => {}), Math.max(seconds - EARLY, 5) * 1000);
}

export function forget() {
  token = '';
  session = null;
  clearTimeout(timer);
}

// A new access token by the cookie; many at once ask only once. Problem 'unauthenticated': signed out.
export function refresh() {
  renewing ||= once('POST', '/session/refresh', {}).then((answer) => goOn(answer.value)).finally(() => { renewing = null; });
  return renewing;
}

// The cookie is every tab's: whoever signs in elsewhere in another tab must not be who saves what was typed in this one.
function goOn(opened) {
  if (session && (opened.email !== session.email || opened.company.id !== session.company.id)) {
    throw new Problem({ type: 'elsewhere', title: 'Signed in elsewhere', status: 409, detail: `In another tab you are signed in to ${opened.company.name} as ${opened.email}. This page is ${session.company.name}'s, and nothing was saved. Reload it to go on there, or sign in to ${session.company.name} again in the other tab.` });
  }
  begin(opened);
}

// One call. `query` is an object (empty values are left out), `body` anything JSON, `key` an Idempotency-Key, `version`
// the ETag for If-Match, `signal` ends it; `raw` takes what comes as text, be it CSV. Answers {value, etag, link, status}.
// Throws Problem.
export async function send(method, path, options = {}) {
  let used = 0;
  for (let tries = 0; ; tries += 1) {
    try {
      if (!token) await refresh();
      used = turn;
      return await once(method, path, { ...options, token });
    } catch (problem) {
      // One that was slower to hear of it goes on with the token that another has got meanwhile.
      if (problem.status === 401 && tries < 3) await (token && turn !== used ? null : renew());
      else if (problem.status === 429 && problem.retryAfter && problem.retryAfter <= PATIENCE && tries < 3) await pause(problem.retryAfter, options.signal);
      else throw problem;
    }
  }
}

// Signed out in the middle of something: sign in again, and go on with it.
async function renew() {
  try {
    token = '';
    await refresh();
  } catch (problem) {
    if (problem.status !== 401 || !(await hooks.signedOut())) throw problem;
  }
}

async function pause(seconds, signal) {
  hooks.waiting(seconds);
  await new Promise((done) => setTimeout(done, seconds * 1000));
  if (signal) signal.throwIfAborted();
}

// For calls that need nobody signed in: sign-in, invites, forgotten passwords.
export const open = (method, path, body, key) => once(method, path, { body, key }).then((answer) => answer.value);

async function once(method, path, { query, body, key, version, signal, raw, token: bearer }) {
  const headers = { Accept: raw ? 'text/csv, application/problem+json' : 'application/json, application/problem+json' };
  if (bearer) headers.Authorization = `Bearer ${bearer}`;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (key) headers['Idempotency-Key'] = key;
  if (version) headers['If-Match'] = version;
  let response = null;
  let text = '';
  try {
    response = await fetch(ROOT + path + written(query), { method, headers, signal, credentials: 'same-origin', cache: 'no-store', body: body === undefined ? undefined : JSON.stringify(body) });
    text = await response.text();
  } catch (failed) {
    if (signal && signal.aborted) throw failed;
    throw new Problem(OFFLINE);
  }
  const given = (name) => response.headers.get(name);
  let value = text;
  try {
    if (!raw || !response.ok) value = text ? JSON.parse(text) : null;
  } catch {
    throw new Problem({ ...BROKEN, status: response.status, instance: given('X-Request-Id') });
  }
  if (response.ok) return { value, etag: given('ETag'), link: given('Link'), status: response.status };
  if (!value || !value.detail) throw new Problem({ ...BROKEN, status: response.status, instance: given('X-Request-Id') });
  throw new Problem({ ...value, type: value.type.split(':').pop(), retryAfter: Number(given('Retry-After')) || 0 });
}

function written(query) {
  const given = Object.entries(query || {}).filter(([, value]) => value !== '' && value !== null && value !== undefined);
  return given.length ? `?${new URLSearchParams(given)}` : '';
}

const value = (answer) => answer.value;
export const get = (path, query, signal) => send('GET', path, { query, signal }).then(value);
export const post = (path, body, key) => send('POST', path, { body, key }).then(value);
export const put = (path, body, version) => send('PUT', path, { body, version }).then(value);
export const patch = (path, body, version) => send('PATCH', path, { body, version }).then(value);
export const remove = (path) => send('DELETE', path).then(value);

// The part of a path that is an id.
export const id = encodeURIComponent;

// The Idempotency-Key of what a form sends: the same for the same body until it has succeeded, so that a lost answer,
// pressed again, does nothing twice.
export class Attempt {
  #body = '';
  #key = '';

  key(body) {
    const text = JSON.stringify(body);
    if (!this.#key || text !== this.#body) this.#key = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
    this.#body = text;
    return this.#key;
  }

  done() {
    this.#key = '';
  }
}
