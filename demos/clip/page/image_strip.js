// @ts-check
// The strip of the visitor's images, of which a view shows one.

import { create, findAll, targetOf } from "../../common/page/dom.js";

/** @typedef {{ images: { name: string, thumbnail: string }[], chosen: number }} Strip as demos/clip/images/image_strip.py says it */

/**
 * @param {HTMLElement} place
 * @param {Strip} strip
 */
export function drawStrip(place, { images, chosen }) {
  place.replaceChildren(...images.map(({ name, thumbnail }, at) => {
    const button = create("button");
    const image = create("img");
    [image.src, image.alt, button.type, button.title] = [thumbnail, name, "button", name];
    button.dataset.at = String(at);
    button.role = "option";
    button.ariaSelected = String(at === chosen);
    button.append(image);
    return button;
  }));
}

/**
 * @param {HTMLElement} place
 * @param {(at: number) => void} choose called with the place of the image that is pressed
 */
export function onChosen(place, choose) {
  place.addEventListener("click", (event) => {
    const button = targetOf(event, "button");
    if (!button) return;
    for (const other of findAll(place, "button")) other.ariaSelected = String(other === button);
    choose(Number(button.dataset.at));
  });
}
