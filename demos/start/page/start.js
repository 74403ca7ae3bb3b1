// @ts-check
// The story: its pictures, and the way from an address to its tab. Where the address names the story, or what stays
// where, the page shows that in place of a tab (start.css).

import { ARRIVED, placeOf, wantedTab } from "../../common/page/address.js";
import { findAll, parseMessage, targetOf, untilMountedAgain } from "../../common/page/dom.js";
import { animate } from "./pictures.js";

const START = "start";
const PAGES = [START, "privacy"]; // that stand in place of a tab

/** The one of PAGES that the address names. */
const pageNamed = () => PAGES.find((name) => name === placeOf(window.location.hash)?.demo);

/** @param {string} [page] one of PAGES; a tab if it is not given */
function showPage(page) {
  for (const name of PAGES) document.documentElement.classList.toggle(`at-${name}`, name === page);
}

/** @param {MountContext} context */
export function mount({ element, props, trigger, watch }) {
  const outside = untilMountedAgain(START);
  let asked = false; // for what the pictures show

  function arrive() {
    const place = placeOf(window.location.hash);
    const page = pageNamed();
    const { activeElement: held } = document;
    showPage(page);
    // A link that went with such a page leaves the focus to the tab that it leads to.
    if (!held?.checkVisibility() && place) document.getElementById(`demo-${place.demo}-button`)?.focus({ preventScroll: true });
    if (page === START && !asked) trigger("load");
    asked ||= page === START;
    if (page) window.scrollTo({ top: 0 });
    else if (wantedTab() ?? place?.demo) trigger("select");
  }

  // A tab that is pressed leaves such a page, also the tab that was open below it. From then on the address names it: a
  // page that is opened again shows it, not the first one.
  /** @type {Map<string, string>} */
  const fragments = new Map(); // what the address said of each tab: a lesson, or a link's settings
  document.addEventListener("click", (event) => {
    const tab = targetOf(event, "#demos > .tab-wrapper [role=tab], #demos > .tab-wrapper .overflow-dropdown button");
    if (!tab) return;
    const { hash, pathname, search } = window.location;
    const [now, demo] = [/^#([a-z]+)/.exec(hash)?.[1] ?? "", tab.getAttribute("data-tab-id") ?? ""];
    if (now === demo) return;
    fragments.set(now, hash);
    const address = pathname + search + (fragments.get(demo) ?? (demo && `#${demo}`));
    if (!pageNamed()) {
      history.replaceState(history.state, "", address);
      return;
    }
    history.pushState(null, "", address);
    showPage();
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
