// @ts-check
// What the parts of the gallery share: the images of this page, which of the two pictures of them is seen, and who wants
// one in large. It outlasts a part that is taken off the page and put there again.

/** @typedef {{ name: string, url: string, file: File | null }} Picture `file` as it was chosen, if the page can show it */
/** @typedef {"grid" | "map"} View */

/** The images by their number; those of the app have negative ones. @type {Map<number, Picture>} */
export const pictures = new Map();

/** What was chosen already: name, size and time of each file. @type {Set<string>} */
export const chosen = new Set();

/** @type {{ view: View, next: number, model: string }} `next` is the number of the next image; `model` answered last */
export const state = { view: "grid", next: 0, model: "" };

const bus = new EventTarget();

/**
 * Tell the other parts.
 * @param {"view" | "open" | "unseen"} kind
 * @param {unknown} [detail]
 */
export function tell(kind, detail) {
  bus.dispatchEvent(new CustomEvent(kind, { detail }));
}

/**
 * Be told, as long as `element` is on the page.
 * @param {HTMLElement} element
 * @param {"view" | "open" | "unseen"} kind
 * @param {(detail: any) => void} heard
 */
export function listen(element, kind, heard) {
  const listener = (/** @type {Event} */ event) => {
    if (!element.isConnected) bus.removeEventListener(kind, listener);
    else if (event instanceof CustomEvent) heard(event.detail);
  };
  bus.addEventListener(kind, listener);
}

/**
 * Take in what the server says of an image; its thumbnail is for images that this page has not got or cannot show.
 * @param {{ number: number, name: string, thumbnail: string }} item
 */
export function know({ number, name, thumbnail }) {
  const known = pictures.get(number);
  const url = thumbnail || known?.url || "";
  pictures.set(number, { name, url, file: known?.file ?? null });
}

/** Forget all images of this page. */
export function forget() {
  for (const { url } of pictures.values()) if (url.startsWith("blob:")) URL.revokeObjectURL(url);
  pictures.clear();
  chosen.clear();
}
