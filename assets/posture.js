// The posture tab's two pictures: a film with the skeleton drawn over it, and the same over the webcam.
// The server sends landmarks (thousandths of the picture) and words; this draws them. It computes nothing.
// `posture` gets Gradio's `element`, `props`, `watch` of one gr.HTML and the kind of picture it is.
function posture(kind, element, props, watch) {
  const LEFT = "#E69F00", RIGHT = "#56B4E9", TRUNK = "#F5F0E6", RIM = "rgba(16,16,16,.75)", SEEN = 20;
  const find = (name) => element.querySelector(`[data-part="${name}"]`);
  let text = "", parsed = {};
  const value = () => { // read once, drawn often
    if (props.value !== text) { text = props.value; parsed = glassbox.unpacked(text) || {}; }
    return parsed;
  };

  function draw(canvas, frame, width, height, mirrored) {
    const ratio = window.devicePixelRatio || 1, pen = canvas.getContext("2d");
    const wide = Math.round(width * ratio), high = Math.round(height * ratio);
    if (canvas.width !== wide || canvas.height !== high) { canvas.width = wide; canvas.height = high; }
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    if (!frame || !frame.points) return;
    const { edges, body } = JSON.parse(element.querySelector("[data-skeleton]").dataset.skeleton);
    const unit = Math.max(width, height) / 400;
    const at = (i) => [((mirrored ? 1000 - frame.points[i][0] : frame.points[i][0]) / 1000) * width, (frame.points[i][1] / 1000) * height];
    const seen = (i) => frame.points[i][2] >= SEEN;
    pen.lineCap = "round";
    for (const [a, b] of edges) {
      if (!seen(a) || !seen(b)) continue;
      const shade = a % 2 && b % 2 ? LEFT : a % 2 || b % 2 ? TRUNK : RIGHT;
      for (const [thick, paint] of [[3.6, RIM], [2.3, shade]]) {
        pen.lineWidth = thick * unit; pen.strokeStyle = paint;
        pen.beginPath(); pen.moveTo(...at(a)); pen.lineTo(...at(b)); pen.stroke();
      }
    }
    for (const i of body) {
      if (!seen(i)) continue;
      pen.fillStyle = "#fff"; pen.strokeStyle = RIM; pen.lineWidth = unit * 0.6;
      pen.beginPath(); pen.arc(...at(i), 2.2 * unit, 0, 7); pen.fill(); pen.stroke();
    }
    pen.font = `600 ${Math.max(16, 11 * unit)}px "IBM Plex Sans", sans-serif`;
    pen.textBaseline = "middle"; pen.lineJoin = "round";
    for (const [i, degrees] of frame.angles) {
      const [x, y] = at(i), words = `${degrees}°`, place = Math.min(x + 7 * unit, width - pen.measureText(words).width - 4);
      pen.lineWidth = 4; pen.strokeStyle = RIM; pen.strokeText(words, place, y);
      pen.fillStyle = "#fff"; pen.fillText(words, place, y);
    }
  }

  function say(frame) {
    const number = frame.kind === "hold" ? frame.hold.toFixed(1) : String(frame.count);
    const box = find("number");
    if (box.textContent !== number) {
      if (frame.kind !== "hold" && Number(number) > Number(box.textContent)) {
        box.classList.remove("posture-bump"); void box.offsetWidth; box.classList.add("posture-bump");
      }
      box.textContent = number;
    }
    const film = value();
    const rest = frame.kind === "hold" ? "s" : film.mode === "film" ? `/ ${film.frames[film.frames.length - 1].count}` : "";
    if (find("unit").textContent !== rest) find("unit").textContent = rest;
    find("exercise").textContent = frame.exercise;
    find("advice").textContent = frame.advice;
  }

  if (kind === "film") {
    const video = find("video"), canvas = find("canvas");
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    let shown = null, wanted = 0;
    function show() {
      const film = value();
      element.dataset.mode = film.mode || "";
      if (!film.src) return;
      const aspect = film.width / film.height;
      find("frame").style.aspectRatio = `${film.width} / ${film.height}`;
      find("frame").style.width = `min(100%, ${54 * aspect}vh)`;
      const bar = find("bar");
      bar.hidden = film.mode !== "analysing";
      if (film.src !== shown) { shown = film.src; video.src = film.src; video.load(); }
      if (film.mode === "analysing") {
        bar.firstElementChild.style.width = `${100 * film.share}%`;
        video.pause(); video.controls = false;
        wanted = film.frame.t;
        if (video.readyState && !video.seeking) video.currentTime = wanted;
        say(film.frame);
      } else {
        video.controls = true;
        if (video.readyState) video.currentTime = 0;
        play();
      }
    }
    function play() {
      if (value().mode === "film" && !still && element.offsetParent && !video.dataset.touched) video.play().catch(() => {});
    }
    function frameAt(frames, seconds) {
      let low = 0, high = frames.length - 1;
      while (low < high) { const middle = (low + high + 1) >> 1; if (frames[middle].t <= seconds + 0.02) low = middle; else high = middle - 1; }
      return frames[low];
    }
    function loop() {
      if (!element.isConnected) return;
      const film = value(), box = canvas.getBoundingClientRect();
      if (film.src && box.width) {
        const frame = film.mode === "analysing" ? film.frame : frameAt(film.frames, video.currentTime);
        draw(canvas, frame, box.width, box.height, false);
        if (film.mode !== "analysing") say(frame);
      }
      requestAnimationFrame(loop);
    }
    watch("value", show);
    show();
    requestAnimationFrame(loop);
    // Behind another tab nothing plays.
    new IntersectionObserver(([entry]) => {
      if (!entry.isIntersecting) video.pause();
      else play();
    }).observe(element);
    video.addEventListener("canplay", play, { once: false });
    video.addEventListener("click", () => { video.dataset.touched = "yes"; });
    return;
  }

  // The webcam: Gradio's own picture shows the camera; a canvas is laid over it. Shown mirrored, sent as it is.
  const camera = () => document.querySelector("#posture-camera");
  const canvas = document.createElement("canvas");
  canvas.className = "posture-over";
  function show() {
    const frame = value();
    if (frame.exercise === undefined) return;
    say(frame);
    const video = camera() && camera().querySelector("video");
    if (!video || !video.parentElement) return;
    if (canvas.parentElement !== video.parentElement) video.parentElement.append(canvas);
    // The picture inside the video element, which may leave bars at its sides.
    const box = video.getBoundingClientRect(), outer = video.parentElement.getBoundingClientRect();
    const scale = Math.min(box.width / (video.videoWidth || 4), box.height / (video.videoHeight || 3));
    const width = (video.videoWidth || 4) * scale, height = (video.videoHeight || 3) * scale;
    canvas.style.left = `${box.left - outer.left + (box.width - width) / 2}px`;
    canvas.style.top = `${box.top - outer.top + (box.height - height) / 2}px`;
    canvas.style.width = `${width}px`; canvas.style.height = `${height}px`;
    draw(canvas, frame, width, height, true);
  }
  watch("value", show);
  // Whoever leaves the camera's tab turns the camera off: Gradio would go on streaming behind it.
  setInterval(() => {
    const box = camera();
    if (box && box.offsetParent === null) {
      const stop = box.querySelector('[title="stop recording"]');
      if (stop) stop.closest("button").click();
    }
  }, 400);
}
