// @ts-check
// For a class: puts a link together, shows its QR code, sets large type, and starts afresh for the next class.

import { create, createSvg, find, findAll, parseMessage, setText, targetOf } from "../../../common/page/dom.js";
import { fillWords, sayFrom } from "../../../common/page/words.js";
import { forgetVisit } from "./fresh_start.js";

/** @typedef {{ place: string, name: Said, group: Said | null }} Place */

const QUIET = 4; // modules of light around a QR code (ISO/IEC 18004)
const ALONE = /^(localhost|127\.|\[::1\])/; // an address that means this machine, whoever opens it

/**
 * @param {string[]} rows
 * @returns {SVGSVGElement}
 */
function drawCode(rows) {
  const side = rows.length + 2 * QUIET;
  const svg = createSvg("svg", { viewBox: `0 0 ${side} ${side}`, "shape-rendering": "crispEdges", "aria-hidden": "true" });
  svg.append(createSvg("rect", { width: side, height: side, fill: "#fff" }));
  const dark = rows.flatMap((row, y) => [...row].flatMap((module, x) => (module === "1" ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : [])));
  svg.append(createSvg("path", { d: dark.join(""), fill: "#000" }));
  return svg;
}

/**
 * @param {MountContext} context
 * @param {{ places: Place[], words: Words }} constants
 */
export function mount({ element, props, trigger, watch }, { places, words }) {
  const say = sayFrom({ ...words, ...Object.fromEntries(places.map(({ place, name }) => [`at ${place}`, name])), ...Object.fromEntries(places.map(({ place, group }) => [`in ${place}`, group ?? { en: "", ko: "" }])) });
  const form = find(element, ".class-form", HTMLFormElement);
  const chosen = find(element, "[name=place]", HTMLSelectElement);
  const address = find(element, "[name=address]", HTMLInputElement);
  const note = find(element, ".class-note");
  const enlarged = find(element, ".class-enlarged", HTMLDialogElement);
  const ask = find(element, ".class-ask", HTMLDialogElement);
  const sizeButton = find(element, "[data-do=size]");

  /** @type {HTMLOptGroupElement | null} */
  let group = null;
  for (const { place, group: of } of places) {
    const option = create("option");
    option.value = place;
    option.dataset.say = `at ${place}`;
    if (!of) {
      group = create("optgroup");
      group.dataset.of = place;
      chosen.append(group);
    }
    group?.append(option);
  }
  fillWords(element, say);

  const show = () => {
    for (const each of findAll(chosen, "optgroup", HTMLOptGroupElement)) each.label = say(`at ${each.dataset.of}`);
    setText(note, ALONE.test(window.location.hostname) ? say("alone") : "");
    sizeButton.setAttribute("aria-pressed", String(document.documentElement.dataset.size === "projector"));
  };

  function link() {
    const given = new FormData(form);
    const made = new URL(window.location.pathname, window.location.origin);
    const query = [
      ...(given.get("lang") ? [`lang=${given.get("lang")}`] : []),
      ...(given.has("hide") ? [`hide=${given.getAll("hide").join(",")}`] : []),
      ...(given.has("size") ? [`size=${given.get("size")}`] : []),
    ];
    made.search = query.join("&");
    made.hash = String(given.get("place"));
    return made.href;
  }

  let shown = ""; // the address whose code stands there, or is asked for
  function refresh() {
    address.value = link();
    if (address.value === shown || !element.checkVisibility()) return;
    shown = address.value;
    trigger("submit", { address: shown });
  }

  const draw = () => {
    const code = parseMessage(props.value);
    if (!code || code.address !== address.value) return;
    for (const place of findAll(element, ".class-qr")) place.replaceChildren(drawCode(code.rows));
    setText(find(enlarged, "p"), code.address);
  };

  /** @type {Record<string, () => void>} */
  const deeds = {
    async copy() {
      address.select();
      try {
        await navigator.clipboard.writeText(address.value);
        setText(note, say("copied"));
      } catch { /* no clipboard without HTTPS: the link is selected to be copied */ }
    },
    enlarge: () => enlarged.showModal(),
    size: () => {
      window.glassbox.setSize(document.documentElement.dataset.size === "projector" ? "" : "projector");
      show();
    },
    reset: () => ask.showModal(),
  };

  element.addEventListener("click", (event) => {
    const pressed = targetOf(event, "[data-do]");
    if (pressed) deeds[String(pressed.dataset.do)]?.();
    else if (targetOf(event, "dialog") === enlarged) enlarged.close();
  });
  ask.addEventListener("close", () => { if (ask.returnValue === "yes") forgetVisit(); });
  form.addEventListener("input", () => { show(); refresh(); });
  form.addEventListener("submit", (event) => event.preventDefault());
  watch("value", draw);
  window.addEventListener("glassbox:language", show);
  new IntersectionObserver(refresh).observe(element); // asks for a code once somebody looks
  show();
  draw();
}
