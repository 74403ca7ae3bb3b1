// @ts-check
// The server lets go of what it holds for a page that it has not heard of for a minute, and knows nothing of the pages of
// before when it is started anew, or when another worker takes over. Such a page shows what nobody holds any more: it
// says so, and opens again. Answers name the visit that they belong to (common/ui/middleware/presence.py).

import { find } from "./dom.js";
import { language } from "./words.js";

const VISIT = "glassbox-visit";
const TO_READ = 6000; // milliseconds

/**
 * @param {MountContext} context
 * @param {{ words: Words }} constants
 */
export function mount({ element }, { words }) {
  const note = find(element, "[role=alert]");
  let visit = "", opening = false;

  /** @param {string} named */
  function compare(named) {
    visit ||= named;
    if (named === visit || opening) return;
    opening = true;
    note.lang = language;
    note.textContent = words.again[language];
    note.hidden = false;
    setTimeout(() => window.location.reload(), TO_READ);
  }

  const ask = window.fetch;
  window.fetch = async (...asked) => {
    const answer = await ask(...asked);
    const named = answer.headers.get(VISIT);
    if (named) compare(named);
    return answer;
  };
}
