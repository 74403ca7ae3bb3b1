// Play, pause, step, scrub: which picture of the film is on the screen, and when the server is asked for more.

const TYPED_IN = "input, textarea, select, canvas, [role=listbox], [role=tab], [contenteditable]"; // keep their keys
const BEHIND = 0.1; // seconds that play stays behind what arrives, so that it never stutters
const LONGEST_ANSWER = 8000; // milliseconds to wait for the server

function makeTransport(root, film, ask, redraw) {
  const find = (name) => root.querySelector(`[data-do='${name}']`);
  const line = root.querySelector(".xor-timeline");
  const speed = root.querySelector(".xor-speed");
  const stop = root.querySelector(".xor-stop");
  let playing = false;
  let asked = -LONGEST_ANSWER; // when the server was asked to train on, and has not answered yet
  let stepping = false; // the next picture is one that was asked for
  let place = 0; // the number of the picture on the screen; between two while it plays
  let before = 0;

  const atEnd = () => !film.last || place >= film.last.index;
  const training = () => Boolean(film.head && film.head.running) || performance.now() - asked < LONGEST_ANSWER;

  let ticking = false;
  function tick(now) {
    ticking = playing;
    if (!playing) return;
    const passed = Math.min(0.1, (now - before) / 1000);
    before = now;
    if (!atEnd()) {
      const { rate } = film.head;
      const lag = rate * BEHIND;
      const pull = training() ? Math.min(4, Math.max(0.4, 1 + (film.last.index - place - lag) / (4 * Math.max(lag, 1)))) : 1;
      const shown = Math.floor(place);
      place = Math.min(film.last.index, place + passed * rate * pull);
      if (Math.floor(place) !== shown) redraw();
    } else if (!training()) {
      if (film.head.over) pause();
      else train();
    }
    requestAnimationFrame(tick);
  }

  function train() {
    asked = performance.now();
    ask("play", { speed: Number(speed.value), stop: stop.checked });
  }

  function play() {
    if (!film.head || playing) return;
    if (atEnd() && !film.head.running && film.head.over) place = film.first.index;
    playing = true;
    before = performance.now();
    if (!ticking) requestAnimationFrame(tick);
    ticking = true;
    redraw();
  }

  function pause() {
    if (training()) ask("pause", {});
    playing = false;
    asked = -LONGEST_ANSWER;
    redraw();
  }

  function stand(index) {
    pause();
    stepping = false;
    place = Math.min(film.last.index, Math.max(film.first.index, index));
    redraw();
  }

  function back() {
    if (!film.head) return;
    const at = film.find(Math.ceil(place) - 1);
    stand(film.frames[at].index);
  }

  function on(what) {
    if (!film.head) return;
    const at = film.find(place);
    if (at < film.frames.length - 1) return stand(film.frames[at + 1].index);
    pause();
    stepping = true;
    ask("submit", { what });
  }

  find("play").addEventListener("click", () => (playing ? pause() : play()));
  find("back").addEventListener("click", back);
  find("step").addEventListener("click", () => on("step"));
  find("epoch").addEventListener("click", () => on("epoch"));
  find("reset").addEventListener("click", () => { pause(); ask("clear", {}); });
  line.addEventListener("input", () => stand(Number(line.value)));
  [speed, stop].forEach((choice) => choice.addEventListener("change", () => {
    if (film.head && !stop.checked) film.head.over = false; // what was over because it was solved may go on
    ask("input", { speed: Number(speed.value), stop: stop.checked });
  }));
  document.addEventListener("keydown", (event) => {
    if (!root.isConnected || !root.getClientRects().length || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest(event.key === " " ? `${TYPED_IN}, button, summary, a` : TYPED_IN)) return;
    const act = { " ": () => (playing ? pause() : play()), ArrowLeft: back, ArrowRight: () => on("step") }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  return {
    play,
    pause,
    stand,
    get playing() { return playing; },
    get settings() { return { speed: Number(speed.value), stop: stop.checked }; },
    // The picture on the screen.
    get frame() { return film.last && film.frames[film.find(place)]; },
    // After the film took a message.
    heard(another) {
      const { head } = film;
      asked = -LONGEST_ANSWER;
      if (another) {
        speed.value = String([...speed.options].map(({ value }) => Number(value)).reduce((best, value) => (
          Math.abs(Math.log(value / head.speed)) < Math.abs(Math.log(best / head.speed)) ? value : best)));
        stop.checked = head.stop;
        place = head.after === null ? film.first.index : head.after + 1;
        playing = false;
        if (head.running) play();
      } else if (stepping && !head.running) place = film.last.index;
      if (!head.running) stepping = false;
      redraw();
    },
    show() {
      line.min = film.first.index;
      line.max = film.last.index;
      line.value = Math.floor(place);
      find("play").textContent = say(playing ? "pause" : "play");
      find("play").setAttribute("aria-pressed", String(playing));
      find("back").disabled = place <= film.first.index;
    },
  };
}
