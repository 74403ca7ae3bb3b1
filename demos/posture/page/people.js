// @ts-check
// Everybody in view who is not followed, drawn faintly: a tap follows them.

import { create } from "../../common/page/dom.js";

/** @import { OtherPerson } from "./skeleton.js" */

/** Buttons over the people of a picture; they stay the same buttons from frame to frame. */
export class PeopleButtons {
  /** @type {Map<number, HTMLButtonElement>} */ #buttons = new Map();
  #label;
  #follow;

  /**
   * @param {HTMLElement} box lies over the picture
   * @param {string} label what a button says
   * @param {(person: OtherPerson) => void} follow
   */
  constructor(box, label, follow) {
    this.box = box;
    this.#label = label;
    this.#follow = follow;
  }

  /**
   * @param {OtherPerson[]} people
   * @param {{ mirrored?: boolean }} [view]
   */
  show(people, { mirrored = false } = {}) {
    for (const [number, button] of this.#buttons) {
      if (people.some(([other]) => other === number)) continue;
      button.remove();
      this.#buttons.delete(number);
    }
    for (const person of people) {
      const [number, left, top, right, bottom] = person;
      let button = this.#buttons.get(number);
      if (!button) {
        button = create("button", "posture-person");
        button.type = "button";
        button.append(create("span", "", this.#label));
        this.#buttons.set(number, button);
        this.box.append(button);
      }
      button.onclick = () => this.#follow(person);
      button.style.left = `${(mirrored ? 1000 - right : left) / 10}%`;
      button.style.top = `${top / 10}%`;
      button.style.width = `${(right - left) / 10}%`;
      button.style.height = `${(bottom - top) / 10}%`;
    }
  }
}
