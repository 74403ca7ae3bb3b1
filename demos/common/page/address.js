// @ts-check
// Where an address leads: `#gpt` is a tab, `#gpt/attention` a lesson of it, `#gpt/token/second` what that lesson's other
// button does, `#start` the story, `#privacy` what stays where. The fragment says what is shown; the query, how
// (first_script.js).

/** @typedef {{ demo: string, lesson: string, action: string }} Place `lesson` is "" for the tab as it is */

export const ARRIVED = "glassbox:place"; // the window's event of another place in the address

const PLACE = /^#([a-z]+)(?:\/([a-z_]{1,30})(?:\/([a-z_]{1,30}))?)?$/;

/** @type {Place | null} */
let wanted = placeOf(window.location.hash);

/**
 * The place that a fragment names; null for any other fragment.
 * @param {string} fragment
 * @returns {Place | null}
 */
export function placeOf(fragment) {
  const [, demo, lesson = "", action = "setup"] = PLACE.exec(fragment) ?? [];
  return demo ? { demo, lesson, action } : null;
}

/** The lesson of `demo` that is asked for, once: whoever takes it sets it. @param {string} demo @returns {Place | null} */
export function takeLesson(demo) {
  if (wanted?.demo !== demo || !wanted.lesson) return null;
  const taken = wanted;
  wanted = null;
  return taken;
}

/** The tab that is asked for; null where none is. */
export const wantedTab = () => wanted?.demo ?? null;

function arrive() {
  wanted = placeOf(window.location.hash);
  if (wanted) window.dispatchEvent(new Event(ARRIVED));
}

window.addEventListener("hashchange", arrive);
// A link to where the address leads already changes nothing in it, and is followed all the same.
document.addEventListener("click", ({ target }) => {
  const link = target instanceof Element ? target.closest("a[href^='#']") : null;
  if (link && link.getAttribute("href") === window.location.hash) arrive();
});
