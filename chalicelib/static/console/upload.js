// A file on its way to the bucket: by a form that the API has signed, straight to storage. Whoever asked for it then tells the
// API, which looks at what has arrived before anybody else does. What is wrong with a file, the API says.

import { Problem, post } from './api.js';

// What a browser can't name, by the file's ending. The API goes by the bytes in any case.
const TYPES = {
  pdf: 'application/pdf', jpg: 'image/jpeg', jpeg: 'image/jpeg', png: 'image/png', webp: 'image/webp', heic: 'image/heic', txt: 'text/plain',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};
export const ending = (name) => (/\.([a-z0-9]{1,8})$/i.exec(name)?.[1] || '').toLowerCase();
const typeOf = (file) => file.type || TYPES[ending(file.name)] || 'application/octet-stream';

// What has arrived already: sending the rest of a form again sends no file twice.
const arrived = new WeakMap();

// Sends it, and answers the upload's id. `path` is where the API signs forms, `told(part)` hears how far it is (0 to 1).
export async function upload(path, file, told, signal) {
  const known = arrived.get(file);
  if (known?.path === path) return known.id;
  const { upload: id, url, fields } = await post(path, { content_type: typeOf(file), size: file.size });
  signal?.throwIfAborted();
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', file);
  await posted(url, form, told, signal);
  arrived.set(file, { path, id });
  return id;
}

// The API would not take it, or has it no longer: the next try sends it anew.
export const forget = (file) => arrived.delete(file);

const posted = (url, form, told, signal) => new Promise((done, failed) => {
  const request = new XMLHttpRequest();
  const stop = () => request.abort();
  const broken = (detail) => () => failed(new Problem({ type: 'offline', title: 'Upload failed', detail }));
  const refused = broken('The storage did not take this file. It may have changed while it was sent: choose it again.');
  request.upload.onprogress = (event) => event.lengthComputable && told(event.loaded / event.total);
  request.onload = () => (request.status < 300 ? done() : refused());
  request.onerror = broken('The file could not be sent. Check your connection, then try again. Nothing you typed is lost.');
  request.onabort = () => failed(signal.reason);
  request.onloadend = () => signal?.removeEventListener('abort', stop);
  request.open('POST', url);
  signal?.addEventListener('abort', stop);
  request.send(form);
});

// How big a file is, as people say it, and as the portal says it (`_size` in web/formats.py); a test compares.
export function sizeWords(bytes) {
  const kilobytes = Math.max(1, Math.round(bytes / 1000));
  return kilobytes < 1000 ? `${kilobytes} KB` : `${Math.round(bytes / 1e5) / 10} MB`;
}
