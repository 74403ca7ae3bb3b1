// @ts-check
// The row above the stage: images come, go, are enlarged, and the results are saved.

import { findAll, parseMessage, saveFile, targetOf, find, untilMountedAgain } from "../../../common/page/dom.js";
import { fillWords, sayFrom } from "../../../common/page/words.js";
import { acceptImages, choose, hand } from "./intake.js";
import { enlarge, takePhoto } from "./windows.js";

/** The window's event by which the stage asks for an image to be enlarged. */
export const ENLARGE = "clip:enlarge";

const SURE_FOR = 4000; // milliseconds in which a second press removes all

const FILES = { csv: "text/csv", json: "application/json" };

/**
 * @param {MountContext} context
 * @param {{ words: Words }} constants
 */
export function mount({ element, props, trigger, watch }, { words }) {
  const say = sayFrom(words);
  /** @type {Map<number, (answer: { image?: string, content?: string }) => void>} */
  const waiting = new Map();
  let requests = 0;
  let sure = 0; // until when

  /**
   * @param {object} asked
   * @param {(answer: { image?: string, content?: string }) => void} answered
   */
  function ask(asked, answered) {
    waiting.set(++requests, answered);
    trigger("submit", { number: requests, ...asked });
  }

  const images = () => findAll(document, "#clip-stage .match-card").length;

  /** @param {HTMLElement} button */
  function clear(button) {
    if (!images()) return;
    if (Date.now() < sure) {
      sure = 0;
      button.textContent = say("clear");
      trigger("clear");
      return;
    }
    sure = Date.now() + SURE_FOR;
    const count = Number(find(document, "#clip-stage .match").dataset.count ?? images());
    button.textContent = say("clear_sure", { count });
    setTimeout(() => { if (Date.now() >= sure) button.textContent = say("clear"); }, SURE_FOR);
  }

  element.addEventListener("click", (event) => {
    const button = targetOf(event, "button[data-do]");
    const what = button?.dataset.do;
    if (what === "add") choose();
    if (what === "camera") takePhoto(say, (photo) => hand([photo]));
    if (button && what === "clear") clear(button);
    if (what === "csv" || what === "json") {
      ask({ what }, ({ content }) => saveFile(`glassbox-clip.${what}`, [content ?? ""], FILES[what]));
    }
  });
  window.addEventListener(ENLARGE, (event) => {
    if (!(event instanceof CustomEvent)) return;
    const { at, key, name, thumbnail } = event.detail;
    const show = enlarge(say, { name, thumbnail });
    ask({ what: "image", at, key }, ({ image }) => { if (image) show(image); });
  }, untilMountedAgain("clip/match/tools"));
  watch("value", () => {
    const answer = parseMessage(props.value);
    waiting.get(answer?.number)?.(answer);
    waiting.delete(answer?.number);
  });
  fillWords(element, say);
  acceptImages(find(document, "#demo-clip"), find(document, "#clip-stage"));
}
