"""The XOR tab's stage: the HTML that assets/xor draws on, and its scripts in the order that they need."""

import json
from functools import cache

import gradio as gr

from demos.common.i18n import strings
from demos.common.ui import ASSETS
from demos.xor.data import MOST_POINTS

DRAWING = "ink net words plane curves verdict proof"
RUN = "film points table transport dock"
INSIDE = "units principal ink scene graph surface plane space goodness words edit fold touch"
SCRIPTS = (*DRAWING.split(), *RUN.split(), *(f"inside_{name}" for name in INSIDE.split()), "inside", "page")
LARGEST_TABLE = 200_000  # characters of a visitor's CSV
SPEEDS = {"slow": 0.2, "normal": 1.0, "fast": 6.0, "fastest": 1000.0}

LEARNER = """<section class="xor-learner" hidden>
  <header><h3></h3><span class="xor-detail"></span></header>
  <canvas class="xor-plane" role="application"></canvas>
  <p class="xor-verdict" aria-live="polite"></p>
  <p class="xor-reason"></p>
  <p class="xor-numbers"><span></span><span class="xor-accuracy"></span><span class="xor-loss"></span>
    <span class="xor-test"></span></p>
  <div class="xor-curves"><canvas class="xor-curve" aria-hidden="true"></canvas><p class="xor-tip" hidden></p></div>
  <ul class="xor-goodness" hidden></ul>
  <div class="xor-proof" hidden></div>
</section>"""


def _button(name: str, key: str, extra: str = "") -> str:
    return f'<button type="button" data-do="{name}" data-say="{key}" {extra}></button>'


def _tool(name: str, key: str, mark: str = "") -> str:
    return f'<button type="button" data-tool="{name}">{mark}<span data-say="{key}"></span></button>'


PAGE = f"""<div class="xor-page">
  <div class="xor-tools" role="toolbar">
    {_tool("0", "class_0", '<i class="xor-swatch" data-kind="0"></i>')}
    {_tool("1", "class_1", '<i class="xor-swatch" data-kind="1"></i>')}
    {_tool("erase", "erase")}
    {_button("undo-points", "undo")}{_button("clear", "clear")}
    <span class="xor-hint" data-say="points_hint"></span>
  </div>
  <p class="xor-notice" role="status" hidden></p>
  <div class="xor-run">{LEARNER * 3}</div>
  <div class="xor-hand" hidden><span data-say="by_hand"></span>
    {_button("train-on", "train_on")}{_button("undo-hand", "undo")}</div>
  <div class="xor-dock"><div class="xor-transport">
      <input class="xor-timeline" type="range" min="0" max="0" value="0" step="1" data-title="timeline">
      {_button("play", "play", 'class="xor-primary"')}{_button("back", "back")}{_button("step", "step")}
      {_button("epoch", "epoch")}{_button("reset", "reset")}
      <label><span data-say="speed"></span> <select class="xor-speed">{
    "".join(
        f'<option value="{speed:g}" data-say="speed_{name}"{" selected" * (speed == 1)}></option>'
        for name, speed in SPEEDS.items()
    )
}</select></label>
      <label><input class="xor-stop" type="checkbox" checked> <span data-say="stop_when_solved"></span></label>
  </div></div>
  <details class="xor-table"><summary data-say="table"></summary>
    <p data-say="table_info"></p>
    <textarea rows="8" spellcheck="false"></textarea><input type="file" accept=".csv,.tsv,.txt,text/*" hidden>
    <div class="xor-buttons">{_button("use-table", "use_table", 'class="xor-primary"')}
      {_button("open-table", "open_table")}{_button("save-table", "save_table")}</div>
  </details>
</div>"""


def page() -> gr.HTML:
    """The stage. Its value is a message of `look.message`; its events carry what the visitor did."""
    return gr.HTML("", html_template=PAGE, js_on_load=script(), apply_default_css=False, elem_id="xor-picture")


def inside() -> gr.HTML:
    """Below the stage, over the whole width: the views into one net (assets/xor/inside.js)."""
    return gr.HTML('<div class="xor-inside"></div>', js_on_load=None, apply_default_css=False, elem_id="xor-inside")


@cache
def script() -> str:
    words = {key.removeprefix("xor."): entry for key, entry in strings().items() if key.startswith("xor.")}
    constants = {"WORDS": words, "MOST_POINTS": MOST_POINTS, "LARGEST_TABLE": LARGEST_TABLE}
    files = [ASSETS / "xor" / f"{name}.js" for name in SCRIPTS]
    return "\n".join(
        [
            *(f"const {name} = {json.dumps(value, ensure_ascii=False)};" for name, value in constants.items()),
            *(file.read_text(encoding="utf-8") for file in files),
        ]
    )
