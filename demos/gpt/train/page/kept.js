// @ts-check
// The last checkpoint of a training, kept in this visitor's browser (IndexedDB) and nowhere else: a reload or a server
// that restarts forgets the training, not the model. It comes back as a file that is uploaded, with the checks of any.

const DATABASE = "glassbox.gpt";
const STORE = "checkpoints";
const LATEST = "latest"; // the one there is
const MOST = 100_000_000; // bytes of a file that is kept; the largest model that can be trained here has 80 million

/** @typedef {{ name: string, at: string, file: Blob }} Kept `at` is an ISO date */

/** @returns {Promise<IDBDatabase>} */
function open() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(DATABASE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

/**
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<T>} ask
 * @returns {Promise<T | null>} null in a private window, or where there is no room
 */
async function inStore(mode, ask) {
  try {
    const database = await open();
    try {
      return await new Promise((resolve, reject) => {
        const transaction = database.transaction(STORE, mode);
        const asked = ask(transaction.objectStore(STORE));
        transaction.oncomplete = () => resolve(asked.result);
        transaction.onabort = () => reject(transaction.error);
        transaction.onerror = () => reject(transaction.error);
      });
    } finally {
      database.close();
    }
  } catch {
    return null;
  }
}

/**
 * Keep this file in place of the former.
 * @param {string} name
 * @param {Uint8Array<ArrayBuffer>[]} parts
 */
export async function keep(name, parts) {
  const file = new Blob(parts);
  if (file.size > MOST) return;
  /** @type {Kept} */
  const kept = { name, at: new Date().toISOString(), file };
  await inStore("readwrite", (store) => store.put(kept, LATEST));
}

/** @returns {Promise<Kept | null>} what is kept, if it is what `keep` writes */
export async function read() {
  const kept = await inStore("readonly", (store) => store.get(LATEST));
  const isWhole = kept && typeof kept.name === "string" && typeof kept.at === "string" && kept.file instanceof Blob;
  return isWhole && kept.file.size <= MOST ? kept : null;
}

export const forget = () => inStore("readwrite", (store) => store.delete(LATEST));
