// @ts-check
// A fresh start: all that this browser keeps of a visit is thrown away, and the page opens as for somebody new.

const OURS = /^glassbox\b/; // what other pages of this host keep stays

/** @param {string} name */
const dropped = (name) => new Promise((done) => {
  const asked = indexedDB.deleteDatabase(name);
  asked.onsuccess = asked.onerror = asked.onblocked = () => done(undefined);
});

/** Forget settings, history, checkpoints and what was not saved, then open the story as the address had it. */
export async function forgetVisit() {
  for (const store of [localStorage, sessionStorage]) {
    for (const name of Object.keys(store)) if (OURS.test(name)) store.removeItem(name);
  }
  const databases = await indexedDB.databases?.() ?? [{ name: "glassbox.gpt" }];
  await Promise.all(databases.flatMap(({ name }) => (name && OURS.test(name) ? dropped(name) : [])));
  window.glassbox.dropUnsaved();
  const fresh = new URL(window.location.href);
  fresh.searchParams.delete("__theme");
  fresh.hash = "start";
  history.replaceState(null, "", fresh.href);
  window.location.reload();
}
