// @ts-check
// The strip of lessons: a chip opens its card, and with it what the lesson sets; the card's buttons set it again, do the
// lesson's other action, or lead on; so does an address that names the lesson (address.js). The value opens a card and sets nothing (lesson_strip.open_lesson).

import { ARRIVED, takeLesson } from "./address.js";
import { create, find, findAll, parseMessage, scrolling, scrollIntoSight, targetOf, untilMountedAgain } from "./dom.js";
import { fillIn, fillWords, sayFrom } from "./words.js";

/**
 * @typedef {Record<Language, string>} Text
 * @typedef {{ key: string, actions: string[], chip: Text, title: Text, text: Text, second?: Text }} Lesson
 * @typedef {{ demo: string, lessons: Lesson[], places: Record<string, string>, words: Words }} Constants
 *   `places` are selectors of what an action's button brings into sight; `words` the strings "common.lesson_…"
 */

/**
 * @param {string} className
 * @param {Record<string, string>} data what it does, for the strip's one listener, and its words (see `fillWords`)
 */
function button(className, data) {
  const made = create("button", className);
  made.type = "button";
  Object.assign(made.dataset, data);
  return made;
}

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {string} className
 * @param {string} words see `fillWords`
 */
function worded(tag, className, words) {
  const made = create(tag, className);
  made.dataset.say = words;
  return made;
}

/**
 * The words of all lessons: those that are the same for each, and what each says, as "3.title".
 * @param {Lesson[]} lessons
 * @param {Words} words
 */
function wordsOf(lessons, words) {
  const all = { ...words };
  lessons.forEach(({ second = words.setup, ...lesson }, at) => {
    const values = { number: at + 1, count: lessons.length };
    const of = { en: fillIn(words.of.en, values), ko: fillIn(words.of.ko, values) };
    for (const [part, said] of Object.entries({ chip: lesson.chip, title: lesson.title, text: lesson.text, second, of })) all[`${at + 1}.${part}`] = said;
  });
  return all;
}

/** @param {number} number from 1 */
function chip(number) {
  const made = button("lesson-chip", { toggle: String(number) });
  made.setAttribute("aria-expanded", "false");
  made.append(create("b", "", number), worded("span", "", `${number}.chip`));
  return made;
}

/**
 * @param {Lesson} lesson
 * @param {number} number from 1
 * @param {number} count
 */
function card(lesson, number, count) {
  const made = create("article", "lesson-card");
  made.dataset.card = String(number);
  made.hidden = true;
  const header = create("header");
  header.append(
    worded("h3", "", `${number}.title`),
    worded("span", "lesson-of", `${number}.of`),
    button("lesson-close", { open: "", say: "close" }),
  );
  const footer = create("footer");
  lesson.actions.forEach((action, at) => {
    const name = at ? `${number}.second` : "setup";
    footer.append(button(at ? "lesson-do" : "lesson-do lesson-first", { do: action, say: name }));
  });
  const turns = create("span", "lesson-turns");
  for (const [key, to] of /** @type {[string, number][]} */ ([["previous", number - 1], ["next", number + 1]])) {
    const turn = button("", { open: String(to), say: key });
    turn.disabled = to < 1 || to > count;
    turns.append(turn);
  }
  footer.append(turns);
  made.append(header, worded("p", "", `${number}.text`), footer);
  return made;
}

/**
 * @param {MountContext} context
 * @param {Constants} constants
 */
export function mount({ element, props, trigger, watch }, { demo, lessons, places, words }) {
  const root = find(element, ".lessons");
  const strip = create("nav", "lesson-strip");
  strip.append(worded("span", "lesson-word", "strip"), ...lessons.map((_, at) => chip(at + 1)));
  root.append(strip, ...lessons.map((lesson, at) => card(lesson, at + 1, lessons.length)));
  fillWords(root, sayFrom(wordsOf(lessons, words)));
  let shown = 0; // the number of the open card; 0 for none
  let sought = ""; // the place that the button pressed last brings into sight

  /** @param {number} number */
  function open(number) {
    shown = number;
    for (const each of findAll(root, ".lesson-card")) each.hidden = each.dataset.card !== String(number);
    for (const each of findAll(root, ".lesson-chip")) {
      const isOpen = each.dataset.toggle === String(number);
      each.setAttribute("aria-expanded", String(isOpen));
      if (isOpen) strip.scrollTo({ left: each.offsetLeft - strip.offsetLeft - 16, behavior: scrolling() });
    }
    // The card to the upper edge of the window, so that there is room for the stage below it.
    if (number) root.scrollIntoView({ behavior: scrolling(), block: "start" });
  }

  /** @param {number} number */
  function start(number) {
    open(number);
    sought = "";
    if (number) trigger("setup", { lesson: number, action: "setup" });
  }

  /** @param {string} action */
  function act(action) {
    sought = places[action] ?? "";
    trigger(action, { lesson: shown, action });
  }

  // What the address asks for, as if its chip and its button had been pressed; the server says what is wrong with it.
  function followAddress() {
    const place = takeLesson(demo);
    if (!place) return;
    const number = lessons.findIndex(({ key }) => key === place.lesson) + 1;
    if (!number) trigger("setup", place);
    else if (place.action === "setup") start(number);
    else {
      open(number); // a link's card stays in sight: nobody has read it yet
      sought = "";
      const action = lessons[number - 1].actions.includes(place.action) ? place.action : "setup";
      trigger(action, { lesson: number, action });
    }
  }

  root.addEventListener("click", (event) => {
    const pressed = targetOf(event, "button");
    if (!(pressed instanceof HTMLButtonElement) || pressed.disabled) return;
    const { toggle, open: to, do: action } = pressed.dataset;
    if (toggle !== undefined) start(Number(toggle) === shown ? 0 : Number(toggle));
    else if (to !== undefined) start(Number(to));
    else if (action) act(action);
  });
  window.addEventListener("glassbox:lesson", () => {
    if (!sought || !element.isConnected) return;
    const selector = sought;
    scrollIntoSight(() => findAll(document, selector).find((place) => place.offsetParent));
  });

  let known = ""; // the value that was followed last
  const show = () => {
    const given = props.value === known ? null : parseMessage(props.value);
    known = props.value;
    if (given && (given.open || !shown)) open(given.open ?? 0); // a card that was opened meanwhile stays open
  };
  watch("value", show);
  show();
  window.addEventListener(ARRIVED, followAddress, untilMountedAgain(`${demo}-lessons`));
  followAddress();
}
