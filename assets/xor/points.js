// The points edited on any plane: click adds, dragging moves, the eraser or a right click deletes; keys and touch too.

const UNDO_STEPS = 50;

// `stage`: { points(), view(), set(points, settled) }; set shows the points at once, and trains on them when settled.
function makeEditor(root, stage) {
  const tools = [...root.querySelectorAll("[data-tool]")];
  const past = [];
  let tool = "1";
  let dragged = null;
  const cursor = { shown: null, place: null };  // where the keyboard is: on which canvas

  function choose(name) {
    tool = name;
    tools.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.tool === name)));
  }

  // All points as one list of [x, y, class]: whoever edits them decides anew which are held out.
  function listed() {
    const { places, classes, tests, testClasses } = stage.points();
    return [...places.map((place, k) => [...place, classes[k]]), ...tests.map((place, k) => [...place, testClasses[k]])];
  }

  function change(list, settled = true) {
    stage.set({ places: list.map(([x, y]) => [x, y]), classes: list.map((point) => point[2]), tests: [], testClasses: [] }, settled);
  }

  function remember() {
    past.push(listed());
    if (past.length > UNDO_STEPS) past.shift();
  }

  function rounded(value) {
    const [low, high] = stage.view();
    const unit = 10 ** Math.floor(Math.log10((high - low) / 100));
    return Number((Math.round(value / unit) * unit).toFixed(6));
  }

  function placeOf(canvas, event) {
    const box = canvas.getBoundingClientRect();
    const to = frameOf(stage.view(), box.width, box.height);
    return [rounded(to.x(event.clientX - box.left)), rounded(to.y(event.clientY - box.top))];
  }

  function nearest(canvas, [x, y], reach = 1.6) {
    const [low, high] = stage.view();
    const list = listed();
    const { width } = canvas.getBoundingClientRect();
    let [best, least] = [-1, (reach * Math.max(9, pointRadius(list.length, width)) * (high - low)) / width];
    list.forEach(([px, py], index) => {
      const far = Math.hypot(px - x, py - y);
      if (far < least) [best, least] = [index, far];
    });
    return best;
  }

  function remove(index) {
    if (index < 0) return;
    remember();
    change(listed().filter((_, at) => at !== index));
  }

  function add([x, y]) {
    if (listed().length >= MOST_POINTS) return;
    remember();
    change([...listed(), [x, y, Number(tool)]]);
  }

  function attach(canvas) {
    canvas.tabIndex = 0;
    canvas.addEventListener("touchstart", (event) => {  // a point moves, the page does not; elsewhere the page scrolls
      if (nearest(canvas, placeOf(canvas, event.touches[0])) >= 0) event.preventDefault();
    }, { passive: false });
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      cursor.shown = null;
      const start = placeOf(canvas, event);
      dragged = { canvas, index: nearest(canvas, start), from: [event.clientX, event.clientY], moved: false };
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!dragged || dragged.canvas !== canvas) return;
      const far = Math.hypot(event.clientX - dragged.from[0], event.clientY - dragged.from[1]) > 3;
      if (!dragged.moved && !far) return;
      if (!dragged.moved && dragged.index >= 0) remember();
      dragged.moved = true;
      if (dragged.index < 0 || tool === "erase") return;
      const list = listed();
      const [low, high] = stage.view();
      const place = placeOf(canvas, event).map((value) => Math.min(high, Math.max(low, value)));
      list[dragged.index] = [...place, list[dragged.index][2]];
      change(list, false);
    });
    canvas.addEventListener("pointerup", (event) => {
      const held = dragged;
      dragged = null;
      if (!held || held.canvas !== canvas) return;
      if (held.moved && held.index >= 0) change(listed());
      else if (held.moved) return;
      else if (tool === "erase") remove(held.index);
      else if (held.index < 0) add(placeOf(canvas, event));
    });
    canvas.addEventListener("pointercancel", () => { dragged = null; });
    canvas.addEventListener("contextmenu", (event) => {
      event.preventDefault();
      remove(nearest(canvas, placeOf(canvas, event)));
    });
    canvas.addEventListener("keydown", (event) => key(canvas, event));
    canvas.addEventListener("blur", () => { cursor.shown = null; stage.redraw(); });
  }

  const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

  function key(canvas, event) {
    const [low, high] = stage.view();
    if (MOVES[event.key]) {
      const from = cursor.place || [(low + high) / 2, (low + high) / 2];
      const unit = (high - low) / (event.shiftKey ? 100 : 20);
      cursor.place = from.map((value, k) => rounded(Math.min(high, Math.max(low, value + unit * MOVES[event.key][k]))));
      cursor.shown = canvas;
      stage.redraw();
    } else if (event.key === "Enter" && cursor.place) {
      if (tool === "erase") remove(nearest(canvas, cursor.place));
      else add(cursor.place);
    } else if ((event.key === "Delete" || event.key === "Backspace") && cursor.place) remove(nearest(canvas, cursor.place));
    else if (event.key === "0" || event.key === "1") choose(event.key);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function undo() {
    if (past.length) change(past.pop());
  }

  tools.forEach((button) => button.addEventListener("click", () => choose(button.dataset.tool)));
  root.querySelector("[data-do='undo-points']").addEventListener("click", undo);
  root.querySelector("[data-do='clear']").addEventListener("click", () => { remember(); change([]); });
  choose(tool);

  return {
    attach,
    listed,
    change(list) { remember(); change(list); },
    get canUndo() { return past.length > 0; },
    get dragging() { return Boolean(dragged && dragged.moved && dragged.index >= 0); },
    drawCursor(canvas, pen, width, height) {
      if (cursor.shown !== canvas) return;
      const to = frameOf(stage.view(), width, height);
      const [x, y] = [to.across(cursor.place[0]), to.down(cursor.place[1])];
      stroke(pen, colour("--ink"), 1.5, [], (path) => {
        path.moveTo(x - 14, y); path.lineTo(x + 14, y); path.moveTo(x, y - 14); path.lineTo(x, y + 14);
      });
    },
  };
}
