// @ts-check
// Attribution: which tokens made a next token likely, by two measures side by side.

import { create, find, findAll } from "../../../common/page/dom.js";
import { probability, signed } from "../../../common/page/numbers.js";
import { visible } from "../../page/token.js";

/** @import { Part, View } from "./view.js" */

/**
 * @typedef {{ turn: number, number: number, position: number, target: number }} Wish target −1 is the likeliest
 * @typedef {{ turn: number, number: number, target: number, answers: [token: number, piece: string, p: number][],
 *   first: number, gradient: number[], left_out: number[] | null, correlation: number | null }} Attributed nats per
 *   token from token `first` on
 */

const REST = 200; // milliseconds at one place before it is asked for

/**
 * @param {View} view
 * @param {(wish: Wish) => void} ask for the attribution; it comes to `receive`
 * @returns {Part & { receive: (attributed: Attributed | null) => void }}
 */
export function mountAttribution(view, ask) {
  const { say } = view;
  const root = find(view.root, ".gi-attribution");
  const select = find(root, "select", HTMLSelectElement);
  let target = -1;
  let place = ""; // the tokens after which `target` comes
  let number = 0; // of the latest wish
  let wanted = ""; // what was asked for last
  let waiting = 0;
  /** @type {Attributed | null} */
  let received = null;

  function wish() {
    const { position, seen: { turn, tokens } } = view;
    const read = tokens.slice(0, position + 1).map(({ id }) => id).join(" ");
    if (place !== read) [place, target] = [read, -1];
    const key = `${turn} ${position} ${target}`;
    if (wanted === key) return;
    wanted = key;
    number += 1;
    clearTimeout(waiting);
    waiting = window.setTimeout(() => ask({ turn, number, position, target }), REST);
  }

  function redraw() {
    wish();
    const token = { t: view.position + 1, token: view.token(view.position) };
    find(root, ".gi-target span").textContent = say("target", token);
    draw();
  }

  function draw() {
    const found = received;
    const isCurrent = found?.turn === view.seen.turn && found.number === number;
    root.classList.toggle("stale", !isCurrent);
    if (!found || !isCurrent) return;
    select.replaceChildren(...found.answers.map(([id, piece, p]) => {
      const option = create("option", "", `${visible(piece)}  ${probability(p)}`);
      option.value = String(id);
      option.selected = id === found.target;
      return option;
    }));
    for (const list of findAll(root, ".gi-causes")) {
      const values = list.dataset.of === "gradient" ? found.gradient : found.left_out ?? [];
      const most = Math.max(...values.map(Math.abs), 1e-9);
      const places = most < 0.1 ? 3 : 2;
      list.replaceChildren(...values.map((value, at) => {
        const cause = create("li", value < 0 ? "against" : "");
        cause.style.setProperty("--tint", `${Math.round((60 * Math.abs(value)) / most)}%`);
        cause.append(create("b", "", view.token(found.first + at)), create("span", "", signed(value, places)));
        return cause;
      }));
    }
    const { correlation: r, gradient, first } = found;
    const said = [r === null ? say("agree_none") : say("agree", { r: signed(r) })];
    if (first) said.push(say("read_last", { kept: gradient.length, tokens: first + gradient.length }));
    find(root, ".gi-agree").textContent = said.join(" ");
  }

  select.addEventListener("change", () => {
    target = Number(select.value);
    view.refresh();
  });
  return {
    redraw,
    receive(attributed) {
      received = attributed;
      if (view.inside && view.panel === "attribution") draw();
    },
  };
}
