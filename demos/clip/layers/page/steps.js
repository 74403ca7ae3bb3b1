// @ts-check
// The steps through the tower, each drawn as a block: as high as its maps are large, as deep as it has channels.

import { create, createSvg } from "../../../common/page/dom.js";

/** @import { Say } from "../../../common/page/words.js" */

const [HIGHEST, LEAST] = [50, 5]; // of a block, in pixels
const SLANT = 7; // of a block's depth on the page

/**
 * @typedef {{ name: string, channels: number, side: number }} Size of a stage
 */

/**
 * A block seen from the front, a little from above and from the right.
 * @param {number} channels
 * @param {number} side 1 where no place is left
 */
function block(channels, side) {
  const high = LEAST + ((HIGHEST - LEAST) * Math.log2(side)) / Math.log2(224);
  const wide = 3.6 * Math.log2(channels + 1);
  const svg = createSvg("svg", { viewBox: `0 0 ${wide + SLANT} ${HIGHEST + SLANT}`, width: wide + SLANT, height: HIGHEST + SLANT });
  const [top, bottom] = [HIGHEST + SLANT - high, HIGHEST + SLANT];
  svg.append(
    createSvg("polygon", { class: "top", points: `0,${top} ${SLANT},${top - SLANT} ${wide + SLANT},${top - SLANT} ${wide},${top}` }),
    createSvg("polygon", { class: "flank", points: `${wide},${top} ${wide + SLANT},${top - SLANT} ${wide + SLANT},${bottom - SLANT} ${wide},${bottom}` }),
    createSvg("rect", { class: "front", x: 0, y: top, width: wide, height: high }),
  );
  svg.setAttribute("aria-hidden", "true");
  return svg;
}

/**
 * The steps of these stages and of the vector after them, in their order.
 * @param {HTMLElement} place
 * @param {Size[]} stages the pixels first
 * @param {number} length of the vector
 * @param {number} chosen
 * @param {Say} say
 */
export function drawSteps(place, stages, length, chosen, say) {
  const all = [...stages, { name: "vector", channels: length, side: 1 }];
  place.replaceChildren(...all.map(({ name, channels, side }, at) => {
    const button = create("button");
    button.type = "button";
    button.role = "tab";
    button.dataset.step = String(at);
    button.ariaSelected = String(at === chosen);
    const known = ["pixels", "stem", "features", "vector"].includes(name);
    const number = stages.slice(0, at + 1).filter((stage) => !["pixels", "stem", "features"].includes(stage.name)).length;
    const shape = name === "vector" ? String(channels) : `${channels} × ${side} × ${side}`;
    button.append(block(channels, side), create("b", "", known ? say(`step_${name}`) : say("step_stage", { number })), create("span", "", shape));
    return button;
  }));
}
