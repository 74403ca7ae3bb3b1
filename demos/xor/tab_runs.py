"""Runs in the XOR tab: a visitor's present run, begun, played, stepped and trained on; the newest one wins."""

import asyncio
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr

from demos.common.errors import BadInput
from demos.common.ui import says
from demos.xor import tab_controls
from demos.xor.data import Points
from demos.xor.recipe import number, whole
from demos.xor.setup import OPENING, SPEEDS, as_linked, numbers_of

if TYPE_CHECKING:
    from demos.xor.live import Run, Start

MESSAGES_PER_SECOND = 15
SETTLED = 0.15  # seconds without a change after which a slider is taken to be let go


@dataclass
class Visit:
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
def begin(language: str, visit: Visit, *values: object) -> Iterator[str]:
    """A new run by these settings, trained to its end."""
    yield from new_stream(visit, values)


async def settle(visit: Visit) -> Any:
    """The number of the change, unless the visitor goes on dragging the slider. The run meanwhile goes on."""
    visit.changes += 1
    mine = visit.changes
    await asyncio.sleep(SETTLED)
    return mine if visit.changes == mine else gr.skip()


@says
def play(language: str, visit: Visit, event: gr.EventData, *values: object) -> Iterator[str]:
    """Go on with the run where it stopped."""
    set_pace(visit, event._data)
    yield from stream(visit, visit.run or new_run(visit, values))


async def pause(visit: Visit) -> None:
    """Not a thread's work: it must not come after what the visitor does next."""
    visit.turn += 1


@says
def pace(language: str, visit: Visit, event: gr.EventData) -> None:
    set_pace(visit, event._data)


@says
def step(language: str, visit: Visit, event: gr.EventData) -> str:
    """One step or one epoch of the run."""
    from demos.xor.live import alone
    from demos.xor.look import message

    visit.turn += 1
    run = visit.run
    assert run is not None
    alone(run.epoch if event._data.get("what") == "epoch" else run.step)
    return message(run, visit.number, running=False, turn=visit.turn)


@says
def reset(language: str, visit: Visit, *values: object) -> str:
    """A new run, not started."""
    from demos.xor.look import message

    run = new_run(visit, values)
    visit.turn += 1
    visit.run, visit.number = run, visit.number + 1
    return message(run, visit.number, running=False, turn=visit.turn)


@says
def train_on(language: str, visit: Visit, event: gr.EventData, *values: object) -> Iterator[str]:
    """A new run that goes on from a picture of the present one, with the weights the visitor gave it."""
    import numpy as np

    from demos.xor.live import Start

    set_pace(visit, event._data)
    run, given = visit.run, event._data
    assert run is not None
    steps = tuple(whole("step", step, 0, 10**7) for step in given["steps"])
    numbers = tuple(np.array(numbers_of(str(letters)), dtype=np.float32) for letters in given["weights"])
    if not len(steps) == len(numbers) == len(run.kinds):
        raise BadInput("xor.link_part", part="weights")
    start = Start(whole("index", given["index"], 0, 10**7), steps, numbers)
    yield from new_stream(visit, values, start)


def new_stream(
    visit: Visit, values: tuple[object, ...], start: "Start | None" = None, goal: Mapping[str, int] | None = None
) -> Iterator[str]:
    """A new run, unless a later one was asked for while it was made."""
    visit.asked += 1
    mine = visit.asked
    run = new_run(visit, values, start)
    if visit.asked == mine:
        yield from stream(visit, run, goal)


def stream(visit: Visit, run: "Run", goal: Mapping[str, int] | None = None) -> Iterator[str]:
    """Messages of the run until it is over (or at its `goal`, a step for each learner) or somebody else's turn."""
    from demos.xor.live import alone
    from demos.xor.look import message

    visit.turn += 1
    mine = visit.turn
    if visit.run is not run:
        visit.run, visit.number = run, visit.number + 1
    number = visit.number

    def ended() -> bool:
        return run.arrived(goal) if goal else run.over

    def told(running: bool) -> str:
        return message(run, number, running, mine, visit.inside)

    def shoot() -> str:
        for _ in range(4 if goal else max(1, round(1 / (MESSAGES_PER_SECOND * run.seconds)))):
            run.approach(goal) if goal else run.advance()
            if ended():
                break
        return told(running=not ended())

    yield told(running=not ended())
    due = time.monotonic()
    while visit.turn == mine and not ended():
        shot = alone(shoot)
        if visit.turn == mine:
            yield shot
        due = max(due + max(1 / MESSAGES_PER_SECOND, run.seconds), time.monotonic() - 0.2)  # late is not made up for
        time.sleep(max(0.0, due - time.monotonic()))
    if visit.run is run and not ended():
        yield told(running=False)


def new_run(visit: Visit, values: tuple[object, ...], start: "Start | None" = None) -> "Run":
    from demos.xor.live import Run, alone

    recipe, learners, own = tab_controls.chosen(values)
    points = visit.own if own else None
    if own and points is None and visit.run is not None:
        points = visit.own = as_linked(visit.run.all_points)
    return alone(lambda: Run(recipe, learners, points, start, visit.speed, visit.stop))


def set_pace(visit: Visit, given: dict) -> None:
    """Raises BadInput."""
    visit.speed, visit.stop = number("speed", given.get("speed"), *SPEEDS), bool(given.get("stop"))
    if visit.run is not None:
        visit.run.speed, visit.run.stop = visit.speed, visit.stop
