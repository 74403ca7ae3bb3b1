// @ts-check
// The video with the skeleton drawn into it: a button makes it, a link takes it away.

import { find, parseMessage, setText } from "../../../common/page/dom.js";
import { decimals } from "../../../common/page/numbers.js";
import { sayFrom } from "../../../common/page/words.js";

/**
 * It is "offered", or made to a share of 0 to 1 ("busy", at a place in line while others have their turn), or "made": its address, its size, the name of the original.
 * @typedef {{ state: "offered" }
 *   | { state: "busy", share: number, place?: string }
 *   | { state: "made", src: string, megabytes: number, name: string }} Annotated
 */

/**
 * @param {MountContext} context
 * @param {{ words: Words }} constants
 */
export function mount({ element, props, watch, trigger }, { words }) {
  const say = sayFrom(words);
  const part = find(element, '[data-part="annotated"]');
  const make = find(element, '[data-part="make"]');
  const making = find(element, '[data-part="making"]');
  const stop = find(element, '[data-part="stop"]');
  const link = find(element, '[data-part="link"]', HTMLAnchorElement);

  function show() {
    /** @type {Annotated | null} */
    const message = parseMessage(props.value);
    part.hidden = !message;
    make.hidden = message?.state !== "offered";
    making.hidden = stop.hidden = message?.state !== "busy";
    link.hidden = message?.state !== "made";
    setText(make, say("make"));
    if (message?.state === "busy") setText(making, `${message.place || say("making")} ${Math.floor(100 * message.share)}%`);
    if (message?.state === "made") {
      setText(link, say("save", { megabytes: decimals(message.megabytes, 1) }));
      link.href = message.src;
      link.download = `${message.name} ${say("name")}.mp4`;
    }
  }

  make.addEventListener("click", () => trigger("annotate", {}));
  stop.addEventListener("click", () => trigger("stop_annotating", {}));
  watch("value", show);
  show();
}
