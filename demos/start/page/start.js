// @ts-check
// The story: its pictures, and the way from an address to its tab. Where the story is what the address names, the page
// shows it in place of a tab (start.css).

import { ARRIVED, placeOf, wantedTab } from "../../common/page/address.js";
import { findAll, parseMessage, targetOf, untilMountedAgain } from "../../common/page/dom.js";
import { animate } from "./pictures.js";

const START = "start";

/** @param {MountContext} context */
export function mount({ element, props, trigger, watch }) {
  const outside = untilMountedAgain(START);
  let asked = false; // for what the pictures show

  function arrive() {
    const place = placeOf(window.location.hash);
    const here = place?.demo === START;
    document.documentElement.classList.toggle("at-start", here);
    if (here && !asked) trigger("load");
    asked ||= here;
    if (here) window.scrollTo({ top: 0 });
    else if (wantedTab() ?? place?.demo) trigger("select", place ?? {});
  }

  // A tab that is pressed leaves the story, also the one that was open below it.
  document.addEventListener("click", (event) => {
    const tab = targetOf(event, "#demos > .tab-wrapper [role=tab], #demos > .tab-wrapper .overflow-dropdown button");
    if (!tab || placeOf(window.location.hash)?.demo !== START) return;
    history.pushState(null, "", window.location.pathname + window.location.search);
    document.documentElement.classList.remove("at-start");
  }, outside);
  window.addEventListener(ARRIVED, arrive, outside);
  window.addEventListener("popstate", () => { if (!window.location.hash) arrive(); }, outside);

  let drawn = false;
  const show = () => {
    const pictures = drawn ? null : parseMessage(props.value);
    if (!pictures) return;
    drawn = true;
    const canvases = findAll(element, "canvas", HTMLCanvasElement);
    animate(new Map(canvases.map((canvas) => [String(canvas.dataset.picture), canvas])), pictures);
  };
  watch("value", show);
  show();
  arrive();
}
