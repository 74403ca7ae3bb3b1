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
  const language = asked.toLowerCase().startsWith("ko") ? "ko" : "en";
  Object.defineProperty(navigator, "language", { get: () => language, configurable: true });
  document.documentElement.lang = language;

  const light = url.searchParams.get("__theme") || remembered("glassbox-light");
  if (light && !url.searchParams.has("__theme")) {
    url.searchParams.set("__theme", light);
    history.replaceState(null, "", url.href);
  }

  // A page on which something would be lost asks before it is left.
  /** @type {Set<string>} */
  const unsaved = new Set();
  window.addEventListener("beforeunload", (event) => {
    if (!unsaved.size) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // or Gradio closes its connection, also for a visitor who stays
  });

  // After a change of language the page opens on the tab where it was.
  const session = (() => { try { return sessionStorage; } catch { return null; } })(); // none in some private windows
  const tab = session?.getItem("glassbox-tab");
  session?.removeItem("glassbox-tab");
  if (tab) {
    const opening = setInterval(() => {
      const button = document.getElementById(tab);
      if (button?.getAttribute("aria-selected") === "true") clearInterval(opening);
      else button?.click();
    }, 200);
    setTimeout(() => clearInterval(opening), 20000);
  }

  window.glassbox = {
    language,
    // What `demos.common.ui.module` writes into a part of the page: loads the part's own script from the app, relative to
    // where the page lies (also behind a proxy), and hands it Gradio's side of the part and the constants.
    async mount(path, context, constants, failed) {
      try {
        const script = await import(new URL(`glassbox/${path}`, document.baseURI).href);
        await script.mount(context, constants);
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
    switchLanguage() {
      session?.setItem("glassbox-tab", document.querySelector('[id^="demo-"][aria-selected="true"]')?.id ?? "");
      remember("glassbox-language", language === "ko" ? "en" : "ko");
      const here = new URL(window.location.href);
      here.searchParams.delete("lang");
      window.location.href = here.href;
    },
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
