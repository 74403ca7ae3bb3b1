// @ts-check
// Runs before Gradio, as a plain script: settles the visitor's language and the light, which Gradio reads from the
// browser, and holds what every part of the page finds in `window.glassbox` (globals.d.ts).
(() => {
  const url = new URL(window.location.href);
  /** @param {string} name @returns {string | null} */
  const remembered = (name) => { try { return localStorage.getItem(name); } catch { return null; } };
  /** @param {string} name @param {string} value */
  const remember = (name, value) => { try { localStorage.setItem(name, value); } catch { /* a private window */ } };

  const asked = url.searchParams.get("lang") || remembered("glassbox-language") || navigator.language || "en";
  /** @type {Language} */
  let language = asked.toLowerCase().startsWith("ko") ? "ko" : "en";
  Object.defineProperty(navigator, "language", { get: () => language, configurable: true });
  document.documentElement.lang = language;

  const light = url.searchParams.get("__theme") || remembered("glassbox-light");
  if (light && !url.searchParams.has("__theme")) {
    url.searchParams.set("__theme", light);
    history.replaceState(null, "", url.href);
  }

  // A link may hide parts (?hide=controls,lessons,tabs) and ask for the size of a projector (?size=projector).
  const HIDABLE = ["controls", "lessons", "tabs"];
  const hidden = (url.searchParams.get("hide") ?? "").split(",").filter((name) => HIDABLE.includes(name));
  if (hidden.length) document.documentElement.dataset.hide = hidden.join(" ");
  if (url.searchParams.get("size") === "projector") document.documentElement.dataset.size = "projector";
  /** @param {string} name @param {string} value "" leaves it out */
  const setInAddress = (name, value) => {
    const here = new URL(window.location.href);
    if (value) here.searchParams.set(name, value);
    else here.searchParams.delete(name);
    history.replaceState(history.state, "", here.href);
  };

  // What stands in place of a tab is seen at once where the address names it (start/page/start.js), and no tab before it.
  for (const name of ["start", "privacy"]) document.documentElement.classList.toggle(`at-${name}`, url.hash === `#${name}`);

  // A page on which something would be lost asks before it is left.
  /** @type {Set<string>} */
  const unsaved = new Set();
  window.addEventListener("beforeunload", (event) => {
    if (!unsaved.size) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // or Gradio closes its connection, also for a visitor who stays
  });

  // What each part of the page does when a value of its own has changed: the same words anew in another language.
  /** @type {Map<HTMLElement, (() => void)[]>} */
  const redrawn = new Map();

  // Gradio's own page changes its labels through a function of one of its modules, which its settings page calls as well.
  /** @type {Promise<string>} */
  const moduleOfLabels = new Promise((found) => {
    new PerformanceObserver((loaded, observer) => {
      const core = loaded.getEntries().find(({ name }) => /\/assets\/core-[\w-]+\.js$/.test(name));
      if (!core) return;
      observer.disconnect();
      found(core.name);
    }).observe({ type: "resource", buffered: true });
  });

  // A tab is seen once it stands on the page. Where the address leads to another one, the first tab stands there for a
  // moment, until that one has been made or another is chosen.
  const { hash } = url;
  const led = /^#([a-z]+)/.exec(hash)?.[1] ?? "";
  /** @param {string} demo */
  const isSeen = (demo) => Boolean(document.getElementById(`demo-${demo}`)?.checkVisibility());

  window.glassbox = {
    get language() { return language; },
    async seen(demo, others) {
      let arrived = false;
      for (;;) {
        arrived ||= !others.includes(led) || isSeen(led) || window.location.hash !== hash;
        if (arrived && isSeen(demo)) return;
        await new Promise((again) => { setTimeout(again, 100); });
      }
    },
    // What `demos.common.ui.module` writes into a part of the page: loads the part's own script from the app, relative to
    // where the page lies (also behind a proxy), and hands it Gradio's side of the part and the constants.
    async mount(path, context, constants, failed) {
      try {
        const script = await import(new URL(`page_files/${path}`, document.baseURI).href);
        if (!context.element.isConnected) return; // hidden meanwhile: it is mounted anew when it is shown again
        /** @type {(() => void)[]} */
        const changes = [];
        redrawn.set(context.element, changes);
        /** @type {MountContext["watch"]} */
        const watch = (names, changed) => {
          changes.push(changed);
          context.watch(names, changed);
        };
        await script.mount({ ...context, watch }, constants);
      } catch (error) {
        console.error(`${path}:`, error);
        const note = document.createElement("p");
        note.className = "part-failed";
        note.setAttribute("role", "alert");
        note.textContent = failed[language];
        context.element.prepend(note);
      }
    },
    // Says whether what is called `name` would be lost if the page were left now.
    unsaved: (name, lost) => { if (lost) unsaved.add(name); else unsaved.delete(name); },
    // In place: nothing that a visitor has made is lost, and what runs goes on.
    async switchLanguage() {
      language = language === "ko" ? "en" : "ko";
      remember("glassbox-language", language);
      document.documentElement.lang = language;
      const here = new URL(window.location.href);
      if (here.searchParams.has("lang")) {
        here.searchParams.delete("lang");
        history.replaceState(history.state, "", here.href);
      }
      const { changeLocale } = await import(await moduleOfLabels);
      changeLocale(language);
      window.dispatchEvent(new CustomEvent("glassbox:language", { detail: language }));
      for (const [element, changes] of redrawn) {
        if (element.isConnected) for (const changed of changes) changed();
        else redrawn.delete(element); // the part was hidden; it is mounted anew when it is shown again
      }
    },
    showAll() {
      delete document.documentElement.dataset.hide;
      setInAddress("hide", "");
      window.dispatchEvent(new Event("resize")); // Gradio measures its tabs anew
    },
    setSize(size) {
      if (size) document.documentElement.dataset.size = size;
      else delete document.documentElement.dataset.size;
      setInAddress("size", size);
      window.dispatchEvent(new Event("resize"));
    },
    dropUnsaved: () => unsaved.clear(),
    switchLight() {
      const next = document.body.classList.contains("dark") ? "light" : "dark";
      document.body.classList.toggle("dark", next === "dark");
      remember("glassbox-light", next);
      const here = new URL(window.location.href);
      here.searchParams.set("__theme", next);
      history.replaceState(null, "", here.href);
      window.dispatchEvent(new CustomEvent("glassbox:light", { detail: next }));
    },
  };
})();
