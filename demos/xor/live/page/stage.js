// @ts-check
// The stage: takes the server's messages, keeps the run's frames, and draws all that is on the screen from one of them.

import { textOfFloats } from "../../../common/page/base64.js";
import { find, findAll, parseMessage, setText } from "../../../common/page/dom.js";
import { significant } from "../../../common/page/numbers.js";
import { fillWords, language, sayFrom } from "../../../common/page/words.js";
import { makePanel } from "../../inside/page/inside.js";
import { oncePerFrame, prepareCanvas, readColours } from "../../page/drawing.js";
import { makeNet } from "../../page/net.js";
import { drawPlane, NO_POINTS } from "../../page/decision_region.js";
import { proofHtml } from "../../proof/page/proof.js";
import { makeByHand } from "./by_hand.js";
import { curveWords, drawCurves, frameAt } from "./curves.js";
import { makeDock } from "./dock.js";
import { makeHistory } from "./history.js";
import { detailOf, drawGoodness, fillNumbers } from "./learner.js";
import { makeEditor } from "./points.js";
import { makeTable } from "./table.js";
import { makeTransport } from "./transport.js";
import { verdictByHand, verdictOf } from "./verdict.js";

/** @import { Context } from "../../page/drawing.js" */
/** @import { Model, Net, Spec, View } from "../../page/net.js" */
/** @import { Points } from "../../page/decision_region.js" */
/** @import { Frame, RunMessage } from "./history.js" */

/** @typedef {{ words: Words, mostPoints: number, farthest: number, largestTable: number }} Constants */
/**
 * A learner as it is on the screen.
 * @typedef {{ model: Model, name: string, spec: Spec, net: Net, edited: boolean, step: number, numbers: number[],
 *   weights: string }} ShownLearner
 */
/**
 * What is on the screen: for links and files. `edited` learners were changed by hand.
 * @typedef {{ frame: number, atEnd: boolean, learners: ShownLearner[], points: Points, view: View, own: boolean,
 *   speed: number, stop: boolean, inside: string, discretise: boolean }} Shown
 */
/**
 * What the stage lets the rest of the tab do, as the property `glassbox` of its element.
 * @typedef {{ present: () => Shown | null, edit: (learner: number, numbers: ArrayLike<number>, goesOn?: boolean) => void,
 *   drawLearner: (context: Context, width: number, height: number, learner: number) => void,
 *   stand: (index: number) => void, play: () => void, pause: () => void }} Stage
 */

const BARE = "xor-bare"; // the tab's class while all but the stage is hidden
const POINTS_SETTLE = 350; // milliseconds after the last edit of the points, before they are trained on
const SLIDER_SETTLES = 150; // milliseconds after a slider's last change, before a run by it begins

/**
 * The stage of the page; null as long as it is not mounted.
 * @returns {Stage | null}
 */
export function findStage() {
  const all = [...document.querySelectorAll("#xor-stage, #xor-stage *")];
  const mounted = /** @type {{ glassbox?: Stage } | undefined} */ (all.find((each) => "glassbox" in each));
  return mounted?.glassbox ?? null;
}

/**
 * @param {MountContext} mounted
 * @param {Constants} constants
 */
