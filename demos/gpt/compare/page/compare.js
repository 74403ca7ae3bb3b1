// @ts-check
// Compare: two models on the same text. The server sends the whole comparison (value) and how far it is (progress).

import { create, find, parseMessage, setText } from "../../../common/page/dom.js";
import { count, decimals } from "../../../common/page/numbers.js";
import { fillWords, sayFrom } from "../../../common/page/words.js";
import { mountChoices, mountMost } from "./choices.js";
import { mountStrip } from "./strip.js";
import { mountWeights } from "./weights.js";

/** @import { Compared, Part } from "./compared.js" */

/**
 * @param {MountContext} context
 * @param {{ words: Words }} constants the strings "gpt.compare_page_…"
 */
export function mount({ element, props, watch }, { words }) {
  const root = find(element, ".gc");
  const say = sayFrom(words);
  fillWords(root, (key) => say(key));
  /** @type {Compared | null} */
  let compared = null;
  let place = 0;

  /** @type {Part[]} */
  const parts = [
    mountStrip(root, say, look), mountChoices(root, say), mountMost(root, say, look), mountWeights(root, say),
  ];

  /** @param {number} at */
  function look(at) {
    if (!compared) return;
    place = at;
    for (const part of parts) part.redraw?.(compared, at);
  }

  /** @param {Compared} found */
  function drawScores({ names, scores, same_vocabulary: one, notes }) {
    const [a, b] = scores.map((score) => score.bits_per_character);
    const better = a <= b ? 0 : 1;
    const values = {
      better: names[better], letter: "AB"[better], bits: decimals(Math.min(a, b), 2), others: decimals(Math.max(a, b), 2),
      characters: count(scores[0].characters),
    };
    const equal = Math.abs(a - b) < 0.005;
    setText(find(root, ".gc-verdict"), say(equal ? "equal" : "better", values));
    find(root, ".gc-scores tbody").replaceChildren(...scores.map((score, each) => {
      const row = create("tr", "ab"[each]);
      const head = create("th");
      head.scope = "row";
      head.append(create("b", "", "AB"[each]), ` ${names[each]}`);
      const numbers = [decimals(score.bits_per_character, 2), decimals(score.nats_per_token, 2), count(score.tokens)];
      row.append(head, ...numbers.map((number) => create("td", "", number)));
      return row;
    }));
    setText(find(root, ".gc-vocabularies"), say(one ? "one_vocabulary" : "two_vocabularies"));
    find(root, ".gc-notes").replaceChildren(...notes.map((note) => create("p", "", note)));
  }

  function receive() {
    /** @type {Compared | null} */
    const found = parseMessage(props.value);
    if (!found || found.turn < (compared?.turn ?? 0)) return; // an older message never replaces a newer one
    const refused = find(root, ".gc-refused");
    refused.hidden = !found.refused;
    find(root, ".gc-body").hidden = Boolean(found.refused);
    if (found.refused) {
      refused.textContent = found.refused;
      return;
    }
    const same = compared?.segments.length === found.segments.length
      && compared.segments.every(([text], s) => found.segments[s][0] === text);
    compared = found;
    drawScores(found);
    for (const part of parts) part.begin?.(found);
    look(same ? place : found.most_different[0] ?? found.segments.length);
  }

  function showProgress() {
    const share = props.progress ?? 1;
    find(root, ".gc-progress").hidden = share >= 1;
    find(root, ".gc-progress i").style.width = `${100 * share}%`;
    find(root, ".gc-body").classList.toggle("stale", share < 1);
  }

  function showPlace() {
    find(root, ".gc-place").hidden = !props.place;
    setText(find(root, ".gc-place"), props.place ?? "");
  }

  watch("value", receive);
  watch("progress", showProgress);
  watch("place", showPlace);
  receive();
  showProgress();
}
