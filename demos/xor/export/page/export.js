// @ts-check
// What is on the screen, to take along: images are made here, script and weights by the server, nothing is left on a disk.

import { bytesOf } from "../../../common/page/base64.js";
import { contextOf } from "../../../common/page/canvas.js";
import { create, find, parseMessage, saveFile, targetOf } from "../../../common/page/dom.js";
import { findStage } from "../../live/page/stage.js";
import { SvgContext } from "./svg.js";

/** @import { ShownLearner } from "../../live/page/stage.js" */

/**
 * What the server answers to request `number`: a file, or the fragment of a link ("#" for a page without one).
 * @typedef {{ number: number, name?: string, mime?: string, content?: string, link?: string }} Answer
 */

const PIXELS = 1200; // along a side of the PNG
const SIZE = 600; // along a side of the SVG, and what the PNG's lines are drawn for

/**
 * @param {ShownLearner} learner
 * @param {string} ending
 */
const imageName = ({ model, spec, step }, ending) => `glassbox-${model}-${spec.widths.join("-")}-step-${step}.${ending}`;

/** @param {MountContext} mounted */
export function mount({ element, props, trigger, watch }) {
  let chosen = -1; // the learner to export; first a net, if there is one
  let observed = false;
  let requests = 0;
  /** @type {Set<number>} */
  const open = new Set(); // requests that are not answered yet
  let known = ""; // what the buttons were built from

  // One button for each learner on the screen, in case there are several.
  function refresh() {
    observeStage();
    const present = findStage()?.present();
    if (!present) return;
    if (chosen < 0) chosen = Math.max(0, present.learners.findIndex(({ model }) => model !== "perceptron"));
    const learners = present.learners.map(({ name }) => name);
    chosen = Math.min(chosen, learners.length - 1);
    const key = `${learners} ${chosen}`;
    if (known === key) return;
    known = key;
    find(element, ".export-learners").replaceChildren(...learners.map((name, at) => {
      const button = create("button", "", name);
      button.type = "button";
      button.setAttribute("aria-pressed", String(at === chosen));
      button.addEventListener("click", () => { chosen = at; refresh(); });
      return button;
    }));
  }

  /** @param {ShownLearner} learner */
  function savePng(learner) {
    const canvas = create("canvas");
    canvas.width = canvas.height = PIXELS;
    const context = contextOf(canvas);
    context.scale(PIXELS / SIZE, PIXELS / SIZE);
    findStage()?.drawLearner(context, SIZE, SIZE, chosen);
    canvas.toBlob((blob) => { if (blob) saveFile(imageName(learner, "png"), [blob], "image/png"); });
  }

  /** @param {ShownLearner} learner */
  function saveSvg(learner) {
    const svg = new SvgContext(SIZE, SIZE);
    findStage()?.drawLearner(svg.asContext(), SIZE, SIZE, chosen);
    saveFile(imageName(learner, "svg"), [svg.text(`${learner.name}, step ${learner.step}`)], "image/svg+xml");
  }

  element.addEventListener("click", (event) => {
    const what = targetOf(event, "button")?.dataset.export;
    const present = what ? findStage()?.present() : null;
    if (!present) return;
    refresh();
    const learner = present.learners[chosen];
    if (what === "png") savePng(learner);
    else if (what === "svg") saveSvg(learner);
    else {
      requests += 1;
      open.add(requests);
      const sent = (/** @type {ShownLearner} */ { model, step, weights, edited }) => ({ model, step, weights, edited });
      const hide = find(element, ".export-hide", HTMLInputElement).checked;
      const data = what === "link"
        ? { learners: present.learners.map(sent), inside: present.inside, discretise: present.discretise, hide }
        : sent(learner);
      trigger("submit", { what, number: requests, ...data });
    }
  });

  /** @param {string} fragment */
  async function copy(fragment) {
    const address = location.origin + location.pathname + (fragment === "#" ? "" : fragment);
    const field = find(element, ".export-address", HTMLInputElement);
    field.hidden = false;
    field.value = address;
    try {
      await navigator.clipboard.writeText(address);
      const done = find(element, ".export-done");
      done.hidden = false;
      setTimeout(() => { done.hidden = true; }, 4000);
    } catch {
      field.select(); // no clipboard without HTTPS: the link stands there to be copied
    }
  }

  function receive() {
    /** @type {Answer | null} */
    const answer = parseMessage(props.value);
    if (!answer || !open.delete(answer.number)) return;
    const { name, mime, content, link } = answer;
    if (link) copy(link);
    else if (name && mime && content) saveFile(name, [bytesOf(content)], mime);
  }

  find(element, ".export-hide").addEventListener("change", () => { find(element, ".export-address").hidden = true; });
  // A link that is opened where the page stands already loads nothing by itself: only its fragment is another.
  window.addEventListener("hashchange", () => { if (location.hash.includes("xor=")) location.reload(); });
  watch("value", receive);
  element.addEventListener("pointerenter", refresh);
  element.addEventListener("focusin", refresh);

  // The stage may be mounted after this part.
  function observeStage() {
    const stage = document.querySelector("#xor-stage");
    if (observed || !stage) return;
    observed = true;
    const attributeFilter = ["data-run", "data-learners", "data-running"];
    new MutationObserver(refresh).observe(stage, { subtree: true, attributes: true, attributeFilter });
  }
  new IntersectionObserver(refresh).observe(element);
  refresh();
}
