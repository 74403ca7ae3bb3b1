// @ts-check
// Whoever uses the keyboard stays where they are. A list that is drawn anew, a button that hides once it is pressed, a
// card that is removed take the focus with them: the browser leaves it to the body, arrow keys and Enter do nothing, and
// nothing shows where one is. Then the focus goes to what now stands in that place.

const FOCUSABLE = "a[href], button, input, select, textarea, summary, video[controls], [tabindex]";

/**
 * @typedef {{ element: Element, around: { place: Element, at: number }[], identity: string, wasDisabled?: boolean }} Remembered what had the
 *   focus last: each element around it, from the inside out, with its place among what can be focused there
 */

/** @type {Remembered | null} */
let last = null; // null while the pointer is used
let byKeys = false;
let asked = false; // to look in the next frame

/** @param {Element} element */
const isVisible = (element) => element.isConnected && element.checkVisibility({ visibilityProperty: true });

/** @param {Element} element */
const isFocusable = (element) => isVisible(element) && !element.matches(":disabled, [tabindex^='-'], [type=hidden]");

/** @param {Element} place */
const focusables = (place) => [...place.querySelectorAll(FOCUSABLE)].filter(isFocusable);

/**
 * What tells an element from those beside it, also when it is made anew.
 * @param {Element} element
 */
function identityOf(element) {
  const { name = "", type = "", value = "" } = element instanceof HTMLInputElement ? element : {};
  const data = element instanceof HTMLElement ? { ...element.dataset } : {};
  const said = element.getAttribute("aria-label") ?? element.textContent;
  return JSON.stringify([element.tagName, element.id, name, type, type === "radio" || type === "checkbox" ? value : "", data, said]);
}

/** @param {Element} element that has the focus */
function remember(element) {
  const around = [];
  for (let place = element.parentElement; place && place !== document.body; place = place.parentElement) {
    around.push({ place, at: focusables(place).indexOf(element) });
  }
  last = { element, around, identity: identityOf(element) };
}

/**
 * What stands where the focus was: the same made anew, else what has its place now; where the whole view is another one,
 * the switch between the views, where a tab is, that tab.
 * @param {Remembered} remembered
 */
function successor({ around, identity }) {
  for (const { place, at } of around) {
    if (!isVisible(place)) continue;
    const top = place.querySelector(":scope > .tab-wrapper [role=tab][aria-selected=true]");
    const within = focusables(place);
    const view = within.find((each) => each.matches(".view-switch :checked"));
    const same = within.find((each) => identityOf(each) === identity);
    const found = same ?? view ?? top ?? within[Math.min(Math.max(at, 0), within.length - 1)];
    if (found) return found;
  }
  return null;
}

function look() {
  asked = false;
  if (!last || document.hidden) return;
  const { activeElement: active } = document;
  if (active && active !== document.body && isVisible(active)) return;
  const { element, wasDisabled } = last;
  if (isFocusable(element) && !wasDisabled) { // it was left on purpose
    last = null;
    return;
  }
  last.wasDisabled = isVisible(element) && element.matches(":disabled"); // for a moment, mostly: it is waited for
  if (last.wasDisabled) return;
  const found = isFocusable(element) ? element : successor(last);
  if (found instanceof HTMLElement || found instanceof SVGElement) found.focus({ preventScroll: true });
}

document.addEventListener("keydown", ({ key }) => {
  byKeys = true;
  const { activeElement: active } = document;
  if (active && active !== document.body && [" ", "Enter", "Delete"].includes(key)) remember(active); // what is around it may be new
}, true);
document.addEventListener("pointerdown", () => { [byKeys, last] = [false, null]; }, true);
document.addEventListener("focusin", ({ target }) => { if (byKeys && target instanceof Element) remember(target); });
new MutationObserver(() => {
  if (!last || asked) return;
  asked = true;
  requestAnimationFrame(look);
}).observe(document.documentElement, { subtree: true, childList: true, attributes: true });
