// @ts-check
// Where the camera should stand for an exercise, seen from above: the person in the middle, looking down the page.

import { createSvg, find, parseMessage } from "../../common/page/dom.js";

/**
 * What `demos.posture.look.camera_picture` says: how the body lies ("standing", "prone", "supine", "side"), and the views from
 * which it can be coached, the best first.
 * @typedef {{ body: string, views: string[] }} CameraPicture
 */

const WIDTH = 150;
const HEIGHT = 124;
const PERSON = { x: 60, y: 46 };
const AWAY = 64; // of the camera from the person
/** @type {Record<string, number>} degrees from in front of the person, to the person's left */
const ANGLES = { front: 0, three_quarter: 42, side: 90 };

/** @param {MountContext} context */
export function mount({ element, props, watch }) {
  const place = find(element, '[data-part="camera_picture"]');

  function show() {
    /** @type {CameraPicture | null} */
    const picture = parseMessage(props.value);
    if (picture) place.replaceChildren(pictureOf(picture));
  }

  watch("value", show);
  show();
}

/** @param {CameraPicture} picture */
function pictureOf({ body, views }) {
  const size = { width: WIDTH, height: HEIGHT, viewBox: `0 0 ${WIDTH} ${HEIGHT}` };
  const svg = createSvg("svg", { class: "posture-camera-picture", "aria-hidden": "true", ...size });
  for (const [index, view] of views.entries()) svg.append(cameraAt(ANGLES[view], index === 0));
  svg.prepend(floor());
  svg.append(person(body));
  return svg;
}

/** The quarter of a circle on which all views lie, from the side to the front. */
function floor() {
  const { x, y } = PERSON;
  return createSvg("path", { class: "floor", d: `M${x + AWAY} ${y}A${AWAY} ${AWAY} 0 0 1 ${x} ${y + AWAY}` });
}

/**
 * A camera that looks at the person; the best one with what it sees.
 * @param {number} degrees
 * @param {boolean} best
 */
function cameraAt(degrees, best) {
  const camera = createSvg("g", {
    class: best ? "camera best" : "camera",
    // 0 is below the person; drawn as if it stood there, then turned about the person
    transform: `rotate(${-degrees} ${PERSON.x} ${PERSON.y}) translate(${PERSON.x} ${PERSON.y + AWAY})`,
  });
  if (best) camera.append(createSvg("path", { class: "seen", d: `M0 -6L-26 ${-AWAY - 18}H26Z` }));
  camera.append(createSvg("path", { class: "lens", d: "M-4 -3L-6 -8H6L4 -3Z" }));
  camera.append(createSvg("rect", { x: -7, y: -3, width: 14, height: 11, rx: 2 }));
  return camera;
}

/**
 * Head and shoulders of who stands, the whole of who lies on the floor.
 * @param {string} body
 */
function person(body) {
  const group = createSvg("g", { class: "person", transform: `translate(${PERSON.x} ${PERSON.y})` });
  if (body === "standing") {
    group.append(createSvg("path", { class: "limb", d: "M-6 2V12M6 2V12" })); // the feet say where they look
    group.append(createSvg("rect", { class: "shoulders", x: -22, y: -8, width: 44, height: 15, rx: 7.5 }));
    group.append(createSvg("circle", { class: "head", cy: 1, r: 8 }));
    return group;
  }
  if (body === "side") {
    // The chest looks down the page, the forearm lies before it, both legs one on the other.
    group.append(createSvg("path", { class: "limb", d: "M8 2L46 3M46 3L47 9M-13 5V20" }));
    group.append(createSvg("rect", { x: -19, y: -7, width: 34, height: 15, rx: 7.5 }));
    group.append(createSvg("circle", { class: "head", cx: -28, cy: 1, r: 8 }));
    return group;
  }
  // Face down the head is ahead, on the back the feet are.
  const lying = createSvg("g", body === "supine" ? { transform: "rotate(180)" } : {});
  lying.append(createSvg("path", { class: "limb", d: "M-5 -2L-6 -38M5 -2L6 -38M-12 12L-17 -4M12 12L17 -4" }));
  lying.append(createSvg("rect", { x: -12, y: -12, width: 24, height: 29, rx: 9 }));
  lying.append(createSvg("circle", { class: "head", cy: 25, r: 8 }));
  group.append(lying);
  return group;
}
