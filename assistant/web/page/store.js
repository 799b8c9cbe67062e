// Conversations, in the browser's storage alone. One list of what there is, and one entry for each conversation.

let prefix = "citewell/";
let full = () => {};

/** corpus: keeps the conversations of different corpora apart. onFull: told where the storage has no room. */
export function open(corpus, onFull) {
  prefix = `citewell/${corpus}/`;
  full = onFull;
}

function read(key, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(prefix + key)) ?? otherwise;
  } catch (error) {
    return otherwise;
  }
}

function write(key, value) {
  try {
    localStorage.setItem(prefix + key, JSON.stringify(value));
  } catch (error) {
    full();
  }
}

/** What there is, the newest first: [{id, title, time}]. */
export const list = () => read("list", []);

export const turns = (id) => read(`talk/${id}`, []);

export function save(talk, its) {
  write(`talk/${talk.id}`, its);
  write("list", [talk, ...list().filter((other) => other.id !== talk.id)]);
}

export function rename(id, title) {
  write("list", list().map((talk) => (talk.id === id ? { ...talk, title } : talk)));
}

export function remove(id) {
  write("list", list().filter((talk) => talk.id !== id));
  try { localStorage.removeItem(`${prefix}talk/${id}`); } catch (error) { /* storage is off */ }
}

export const setting = (name, otherwise) => read(`setting/${name}`, otherwise);
export const set = (name, value) => write(`setting/${name}`, value);

export const newId = () => crypto.getRandomValues(new Uint32Array(2)).join("-");
