"""The stage, and a visitor's present run on it: begun, played, stepped and trained on; the newest one wins."""

import asyncio
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import gradio as gr

from demos.common.errors import BadInput
from demos.common.i18n import strings
from demos.common.ui import ASSETS, says
from demos.common.validate import number, whole
from demos.xor.data import MOST_POINTS, Points
from demos.xor.settings import tab as tab_controls
from demos.xor.settings.setup import OPENING, SPEEDS, as_linked, numbers_of

if TYPE_CHECKING:
    from demos.xor.live.run import Run, Start

DRAWING = "ink net words plane curves verdict proof"
RUN = "film points table transport dock"
INSIDE = "units principal ink scene graph surface plane space goodness words edit fold touch"
SCRIPTS = (*DRAWING.split(), *RUN.split(), *(f"inside_{name}" for name in INSIDE.split()), "inside", "page")
LARGEST_TABLE = 200_000  # characters of a visitor's CSV
SPEED_CHOICES = {"slow": 0.2, "normal": 1.0, "fast": 6.0, "fastest": 1000.0}

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
        for name, speed in SPEED_CHOICES.items()
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


MESSAGES_PER_SECOND = 15
SETTLED = 0.15  # seconds without a change after which a slider is taken to be let go


@dataclass
class VisitorState:
    """One visitor's run (the `number`-th), and the turn of whoever may train it: who sees a later turn stops.

    `asked` counts the runs that were asked for, `changes` the changes of sliders.
    """

    run: "Run | None" = None
    number: int = 0
    turn: int = 0
    asked: int = 0
    changes: int = 0
    own: Points | None = None
    inside: str = ""  # what a link asks "Look inside" to show
    speed: float = OPENING.speed
    stop: bool = OPENING.stop


@says
def begin(language: str, visitor: VisitorState, *values: object) -> Iterator[str]:
    """A new run by these settings, trained to its end."""
    yield from new_stream(visitor, values)


async def settle(visitor: VisitorState) -> Any:
    """The number of the change, unless the visitor goes on dragging the slider. The run meanwhile goes on."""
    visitor.changes += 1
    mine = visitor.changes
    await asyncio.sleep(SETTLED)
    return mine if visitor.changes == mine else gr.skip()


@says
def play(language: str, visitor: VisitorState, event: gr.EventData, *values: object) -> Iterator[str]:
    """Go on with the run where it stopped."""
    set_pace(visitor, event._data)
    yield from stream(visitor, visitor.run or new_run(visitor, values))


async def pause(visitor: VisitorState) -> None:
    """Not a thread's work: it must not come after what the visitor does next."""
    visitor.turn += 1


@says
def pace(language: str, visitor: VisitorState, event: gr.EventData) -> None:
    set_pace(visitor, event._data)


@says
def step(language: str, visitor: VisitorState, event: gr.EventData) -> str:
    """One step or one epoch of the run."""
    from demos.xor.live.look import message
    from demos.xor.live.run import alone

    visitor.turn += 1
    run = visitor.run
    assert run is not None
    alone(run.epoch if event._data.get("what") == "epoch" else run.step)
    return message(run, visitor.number, running=False, turn=visitor.turn)


@says
def reset(language: str, visitor: VisitorState, *values: object) -> str:
    """A new run, not started."""
    from demos.xor.live.look import message

    run = new_run(visitor, values)
    visitor.turn += 1
    visitor.run, visitor.number = run, visitor.number + 1
    return message(run, visitor.number, running=False, turn=visitor.turn)


@says
def train_on(language: str, visitor: VisitorState, event: gr.EventData, *values: object) -> Iterator[str]:
    """A new run that goes on from a picture of the present one, with the weights the visitor gave it."""
    import numpy as np

    from demos.xor.live.run import Start

    set_pace(visitor, event._data)
    run, given = visitor.run, event._data
    assert run is not None
    steps = tuple(whole("step", step, 0, 10**7) for step in given["steps"])
    numbers = tuple(np.array(numbers_of(str(letters)), dtype=np.float32) for letters in given["weights"])
    if not len(steps) == len(numbers) == len(run.kinds):
        raise BadInput("xor.link_part", part="weights")
    start = Start(whole("index", given["index"], 0, 10**7), steps, numbers)
    yield from new_stream(visitor, values, start)


def new_stream(
    visitor: VisitorState,
    values: tuple[object, ...],
    start: "Start | None" = None,
    goal: Mapping[str, int] | None = None,
) -> Iterator[str]:
    """A new run, unless a later one was asked for while it was made."""
    visitor.asked += 1
    mine = visitor.asked
    run = new_run(visitor, values, start)
    if visitor.asked == mine:
        yield from stream(visitor, run, goal)


def stream(visitor: VisitorState, run: "Run", goal: Mapping[str, int] | None = None) -> Iterator[str]:
    """Messages of the run until it is over (or at its `goal`, a step for each learner) or somebody else's turn."""
    from demos.xor.live.look import message
    from demos.xor.live.run import alone

    visitor.turn += 1
    mine = visitor.turn
    if visitor.run is not run:
        visitor.run, visitor.number = run, visitor.number + 1
    number = visitor.number

    def ended() -> bool:
        return run.arrived(goal) if goal else run.over

    def told(running: bool) -> str:
        return message(run, number, running, mine, visitor.inside)

    def shoot() -> str:
        for _ in range(4 if goal else max(1, round(1 / (MESSAGES_PER_SECOND * run.seconds)))):
            run.approach(goal) if goal else run.advance()
            if ended():
                break
        return told(running=not ended())

    yield told(running=not ended())
    due = time.monotonic()
    while visitor.turn == mine and not ended():
        shot = alone(shoot)
        if visitor.turn == mine:
            yield shot
        due = max(due + max(1 / MESSAGES_PER_SECOND, run.seconds), time.monotonic() - 0.2)  # late is not made up for
        time.sleep(max(0.0, due - time.monotonic()))
    if visitor.run is run and not ended():
        yield told(running=False)


def new_run(visitor: VisitorState, values: tuple[object, ...], start: "Start | None" = None) -> "Run":
    from demos.xor.live.run import Run, alone

    recipe, learners, own = tab_controls.chosen(values)
    points = visitor.own if own else None
    if own and points is None and visitor.run is not None:
        points = visitor.own = as_linked(visitor.run.all_points)
    return alone(lambda: Run(recipe, learners, points, start, visitor.speed, visitor.stop))


def set_pace(visitor: VisitorState, given: dict) -> None:
    """Raises BadInput."""
    visitor.speed, visitor.stop = number("speed", given.get("speed"), *SPEEDS), bool(given.get("stop"))
    if visitor.run is not None:
        visitor.run.speed, visitor.run.stop = visitor.speed, visitor.stop
