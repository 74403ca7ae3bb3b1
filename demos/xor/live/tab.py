"""The stage, and a visitor's present run on it: begun, played, stepped and trained on; the newest one wins."""

import asyncio
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr

from demos.common.errors import BadInput
from demos.common.ui import module, says, template, words
from demos.common.validate import number, whole
from demos.xor.data import MOST_POINTS, Points
from demos.xor.settings import tab as tab_controls
from demos.xor.settings.setup import OPENING, SPEEDS, as_linked, decode_weights

if TYPE_CHECKING:
    from demos.xor.live.run import Run, Start

LEARNERS = 3  # that the stage has room for
LARGEST_TABLE = 200_000  # characters of a visitor's CSV
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
    hide: bool = False  # a link asks for the stage alone
    speed: float = OPENING.speed
    stop: bool = OPENING.stop


def stage() -> gr.HTML:
    """The stage. Its value is a message of `look.message`; its events carry what the visitor did."""
    learners = template("xor/live/page/learner.html") * LEARNERS
    return gr.HTML(
        "",
        html_template=template("xor/live/page/stage.html", learners=learners),
        js_on_load=module(
            "xor/live/page/stage.js", words=words("xor."), mostPoints=MOST_POINTS, largestTable=LARGEST_TABLE
        ),
        apply_default_css=False,
        elem_id="xor-stage",
    )


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
    from demos.xor.live.run import run_single_threaded

    visitor.turn += 1
    run = visitor.run
    assert run is not None
    run_single_threaded(run.epoch if event._data.get("what") == "epoch" else run.step)
    return message(run, visitor.number, running=False, version=visitor.turn)


@says
def reset(language: str, visitor: VisitorState, *values: object) -> str:
    """A new run, not started."""
    from demos.xor.live.look import message

    run = new_run(visitor, values)
    visitor.turn += 1
    visitor.run, visitor.number = run, visitor.number + 1
    return message(run, visitor.number, running=False, version=visitor.turn)


@says
def train_on(language: str, visitor: VisitorState, event: gr.EventData, *values: object) -> Iterator[str]:
    """A new run that goes on from a picture of the present one, with the weights the visitor gave it."""
    from demos.xor.live.run import Start

    set_pace(visitor, event._data)
    run, given = visitor.run, event._data
    assert run is not None
    steps = tuple(whole("step", step, 0, 10**7) for step in given["steps"])
    numbers = tuple(decode_weights(str(letters)) for letters in given["weights"])
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
    from demos.xor.live.run import run_single_threaded

    visitor.turn += 1
    mine = visitor.turn
    if visitor.run is not run:
        visitor.run, visitor.number = run, visitor.number + 1
    number = visitor.number

    def ended() -> bool:
        return run.arrived(goal) if goal else run.over

    def told(running: bool) -> str:
        return message(run, number, running, mine, visitor.inside, visitor.hide)

    def shoot() -> str:
        for _ in range(4 if goal else max(1, round(1 / (MESSAGES_PER_SECOND * run.seconds)))):
            run.approach(goal) if goal else run.advance()
            if ended():
                break
        return told(running=not ended())

    yield told(running=not ended())
    due = time.monotonic()
    while visitor.turn == mine and not ended():
        shot = run_single_threaded(shoot)
        if visitor.turn == mine:
            yield shot
        due = max(due + max(1 / MESSAGES_PER_SECOND, run.seconds), time.monotonic() - 0.2)  # late is not made up for
        time.sleep(max(0.0, due - time.monotonic()))
    if visitor.run is run and not ended():
        yield told(running=False)


def new_run(visitor: VisitorState, values: tuple[object, ...], start: "Start | None" = None) -> "Run":
    from demos.xor.live.run import Run, run_single_threaded

    recipe, learners, own = tab_controls.chosen(values)
    points = visitor.own if own else None
    if own and points is None and visitor.run is not None:
        points = visitor.own = as_linked(visitor.run.all_points)
    return run_single_threaded(lambda: Run(recipe, learners, points, start, visitor.speed, visitor.stop))


def set_pace(visitor: VisitorState, given: dict[str, Any]) -> None:
    """Raises BadInput."""
    visitor.speed, visitor.stop = number("speed", given.get("speed"), *SPEEDS), bool(given.get("stop"))
    if visitor.run is not None:
        visitor.run.speed, visitor.run.stop = visitor.speed, visitor.stop
