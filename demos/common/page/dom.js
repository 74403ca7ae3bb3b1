// @ts-check
// The elements of a part of the page: finding, making, filling them.

/**
 * The first element of `root` that `selector` names. Throws if there is none, or if it is no `type`.
 * @template {Element} [T=HTMLElement]
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => T} [type] HTMLElement if it is not given
 * @returns {T}
 */
export function find(root, selector, type) {
  const found = root.querySelector(selector);
  if (!(found instanceof (type ?? HTMLElement))) throw new Error(`The page has no ${selector} of the right kind.`);
  return /** @type {T} */ (found);
}

/**
 * All elements of `root` that `selector` names.
 * @template {Element} [T=HTMLElement]
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => T} [type] of all of them; HTMLElement if it is not given
 * @returns {T[]}
 */
export function findAll(root, selector, type) {
  const wanted = type ?? HTMLElement;
  return /** @type {T[]} */ ([...root.querySelectorAll(selector)].filter((each) => each instanceof wanted));
}

/**
 * Where an event happened: its target, or the nearest element around it that `selector` names; null if there is none.
 * @param {Event} event
 * @param {string} selector
 * @returns {HTMLElement | null}
 */
export function targetOf(event, selector) {
  return event.target instanceof Element ? event.target.closest(selector) : null;
}

/** @type {Map<string, AbortController>} by the part of the page */
const mounts = new Map();

/**
 * For the listeners that a part of the page sets outside of its own element, on the window or the document: they end
 * when the part is mounted anew. Gradio does that each time a hidden part is shown again.
 * @param {string} part its name, which no other part has
 * @returns {{ signal: AbortSignal }} the options of addEventListener
 */
export function untilMountedAgain(part) {
  mounts.get(part)?.abort();
  const latest = new AbortController();
  mounts.set(part, latest);
  return { signal: latest.signal };
}

/**
 * A new HTML element.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {string} [className]
 * @param {string | number} [text]
 * @returns {HTMLElementTagNameMap[K]}
 */
export function create(tag, className = "", text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== "") made.textContent = String(text);
  return made;
}

/**
 * A new SVG element.
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | number>} [attributes]
 * @param {string | number} [text]
 * @returns {SVGElementTagNameMap[K]}
 */
export function createSvg(tag, attributes = {}, text = "") {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  if (text !== "") made.textContent = String(text);
  return made;
}

/**
 * Give an element its text; one that has it already is left alone, so that no screen reader says it again.
 * @param {Element} place
 * @param {string} text
 */
export function setText(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

/**
 * What `demos.common.ui.dump_message` wrote; null for anything else, such as Gradio's word for "as it was".
 * @param {unknown} value
 * @returns {any}
 */
export function parseMessage(value) {
  return typeof value === "string" && value ? JSON.parse(value) : null;
}

/**
 * Save a file that was made in the page.
 * @param {string} name
 * @param {BlobPart[]} parts
 * @param {string} type its media type ("image/png")
 */
export function saveFile(name, parts, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(parts, { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 120_000); // a busy machine reads it late, and would save an empty file
}

/** Whether the visitor asks for as little motion as there can be (Media Queries 5, "prefers-reduced-motion"). */
export const isStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** How to scroll: in a movement, or at once. @returns {ScrollBehavior} */
export const scrolling = () => (isStill() ? "instant" : "smooth");

/**
 * For four seconds, scroll what `look` finds into sight: when it appears, and once more when its content has given it
 * another size. A visitor who scrolls or types is left alone.
 * @param {() => HTMLElement | null | undefined} look
 */
export function scrollIntoSight(look) {
  /** @type {Map<HTMLElement, number[]>} the heights that each place had when it was scrolled to */
  const heights = new Map();
  const timer = setInterval(() => {
    const place = look();
    const known = place ? heights.get(place) ?? [] : [];
    if (!place || known.length === 2 || known.at(-1) === place.offsetHeight) return;
    heights.set(place, [...known, place.offsetHeight]);
    place.scrollIntoView({ behavior: scrolling(), block: "nearest" });
  }, 100);
  const leave = () => clearInterval(timer);
  for (const kind of ["wheel", "touchmove", "pointerdown", "keydown"]) {
    window.addEventListener(kind, leave, { once: true, passive: true });
  }
  setTimeout(leave, 4000);
}
