"""The stage, and a visitor's present run on it: begun, played, stepped and trained on; the latest request wins."""

import time
from collections.abc import Iterator, Mapping
from itertools import count
from typing import TYPE_CHECKING, Any

import gradio as gr

from demos.common.errors import BadInput
from demos.common.ui import module, says, template, words
from demos.common.validate import number, whole
from demos.xor.data import FARTHEST, MOST_POINTS
from demos.xor.live.visitor import VisitorState
from demos.xor.settings import tab as settings
from demos.xor.settings.setup import SPEEDS, as_linked, decode_weights

if TYPE_CHECKING:
    from demos.xor.live.run import Run, Start

MOST_LEARNERS = 3  # that the stage has room for
LARGEST_TABLE = 200_000  # characters of a visitor's CSV
MESSAGES_PER_SECOND = 15
POINTS_EVERY = 60  # messages, but for the first of a stream: a page that lost the points has them again soon
SLIDER_MOVED = "() => window.dispatchEvent(new Event('xor:slider'))"  # what a slider's change tells the stage


def stage() -> gr.HTML:
    """The stage. Its value is a message of `look.message`; its events carry what the visitor did.

    "settle" comes when a slider of the settings has been let go, see `SLIDER_MOVED`; "standardise" when the stage's own
    button asks for that, or to leave it.
    """
    learners = template("xor/live/page/learner.html") * MOST_LEARNERS
    return gr.HTML(
        "",
        html_template=template("xor/live/page/stage.html", learners=learners),
        js_on_load=module(
            "xor/live/page/stage.js",
            "settle",
            "standardise",
            words=words("xor."),
            mostPoints=MOST_POINTS,
            farthest=FARTHEST,
            largestTable=LARGEST_TABLE,
        ),
        apply_default_css=False,
        elem_id="xor-stage",
    )


@says
def begin(language: str, visitor: VisitorState, *values: object) -> Iterator[str]:
    """A new run by these settings, trained to its end. Nothing where the present run has the same: a list that is
    opened and left reports a choice, and so does a field that is only passed through."""
    if shows(visitor, values):
        visitor.new_runs.request()  # what was chosen meanwhile is chosen no longer
    else:
        yield from new_stream(visitor, values)


@says
def play(language: str, visitor: VisitorState, event: gr.EventData, *values: object) -> Iterator[str]:
    """Go on with the run where it stopped."""
    set_speed(visitor, event._data)
    run = visitor.run or new_run(visitor, values)
    run.go_on()
    yield from stream(visitor, run)


def asked_to_standardise(event: gr.EventData) -> bool:
    """The setting, as the stage's button asks for it."""
    return bool(event._data.get("on"))


async def pause(visitor: VisitorState) -> None:
    """Not a thread's work: it must not come after what the visitor does next."""
    visitor.training.request()


@says
def speed(language: str, visitor: VisitorState, event: gr.EventData) -> None:
    set_speed(visitor, event._data)


@says
def step(language: str, visitor: VisitorState, event: gr.EventData) -> str:
    """One step or one epoch of the run."""
    from demos.xor.live.look import message
    from demos.xor.workers import run_single_threaded

    version = visitor.training.request()
    run = visitor.run
    assert run is not None
    run_single_threaded(run.epoch if event._data.get("what") == "epoch" else run.step)
    return message(run, visitor.number, running=False, version=version)


@says
def reset(language: str, visitor: VisitorState, *values: object) -> str:
    """A new run, not started."""
    return show(visitor, new_run(visitor, values))


@says
def train_on(language: str, visitor: VisitorState, event: gr.EventData, *values: object) -> Iterator[str]:
    """A new run that goes on from a frame of the present one, with the weights the visitor gave it."""
    from demos.xor.live.run import Start

    set_speed(visitor, event._data)
    run, given = visitor.run, event._data
    assert run is not None
    steps = tuple(whole("step", step, 0, 10**7) for step in given["steps"])
    numbers = tuple(decode_weights(str(letters)) for letters in given["weights"])
    if not len(steps) == len(numbers) == len(run.models):
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
    ours = visitor.new_runs.request()
    run = new_run(visitor, values, start)
    if visitor.new_runs.number == ours:
        yield from stream(visitor, run, goal)


def shows(visitor: VisitorState, values: tuple[object, ...]) -> bool:
    """Whether the present run is one by these settings. Raises BadInput."""
    recipe, learners, own = settings.chosen(values)
    run, points = visitor.run, visitor.own if own else None
    return run is not None and (run.recipe, run.models) == (recipe, learners) and run.own is points


def show(visitor: VisitorState, run: "Run") -> str:
    """The message that shows a new run, which is not trained."""
    from demos.xor.live.look import message
    from demos.xor.workers import run_single_threaded

    version = visitor.training.request()
    number = visitor.number = visitor.number + 1
    visitor.run = run
    return run_single_threaded(
        lambda: message(run, number, False, version, visitor.inside, visitor.hide, discretise=visitor.discretise)
    )


def stream(visitor: VisitorState, run: "Run", goal: Mapping[str, int] | None = None) -> Iterator[str]:
    """Messages of the run until it is over (or at its `goal`, a step for each learner) or a later request ends it."""
    from demos.xor.live.look import message
    from demos.xor.live.run import RESENT_FRAMES
    from demos.xor.workers import run_single_threaded

    ours = visitor.training.request()
    if visitor.run is not run:
        visitor.run, visitor.number = run, visitor.number + 1
    number = visitor.number
    sent = count()  # messages

    def ended() -> bool:
        return run.arrived(goal) if goal else run.over

    def message_now(running: bool) -> str:
        arrived, before = bool(goal) and run.arrived(goal or {}), next(sent)
        points = not running or before < RESENT_FRAMES or before % POINTS_EVERY == 0
        return message(run, number, running, ours, visitor.inside, visitor.hide, arrived, visitor.discretise, points)

    def train() -> str:
        for _ in range(4 if goal else max(1, round(1 / (MESSAGES_PER_SECOND * run.seconds)))):
            run.approach(goal) if goal else run.advance()
            if ended():
                break
        return message_now(running=not ended())

    yield message_now(running=not ended())
    due = time.monotonic()
    while visitor.training.number == ours and not ended():
        trained = run_single_threaded(train)
        if visitor.training.number == ours:
            yield trained
        due = max(due + max(1 / MESSAGES_PER_SECOND, run.seconds), time.monotonic() - 0.2)  # late is not made up for
        time.sleep(max(0.0, due - time.monotonic()))
    if visitor.run is run and not ended():
        yield message_now(running=False)


def new_run(visitor: VisitorState, values: tuple[object, ...], start: "Start | None" = None) -> "Run":
    from demos.xor.live.run import Run
    from demos.xor.workers import run_single_threaded

    recipe, learners, own = settings.chosen(values)
    points = visitor.own if own else None
    if own and points is None and visitor.run is not None:
        points = visitor.own = as_linked(visitor.run.all_points)
    return run_single_threaded(lambda: Run(recipe, learners, points, start, visitor.speed, visitor.stop))


def set_speed(visitor: VisitorState, given: dict[str, Any]) -> None:
    """Raises BadInput."""
    visitor.speed, visitor.stop = number("speed", given.get("speed"), *SPEEDS), bool(given.get("stop"))
    if visitor.run is not None:
        visitor.run.speed, visitor.run.stop = visitor.speed, visitor.stop
