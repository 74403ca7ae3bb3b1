// @ts-check
// The transport bar stays in sight: where its own place is not, it floats at the window's lower edge.

import { oncePerFrame } from "../../page/drawing.js";

/**
 * `bar` has its place in `dock`; it floats while `stage` (the learners) or `more()` (what else follows it) is in sight.
 * @param {HTMLElement} dock
 * @param {HTMLElement} bar
 * @param {HTMLElement} stage
 * @param {() => Element | null} more
 */
export function makeDock(dock, bar, stage, more) {
  function settle() {
    const place = dock.getBoundingClientRect();
    const above = stage.getBoundingClientRect();
    const below = more()?.getBoundingClientRect();
    const early = place.top + bar.offsetHeight > window.innerHeight && above.top < window.innerHeight / 2;
    const late = place.top < 0 && below && below.bottom > window.innerHeight / 3;
    const floats = Boolean(above.width) && (early || late);
    if (floats === bar.classList.contains("xor-floating")) return;
    dock.style.minHeight = floats ? `${place.height}px` : "";
    bar.classList.toggle("xor-floating", floats);
  }
  const soon = oncePerFrame(settle);
  window.addEventListener("scroll", soon, { passive: true, capture: true });
  window.addEventListener("resize", soon, { passive: true });
  new ResizeObserver(soon).observe(stage);
  soon();
}
