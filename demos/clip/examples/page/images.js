// @ts-check
// The images of the tab with a bar for each label. A bar's button makes the image an example of that label, or takes it
// out again.

import { create, find, findAll, setText } from "../../../common/page/dom.js";
import { decimals, probability } from "../../../common/page/numbers.js";

/** @import { Say } from "../../../common/page/words.js" */
/** @import { Drawn, ExampleImage } from "./examples.js" */

const MOST_BARS = 6;
const SURE = 0.5; // from here on "none of these" is the answer

/** @param {string} className */
function newRow(className) {
  const row = create("div", className);
  const track = create("span", "examples-track");
  track.role = "meter";
  [track.ariaValueMin, track.ariaValueMax] = ["0", "100"];
  track.append(create("i"));
  row.append(create("span", "examples-label"), track, create("span", "examples-share"));
  if (className === "examples-row") {
    const teach = create("button", "examples-teach");
    teach.type = "button";
    row.append(teach);
  }
  return row;
}

/**
 * @param {HTMLElement} row
 * @param {string} label
 * @param {number} share
 * @param {string} said
 */
function fillRow(row, label, share, said) {
  const name = find(row, ".examples-label");
  setText(name, label);
  name.title = label;
  setText(find(row, ".examples-share"), probability(share));
  const track = find(row, ".examples-track");
  [track.ariaValueNow, track.ariaLabel, track.ariaValueText, track.title] = [(100 * share).toFixed(1), label, said, said];
  find(track, "i").style.width = `${100 * share}%`;
}

/**
 * @param {ExampleImage} image
 */
function newFigure(image) {
  const figure = create("figure", "examples-image");
  figure.dataset.key = image.key;
  const shown = create("img");
  [shown.src, shown.alt] = [image.thumbnail ?? "", image.name];
  const told = create("figcaption");
  told.append(create("p", "examples-file-name"), create("div", "examples-rows"), newRow("examples-none"));
  figure.append(shown, told);
  return figure;
}

/**
 * @param {HTMLElement} figure
 * @param {ExampleImage} image
 * @param {number} at which of the images with numbers it is
 * @param {Drawn} drawn
 * @param {number} mix which of the mixes is set
 * @param {Say} say
 */
function fillFigure(figure, image, at, drawn, mix, say) {
  const { labels, columns, count } = drawn;
  const row = (mix * count + at) * columns.length;
  const none = drawn.with_none ? drawn.none[mix * count + at] ?? 0 : 0;
  const left = drawn.shares ? 1 - none : 1;
  const bars = columns.map((label, column) => ({
    label, share: left * drawn.probabilities[row + column], similarity: drawn.similarities[row + column],
  }));
  const best = bars.reduce((most, each) => (each.similarity > most.similarity ? each : most), bars[0]);
  const shown = new Set([...bars].sort((one, other) => other.similarity - one.similarity).slice(0, MOST_BARS)
    .concat(bars.filter(({ label }) => image.of?.includes(label.number))));
  const of = labels.filter(({ number }) => image.of?.includes(number)).map(({ name }) => name);
  const caption = find(figure, ".examples-file-name");
  setText(caption, of.length ? `${image.name} · ${say("is_example", { names: of.join(", ") })}` : image.name);
  caption.title = caption.textContent ?? "";
  const rows = findAll(figure, ".examples-row");
  const seen = bars.filter((bar) => shown.has(bar));
  for (const gone of rows.splice(seen.length)) gone.remove();
  seen.forEach((bar, index) => {
    if (!rows[index]) {
      rows[index] = newRow("examples-row");
      find(figure, ".examples-rows").append(rows[index]);
    }
    const { label, share, similarity } = bar;
    const values = { label: label.name, share: probability(share), similarity: decimals(similarity, 2) };
    fillRow(rows[index], label.name, share, say("bar", values));
    rows[index].classList.toggle("best", bar === best && none <= SURE);
    const teach = find(rows[index], ".examples-teach");
    const taught = Boolean(image.of?.includes(label.number));
    setText(teach, taught ? "✓" : "+");
    teach.ariaPressed = String(taught);
    teach.title = teach.ariaLabel = say(taught ? "unteach" : "teach", { image: image.name, name: label.name });
    teach.dataset.number = String(label.number);
  });
  const last = find(figure, ".examples-none");
  fillRow(last, say("none"), none, `${say("none")}: ${probability(none)}`);
  last.classList.toggle("best", none > SURE);
  last.hidden = !columns.length || !drawn.with_none;
}

/**
 * @param {HTMLElement} place
 * @param {Drawn} drawn
 * @param {number} mix which of the mixes is set
 * @param {Say} say
 */
export function drawImages(place, drawn, mix, say) {
  const old = new Map(findAll(place, ".examples-image").map((figure) => [figure.dataset.key, figure]));
  let at = 0;
  const parts = drawn.images.map((image) => {
    if (image.error) return create("p", "examples-problem", image.error);
    const figure = old.get(image.key) ?? newFigure(image);
    old.delete(image.key); // the same image a second time gets a figure of its own
    fillFigure(figure, image, at, drawn, mix, say);
    at += 1;
    return figure;
  });
  if (drawn.waiting) parts.push(create("p", "examples-waiting", drawn.waiting));
  if (parts.some((part, index) => place.children[index] !== part) || place.childElementCount !== parts.length) {
    place.replaceChildren(...parts);
  }
}
