// Loss and accuracy over the steps, for the points learned from and those held out; the present place is marked.

const CURVES = [
  { of: "test_loss", ink: "--accent", width: 1.5, dash: [2, 4], scaled: true },
  { of: "test_accuracy", ink: "--ink", width: 1.5, dash: [2, 4] },
  { of: "loss", ink: "--accent", width: 2, dash: [6, 5], scaled: true },
  { of: "accuracy", ink: "--ink", width: 2.5, dash: [] },
];
const CURVE_POINTS = 320;

function drawCurves(pen, width, height, frames, learner, now, pointed) {
  const stride = Math.max(1, Math.floor(frames.length / CURVE_POINTS));
  const records = frames.filter((_, at) => at % stride === 0 || at === frames.length - 1).map((one) => one.learners[learner]);
  const last = Math.max(records[records.length - 1].step, 1);
  const losses = records.flatMap(({ loss, test_loss }) => [loss, test_loss]).filter((value) => value != null);
  const most = Math.max(...losses, 1e-9);
  const across = (step) => 2 + (step / last) * (width - 4);
  stroke(pen, colour("--line"), 1, [], (path) => { path.moveTo(0, 6); path.lineTo(width, 6); });
  CURVES.forEach(({ of, ink, width: thick, dash, scaled }) => {
    stroke(pen, colour(ink), thick, dash, (path) => records.forEach((record) => {
      if (record[of] == null) return;
      path.lineTo(across(record.step), 6 + (1 - record[of] / (scaled ? most : 1)) * (height - 10));
    }));
  });
  [[now, "--muted"], [pointed, "--accent"]].forEach(([record, ink]) => {
    if (!record) return;
    const x = Math.min(width - 1, Math.max(1, across(record.step)));
    stroke(pen, colour(ink), 1.5, [], (path) => { path.moveTo(x, 0); path.lineTo(x, height); });
  });
}

// The picture of the film whose step is nearest to a place on the curve, 0 to 1.
function frameAt(frames, learner, share) {
  const step = share * frames[frames.length - 1].learners[learner].step;
  const far = (frame) => Math.abs(frame.learners[learner].step - step);
  return frames.reduce((best, frame) => (far(frame) < far(best) ? frame : best));
}

function curveWords(kind, record) {
  const words = [say(kind === "perceptron" ? "count_shown" : "count_steps", { steps: count(record.step) })];
  words.push(say("loss_is", { loss: decimals(record.loss) }), say("accuracy_is", { accuracy: percent(record.accuracy) }));
  if (record.test_accuracy != null) {
    const loss = record.test_loss == null ? "" : ` · ${say("loss_is", { loss: decimals(record.test_loss) })}`;
    words.push(`${say("held_out")}: ${say("accuracy_is", { accuracy: percent(record.test_accuracy) })}${loss}`);
  }
  return words.join(" · ");
}
