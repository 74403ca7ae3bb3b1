// @ts-check
// One row for each repetition that was tried: how deep, how long, what the coach says.

import { create, find, parseMessage } from "../../../common/page/dom.js";

/** @typedef {{ headings: string[], rows: { counted: boolean, cells: string[] }[] }} Table */

/** @param {MountContext} context */
export function mount({ element, props, watch }) {
  const place = find(element, '[data-part="table"]');

  function show() {
    /** @type {Table | null} */
    const message = parseMessage(props.value);
    const table = create("table", "posture-table");
    const head = table.createTHead().insertRow();
    head.append(...(message?.headings ?? []).map((heading) => create("th", "", heading)));
    const body = table.createTBody();
    for (const { counted, cells } of message?.rows ?? []) {
      const row = body.insertRow();
      if (!counted) row.className = "posture-void";
      row.append(...cells.map((cell) => create("td", "", cell)));
    }
    place.replaceChildren(...(message ? [table] : []));
  }

  watch("value", show);
  show();
}
