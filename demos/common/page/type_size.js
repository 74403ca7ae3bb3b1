// @ts-check
// The size of type that is drawn, on a canvas or beside the marks of an SVG: it grows as all type of the page does.

/** How large type is shown: 1, or what a link with ?size=projector makes of it (the style sheet's variable --type). */
const scale = () => Number(getComputedStyle(document.documentElement).getPropertyValue("--type")) || 1;

/**
 * As many CSS pixels as type of this size takes on the page now, or as room for type takes that needs so many.
 * @param {number} pixels in the usual size
 */
export const typeSize = (pixels) => pixels * scale();

/**
 * Room for type around a drawing: each of the lengths as `typeSize` has it.
 * @template {Record<string, number>} R
 * @param {R} lengths in the usual size
 * @returns {R}
 */
export function typeRoom(lengths) {
  const now = scale();
  return /** @type {R} */ (Object.fromEntries(Object.entries(lengths).map(([name, length]) => [name, length * now])));
}
