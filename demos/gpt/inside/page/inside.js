// @ts-check
// Look inside: the text, and seven panels on what the model makes of it. The server sends all that is drawn (value),
// when they are asked for the numbers of a step, of a query and its keys, of an intervention and of an attribution
// (step_values, query_key, changed, attributed), and how far it is (progress).

import { create, find, findAll, parseMessage, setText, targetOf } from "../../../common/page/dom.js";
import { clamp } from "../../../common/page/numbers.js";
import { fillWords, sayFrom } from "../../../common/page/words.js";
import { mountAttention } from "./attention.js";
import { AttentionWeights } from "../../page/attention_weights.js";
import { mountAttribution } from "./attribution.js";
import { mountChange } from "./change.js";
import { mountLens } from "./lens.js";
import { mountQueryKey } from "./query_key.js";
import { mountSteps } from "./steps.js";
import { mountText } from "./text.js";
import { mountTokens } from "./tokens.js";
import { View } from "./view.js";

/** @import { Focus, Inside, Panel, Part } from "./view.js" */

/**
 * @param {MountContext} context
 * @param {{ words: Words }} constants the strings "gpt.inside_page_…"
 */
export function mount({ element, props, trigger, watch }, { words }) {
  const root = find(element, ".gi");
  const say = sayFrom(words);
  fillWords(root, (key) => say(key));
  const view = new View(root, say, () => {
    text.redraw();
    panels[view.panel].redraw();
  });
  const text = mountText(view);
  const steps = mountSteps(view, (wish) => trigger("inside_step", wish));
  const queryKey = mountQueryKey(view, (wish) => trigger("inside_query_key", wish));
  const change = mountChange(view, (wish) => trigger("inside_change", wish));
  const attribution = mountAttribution(view, (wish) => trigger("inside_attribute", wish));
  /** @type {Record<Panel, Part>} */
  const panels = {
    attention: mountAttention(view), query_key: queryKey, lens: mountLens(view), steps, tokens: mountTokens(view),
    change, attribution,
  };

  /** @param {Panel} panel */
  function open(panel) {
    view.panel = panel;
    root.dataset.view = panel;
    for (const button of findAll(root, ".gi-switch button")) {
      button.setAttribute("aria-selected", String(button.dataset.view === panel));
    }
    for (const each of findAll(root, "[data-panel]")) each.hidden = each.dataset.panel !== panel;
    view.refresh();
  }

  function beginAll() {
    for (const part of [text, ...Object.values(panels)]) part.begin?.();
  }

  /**
   * Another text, another model, or more of the same.
   * @param {Inside} inside
   */
  function show(inside) {
    const before = view.inside;
    const { shape, tokens } = inside;
    view.inside = inside;
    view.attention = new AttentionWeights(inside.attention, shape.layers, shape.heads, tokens.length);
    view.hover = null;
    if (!before?.tokens.every(({ id }, t) => tokens[t]?.id === id)) view.position = tokens.length - 1;
    if (before?.shape.layers !== shape.layers || before.shape.heads !== shape.heads) {
      [view.layer, view.head] = view.attention.mostDecided();
    }
    find(root, ".gi-notes").replaceChildren(...inside.notes.map((note) => create("p", "", note)));
    beginAll();
    root.classList.add("ready");
    if (inside.focus) lookThere(inside.focus);
    view.refresh();
  }

  /**
   * Where a lesson wants the visitor to look.
   * @param {Focus} focus
   */
  function lookThere({ view: panel, layer, head, token }) {
    if (layer) [view.layer, view.head] = [clamp(layer - 1, 0, view.seen.shape.layers - 1), (head ?? 1) - 1];
    const chosen = view.seen.tokens.findLastIndex((each) => each.text === token);
    if (chosen >= 0) view.position = chosen;
    if (panel) open(panel);
  }

  function receive() {
    /** @type {Inside | null} */
    const inside = parseMessage(props.value);
    if (inside && inside.turn > (view.inside?.turn ?? 0)) show(inside); // an older message never replaces a newer one
    else if (view.inside) { // the same in another language
      beginAll();
      view.refresh();
    }
  }

  function receiveStep() {
    const values = parseMessage(props.step_values);
    if (values && values.turn === view.inside?.turn) steps.receive(values);
  }

  function showProgress() {
    const share = props.progress ?? 1;
    find(root, ".gi-progress").hidden = share >= 1;
    find(root, ".gi-progress i").style.width = `${100 * share}%`;
  }

  function showPlace() {
    find(root, ".gi-place").hidden = !props.place;
    setText(find(root, ".gi-place"), props.place ?? "");
  }

  for (const stepper of findAll(root, ".gi-stepper")) {
    stepper.addEventListener("click", (event) => {
      const by = Number(targetOf(event, "button")?.dataset.by ?? 0);
      if (stepper.dataset.of === "layer") view.lookAt(view.layer + by, view.head);
      else view.lookAt(view.layer, view.head + by);
    });
  }
  for (const button of findAll(root, ".gi-switch button")) {
    button.addEventListener("click", () => open(/** @type {Panel} */ (button.dataset.view)));
  }
  // Canvases follow the width of the page and the light.
  let frame = 0;
  new ResizeObserver(() => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => view.refresh());
  }).observe(root);
  window.addEventListener("glassbox:light", () => {
    if (!view.inside) return;
    panels.attention.begin?.();
    view.refresh();
  });
  watch("value", receive);
  watch("step_values", receiveStep);
  watch("query_key", () => queryKey.receive(parseMessage(props.query_key)));
  watch("changed", () => change.receive(parseMessage(props.changed)));
  watch("attributed", () => attribution.receive(parseMessage(props.attributed)));
  watch("progress", showProgress);
  watch("place", showPlace);
  open("attention");
  receive();
  showProgress();
}
