// @ts-check
// How far the weights lie apart, part by part, where the two models have the same shape.

import { create, find } from "../../../common/page/dom.js";
import { decimals } from "../../../common/page/numbers.js";

/** @import { Say } from "../../../common/page/words.js" */
/** @import { Part } from "./compared.js" */

/**
 * @param {HTMLElement} root
 * @param {Say} say
 * @returns {Part}
 */
export function mountWeights(root, say) {
  const place = find(root, ".gc-weights");
  return {
    begin({ weights }) {
      find(place, ".gc-weights-say").textContent = say(weights ? "weights_say" : "weights_none");
      find(place, ".gc-table").hidden = !weights;
      const most = Math.max(...(weights ?? []).map(({ relative }) => relative ?? 0), 1e-9);
      find(place, "tbody").replaceChildren(...(weights ?? []).map(({ name, layer, relative, cosine }) => {
        const row = create("tr");
        const head = create("th", "", say(`part_${name}`, { layer }));
        head.scope = "row";
        const apart = create("td", "apart");
        const bar = create("i");
        bar.style.width = `${(100 * (relative ?? 0)) / most}%`;
        apart.append(create("em", "", decimals(relative, 3)), bar);
        row.append(head, apart, create("td", "", decimals(cosine, 3)));
        return row;
      }));
    },
  };
}