export function mount({ element, props, trigger, watch }, { words, mostPoints, farthest, largestTable }) {
  const say = sayFrom(words);
  const sections = findAll(element, ".xor-learner");
  const history = makeHistory();
  let points = NO_POINTS; // on the screen: the run's, or those that are being edited
  /** @type {View} */
  let view = [-0.45, 1.45];
  let own = false; // the points have been edited, and the server has not answered yet
  let unsent = false; // the last edit has not been sent: a run on the points before it must not undo it
  /** @type {Frame | null} */
  let pointed = null; // the frame that the mouse points at on a curve
  let colours = readColours(element);
  const tab = element.closest("#demo-xor");
  const discretise = find(element, ".xor-discretise", HTMLInputElement);
  let discretised = false; // the output was, as a link asked; it is done once
  let hidden = false; // all but the stage was hidden, as a link asked; it is done once

  fillWords(element, say);
  const redraw = oncePerFrame(draw);
  const transport = makeTransport(find(element, ".xor-transport"), history, { trigger, redraw, say, trainable: () => !own || severalClasses() });
  const byHand = makeByHand(find(element, ".xor-hand"), { redraw, say });
  const editor = makeEditor(
    find(element, ".xor-tools"), { points: () => points, view: () => view, set: setPoints, redraw }, { mostPoints, farthest },
  );
  const table = makeTable(find(element, ".xor-table", HTMLDetailsElement), editor, {
    send: (text) => { unsent = false; trigger("upload", { text }); },
    fail: notice, say, mostPoints, largestTable,
  });
  /** @type {ReturnType<typeof makePanel> | null} */
  let panel = null; // "Look inside"
  let panelRestored = ""; // the look inside that a link asked for, once it was given
  makeDock(find(element, ".xor-dock"), find(element, ".xor-transport"), find(element, ".xor-run"), panelPlace);

  /** @returns {HTMLElement | null} it may be mounted after this part */
  function panelPlace() {
    return document.querySelector("#xor-inside .xor-inside");
  }

  discretise.addEventListener("change", redraw);
  find(element, ".xor-show-controls").addEventListener("click", () => tab?.classList.remove(BARE));

  // ---- what arrives

  function receive() {
    /** @type {RunMessage | null} */
    const message = parseMessage(props.value);
    if (!message) return;
    if (!history.isEmpty && message.version < history.head.version) return;
    if (!message.points && (history.isEmpty || history.head.run !== message.run)) return; // they come again
    const another = history.add(message);
    if (another) {
      own = unsent && message.own;
      byHand.clear();
      if (!editor.dragging && !own) {
        unsent = false;
        notice("");
        view = message.view;
        points = {
          places: message.points ?? [],
          classes: message.classes ?? [],
          tests: message.test_points ?? [],
          testClasses: message.test_classes ?? [],
        };
      }
      sections.forEach((section, at) => { section.hidden = at >= message.learners.length; });
      element.dataset.learners = String(message.learners.length);
      element.dataset.run = String(message.run);
    }
    if (message.hide && !hidden) {
      hidden = true;
      tab?.classList.add(BARE);
    }
    if (message.discretise && !discretised) discretised = discretise.checked = true;
    transport.heard(another);
  }

  // ---- the points

  /** The points of one class alone are no question, and the server's run is still that on the points before them. */
  const severalClasses = () => new Set(points.classes).size > 1;

  let settling = 0;
  /**
   * @param {Points} changed
   * @param {boolean} settled
   */
  function setPoints(changed, settled) {
    if (!own) transport.pause();
    own = unsent = true;
    points = changed;
    clearTimeout(settling);
    const several = severalClasses();
    notice(several ? "" : say(points.places.length ? "one_class" : "no_points"));
    if (settled && several) {
      settling = setTimeout(() => {
        unsent = false;
        trigger("edit", { points: editor.listed(), view });
      }, POINTS_SETTLE);
    }
    redraw();
  }

  // ---- the sliders of the settings

  let sliding = 0;
  window.addEventListener("xor:slider", () => {  // the run goes on until the slider is let go
    clearTimeout(sliding);
    sliding = setTimeout(() => trigger("settle"), SLIDER_SETTLES);
  });

  /** @param {string} sentence */
  function notice(sentence) {
    const place = find(element, ".xor-notice");
    place.hidden = !sentence;
    setText(place, sentence);
  }

  // ---- the points' scale

  function showScale() {
    const { standardised, scale } = history.head;
    const place = find(element, ".xor-scale");
    place.hidden = own || !(standardised || scale);
    if (place.hidden) return;
    const [x, y] = [0, 1].map((axis) => (scale ? `${significant(scale.mean[axis])} ± ${significant(scale.std[axis])}` : ""));
    setText(find(place, "span"), say(standardised ? "standardised" : "scale_far", { x, y }));
    const button = find(place, "button");
    button.classList.toggle("xor-primary", !standardised);
    setText(button, say(standardised ? "standardise_not" : "standardise_now"));
  }

  find(element, "[data-do='standardise']").addEventListener("click", () => {
    trigger("standardise", { on: !history.head.standardised });
  });

  // ---- weights changed by hand

  /**
   * @param {number} at
   * @param {ArrayLike<number>} numbers
   */
  function editWeights(at, numbers, goesOn = false) {
    const frame = transport.frame;
    if (!frame) return;
    transport.pause();
    byHand.edit(frame.index, history.head.learners.length, at, numbers, goesOn);
    redraw();
  }

  /**
   * The net on the screen, and whether it was changed by hand.
   * @param {Frame} frame
   * @param {number} at
   * @returns {[Net, boolean]}
   */
  function shownNet(frame, at) {
    const changed = byHand.numbersOf(frame.index, at);
    return [changed ? makeNet(history.head.learners[at], changed) : history.netOf(frame, at), Boolean(changed)];
  }

  function trainOn() {
    const frame = transport.frame;
    if (!frame) return;
    trigger("apply", {
      index: frame.index,
      steps: frame.learners.map(({ step }) => step),
      weights: history.head.learners.map((_, at) => textOfFloats(shownNet(frame, at)[0].numbers)),
      ...transport.settings,
    });
  }

  find(element, "[data-do='train-on']").addEventListener("click", trainOn);

  // ---- drawing

  /**
   * @param {Frame} frame
   * @param {number} at
   */
  function drawLearner(frame, at) {
    const { head } = history;
    const section = sections[at];
    const spec = head.learners[at];
    const record = frame.learners[at];
    const [net, changed] = shownNet(frame, at);
    const stand = own || changed
      ? verdictByHand(net, points, say)
      : verdictOf(head, at, record, { net, points, running: transport.playing, say });
    if (own) stand.reason = say("points_changed");

    const name = say(spec.model.replace("-", "_"));
    setText(find(section, "h3"), name);
    setText(find(section, ".xor-detail"), detailOf(spec, net, say));
    const verdict = find(section, ".xor-verdict");
    setText(verdict, stand.verdict);
    verdict.dataset.tone = stand.tone;
    setText(find(section, ".xor-reason"), stand.reason);
    fillNumbers(find(section, ".xor-numbers"), spec.model, record, own || changed ? net : null, points, say);

    const { proof, cycle } = head;
    const witness = stand.key === "no_line" && proof ? [...proof.ones, ...proof.zeros].map(({ index }) => index) : null;
    const lines = stand.key === "cycle" || stand.key === "long_cycle" ? cycle?.lines ?? [] : [];
    const plane = find(section, ".xor-plane", HTMLCanvasElement);
    plane.setAttribute("aria-label", `${name}: ${stand.verdict}. ${say("plane_help")}`);
    if (inSight.has(plane)) {
      const { context, width, height } = prepareCanvas(plane);
      const size = transport.playing && net.numbers.length > 300 ? 40 : 64;
      drawPlane(context, width, height, colours, { net, view, points, witness, lines, size, discretise: discretise.checked });
      editor.drawCursor(plane, context, width, height, colours);
    }
    const curves = find(section, ".xor-curve", HTMLCanvasElement);
    if (inSight.has(curves)) {
      const { context, width, height } = prepareCanvas(curves);
      const shown = { frames: history.frames, learner: at, now: record, pointed: pointed?.learners[at] };
      drawCurves(context, width, height, colours, shown);
    }
    drawGoodness(find(section, ".xor-goodness"), record, say);
    const place = find(section, ".xor-proof");
    place.hidden = !(witness || lines.length) || !proof;
    if (proof && !place.hidden && (place.dataset.run !== String(head.run) || place.lang !== language)) {
      place.innerHTML = proofHtml(proof, say);
      place.lang = language;
      place.dataset.run = String(head.run);
    }
    return { name, spec, net, step: record.step };
  }

  function draw() {
    const frame = transport.frame;
    if (!frame) return;
    const { head } = history;
    const learners = head.learners.map((_, at) => drawLearner(frame, at));
    const place = panelPlace();
    panel ??= place && makePanel(place, { onEdit: editWeights, words });
    const until = history.find(frame.index);
    const trail = (/** @type {number} */ at) => history.frames.slice(0, until).map((one) => history.netOf(one, at));
    panel?.show({ learners, points: points.places, classes: points.classes, view, language, trail });
    if (panel && head.inside && head.inside !== panelRestored) {
      panelRestored = head.inside;
      panel.restore(head.inside);
    }
    showScale();
    transport.show();
    table.refresh();
    byHand.show(frame.index);
    find(element, "[data-do='undo-points']", HTMLButtonElement).disabled = !editor.canUndo;
    find(element, "[data-do='redo-points']", HTMLButtonElement).disabled = !editor.canRedo;
    element.dataset.running = String(transport.playing);
    element.dataset.over = String(head.over && frame === history.last);
    element.dataset.frame = String(frame.index);
    element.dataset.drawings = String(Number(element.dataset.drawings ?? 0) + 1);
  }

  // Planes and curves that nobody sees are not drawn: "Look inside" may be in sight alone.
  /** @type {Set<Element>} */
  const inSight = new Set();
  const sight = new IntersectionObserver((entries) => {
    entries.forEach(({ target, isIntersecting }) => inSight[isIntersecting ? "add" : "delete"](target));
    redraw();
  }, { rootMargin: "150px" });
  findAll(element, ".xor-plane, .xor-curve").forEach((canvas) => sight.observe(canvas));

  // ---- the curves under the mouse

  sections.forEach((section, at) => {
    const curve = find(section, ".xor-curve");
    const tip = find(section, ".xor-tip");
    const frameUnder = (/** @type {MouseEvent} */ { clientX }) => {
      const box = curve.getBoundingClientRect();
      return frameAt(history.frames, at, (clientX - box.left) / box.width);
    };
    curve.addEventListener("pointermove", (event) => {
      if (history.isEmpty) return;
      pointed = frameUnder(event);
      tip.hidden = false;
      setText(tip, curveWords(history.head.learners[at].model, pointed.learners[at], say));
      redraw();
    });
    curve.addEventListener("pointerleave", () => { pointed = null; tip.hidden = true; redraw(); });
    curve.addEventListener("click", (event) => { if (!history.isEmpty) transport.stand(frameUnder(event).index); });
    editor.attach(find(section, ".xor-plane", HTMLCanvasElement));
  });

  // ---- for the rest of the tab

  /** @returns {Shown | null} */
  function present() {
    const frame = transport.frame;
    if (!frame) return null;
    const learners = history.head.learners.map((spec, at) => {
      const [net, edited] = shownNet(frame, at);
      const { model } = spec;
      const { step } = frame.learners[at];
      const numbers = Array.from(net.numbers);
      return { model, name: say(model.replace("-", "_")), spec, net, edited, step, numbers, weights: textOfFloats(numbers) };
    });
    return {
      frame: frame.index,
      atEnd: frame === history.last,
      learners, points, view,
      own: own || history.head.own,
      inside: panel?.state ?? "",
      discretise: discretise.checked,
      ...transport.settings,
    };
  }

  /** @type {Stage} */
  const stage = {
    present,
    edit: editWeights,
    drawLearner(context, width, height, at) {
      const frame = transport.frame;
      if (!frame) return;
      drawPlane(context, width, height, colours, { net: shownNet(frame, at)[0], view, points, size: 128, discretise: discretise.checked });
    },
    stand: transport.stand,
    play: transport.play,
    pause: transport.pause,
  };
  Object.assign(element, { glassbox: stage });

  watch("value", receive);
  new ResizeObserver(redraw).observe(element);
  window.addEventListener("glassbox:language", redraw);
  new MutationObserver(() => {
    colours = readColours(element);
    redraw();
  }).observe(document.body, { attributes: true, attributeFilter: ["class"] });
  receive();
}
