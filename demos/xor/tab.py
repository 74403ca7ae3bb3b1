"""The XOR tab: learners on the same points, side by side, live."""

import asyncio
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from demos.common.errors import BadInput
from demos.common.ui import Page, lead, says, stage
from demos.common.ui import controls as column
from demos.xor import tab_controls, tab_lessons, tab_lottery, tab_page, tab_take
from demos.xor.data import MOST_POINTS, Points, own_points, read_csv
from demos.xor.recipe import Recipe, number, same_width, whole
from demos.xor.setup import OPENING, SPEEDS, Setup, as_linked, numbers_of, weight_count

if TYPE_CHECKING:
    from demos.xor.live import Run, Start

MESSAGES_PER_SECOND = 15
SETTLED = 0.15  # seconds without a change after which a slider is taken to be let go
MOST_STEPS = 20_000  # of one call of the endpoint


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


def build(page: Page) -> None:
    """Lay out the tab and wire it."""
    visit = gr.State(Visit())
    settled = gr.State(0)  # the last change of a slider that was let go
    wanted = gr.State(None)  # what a lesson, a link or a ticket of the lottery asks to see, see tab_lessons.Wanted
    lead("xor.lead")
    strip = tab_lessons.build(page)
    with gr.Row():
        with stage():
            picture = tab_page.page()
        with column():
            controls = tab_controls.build()
    tab_page.inside()

    settings = tab_controls.settings(controls)
    inputs = [page.language, visit, *settings]
    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    shared: dict[str, Any] = {"concurrency_id": "xor", "concurrency_limit": page.settings.concurrent_streams}
    training: dict[str, Any] = {**private, **shared, "trigger_mode": "multiple"}  # the newest run ends the others
    instant: dict[str, Any] = {**private, "queue": False, "trigger_mode": "multiple"}

    picture.play(_play, inputs, picture, **training)
    picture.pause(_pause, visit, **instant)
    picture.input(_pace, [page.language, visit], **instant)
    picture.submit(_step, [page.language, visit], picture, **training)
    picture.clear(_reset, inputs, picture, **training)
    picture.apply(_train_on, inputs, picture, **training)
    made_points = [controls["data"], controls["noise"], controls["count"]]
    edited = picture.edit(_own, [page.language, visit], made_points, **training)
    pasted = picture.upload(_table, [page.language, visit], made_points, **training)
    for changed in (edited, pasted):
        changed.success(_begin, inputs, picture, **training)

    suited = controls["data"].input(_suit, [page.language, *settings], settings, **private)
    layered = controls["layers"].input(
        lambda layers: [gr.update(visible=layer < layers) for layer in range(len(tab_controls.WIDTHS))],
        controls["layers"],
        [controls[name] for name in tab_controls.WIDTHS],
        **private,
    )
    another = controls["other_seed"].click(lambda seed: (seed or 0) + 1, controls["seed"], controls["seed"], **private)
    for chosen in (suited.then, layered.then, another.then):
        chosen(_begin, inputs, picture, **training)
    for name in ("learners", "activation", "lr", "optimiser", "loss", "output", "init", "l1", "l2"):
        controls[name].input(_begin, inputs, picture, **training)
    for name in ("noise", "count", "test", *tab_controls.WIDTHS):
        controls[name].input(_settle, visit, settled, **private, trigger_mode="multiple", concurrency_limit=None)
    settled.change(_begin, inputs, picture, **training)
    for name in ("seed", "points_seed", "batch", "steps"):
        controls[name].submit(_begin, inputs, picture, **training)
    asked = [page.language, visit, wanted]
    wanted.change(_restore, asked, settings, **private).success(_show, [*asked, *settings], picture, **training)
    tab_take.build(page, visit, lambda visit: visit.run, _shown_setup)
    lottery = tab_lottery.build(page, [visit, *settings], _setup, wanted)
    tab_lessons.wire(page, strip, wanted, lottery)
    gr.api(xor_train, api_name="xor_train", concurrency_limit=2)


# ---- runs


@says
def _begin(language: str, visit: Visit, *values: object) -> Iterator[str]:
    """A new run by these settings, trained to its end."""
    yield from _new_stream(visit, values)


async def _settle(visit: Visit) -> Any:
    """The number of the change, unless the visitor goes on dragging the slider. The run meanwhile goes on."""
    visit.changes += 1
    mine = visit.changes
    await asyncio.sleep(SETTLED)
    return mine if visit.changes == mine else gr.skip()


@says
def _play(language: str, visit: Visit, event: gr.EventData, *values: object) -> Iterator[str]:
    """Go on with the run where it stopped."""
    _set_pace(visit, event._data)
    yield from _stream(visit, visit.run or _new_run(visit, values))


async def _pause(visit: Visit) -> None:
    """Not a thread's work: it must not come after what the visitor does next."""
    visit.turn += 1


@says
def _pace(language: str, visit: Visit, event: gr.EventData) -> None:
    _set_pace(visit, event._data)


@says
def _step(language: str, visit: Visit, event: gr.EventData) -> str:
    """One step or one epoch of the run."""
    from demos.xor.live import alone
    from demos.xor.look import message

    visit.turn += 1
    run = visit.run
    assert run is not None
    alone(run.epoch if event._data.get("what") == "epoch" else run.step)
    return message(run, visit.number, running=False, turn=visit.turn)


@says
def _reset(language: str, visit: Visit, *values: object) -> str:
    """A new run, not started."""
    from demos.xor.look import message

    run = _new_run(visit, values)
    visit.turn += 1
    visit.run, visit.number = run, visit.number + 1
    return message(run, visit.number, running=False, turn=visit.turn)


@says
def _train_on(language: str, visit: Visit, event: gr.EventData, *values: object) -> Iterator[str]:
    """A new run that goes on from a picture of the present one, with the weights the visitor gave it."""
    import numpy as np

    from demos.xor.live import Start

    _set_pace(visit, event._data)
    run, given = visit.run, event._data
    assert run is not None
    steps = tuple(whole("step", step, 0, 10**7) for step in given["steps"])
    numbers = tuple(np.array(numbers_of(str(letters)), dtype=np.float32) for letters in given["weights"])
    if not len(steps) == len(numbers) == len(run.kinds):
        raise BadInput("xor.link_part", part="weights")
    start = Start(whole("index", given["index"], 0, 10**7), steps, numbers)
    yield from _new_stream(visit, values, start)


def _new_stream(
    visit: Visit, values: tuple[object, ...], start: "Start | None" = None, goal: Mapping[str, int] | None = None
) -> Iterator[str]:
    """A new run, unless a later one was asked for while it was made."""
    visit.asked += 1
    mine = visit.asked
    run = _new_run(visit, values, start)
    if visit.asked == mine:
        yield from _stream(visit, run, goal)


def _stream(visit: Visit, run: "Run", goal: Mapping[str, int] | None = None) -> Iterator[str]:
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


def _new_run(visit: Visit, values: tuple[object, ...], start: "Start | None" = None) -> "Run":
    from demos.xor.live import Run, alone

    recipe, learners, own = tab_controls.chosen(values)
    points = visit.own if own else None
    if own and points is None and visit.run is not None:
        points = visit.own = as_linked(visit.run.all_points)
    return alone(lambda: Run(recipe, learners, points, start, visit.speed, visit.stop))


def _set_pace(visit: Visit, given: dict) -> None:
    """Raises BadInput."""
    visit.speed, visit.stop = number("speed", given.get("speed"), *SPEEDS), bool(given.get("stop"))
    if visit.run is not None:
        visit.run.speed, visit.run.stop = visit.speed, visit.stop


# ---- a whole setup


def _setup(visit: Visit, *values: object) -> Setup:
    """What is set now. Raises BadInput."""
    recipe, learners, own = tab_controls.chosen(values)
    return _with_points(Setup(recipe, learners, speed=visit.speed, stop=visit.stop), visit.own if own else None)


def _shown_setup(visit: Visit) -> Setup:
    """What the run on the screen was set by, which the controls may have left meanwhile."""
    assert visit.run is not None
    run = visit.run
    return _with_points(Setup(run.recipe, run.kinds, speed=visit.speed, stop=visit.stop), run.own)


def _with_points(setup: Setup, own: Points | None) -> Setup:
    if own is None:
        return setup
    listed = tuple((x, y, kind) for (x, y), kind in zip(own.x.tolist(), own.y.tolist(), strict=True))
    return replace(setup, points=listed, view=own.view)


@says
def _restore(language: str, visit: Visit, wanted: tab_lessons.Wanted) -> list:
    """The settings as a setup has them. The opening picture is by the settings as they are, or as a visitor in a hurry
    has left them."""
    if wanted[1] is None:
        return [gr.skip()] * len(tab_controls.NAMES)
    setup = Setup.from_json(wanted[1])
    visit.own, visit.speed, visit.stop, visit.inside = setup.own_points, setup.speed, setup.stop, setup.inside
    return tab_controls.updates(setup)


@says
def _show(language: str, visit: Visit, wanted: tab_lessons.Wanted, *values: object) -> Iterator[str]:
    """A run that stands where the setup says: at its step, or at weights that were edited; else one from the start."""
    from demos.xor.live import alone
    from demos.xor.look import message

    setup = OPENING if wanted[1] is None else Setup.from_json(wanted[1])
    if not setup.weights:
        yield from _new_stream(visit, values, goal=setup.step)
        return
    visit.asked += 1
    run = _new_run(visit, values, _start(setup))
    visit.turn += 1
    visit.run, visit.number = run, visit.number + 1
    yield alone(lambda: message(run, visit.number, False, visit.turn, visit.inside))


def _start(setup: Setup) -> "Start":
    """The weights of a setup as a place to start from."""
    import numpy as np

    from demos.xor.live import Start

    if missing := [kind for kind in setup.learners if kind not in setup.weights]:
        raise BadInput("xor.link_weights", learner=missing[0], held=0, needed=weight_count(missing[0], setup.recipe))
    numbers = tuple(np.array(numbers_of(setup.weights[kind]), dtype=np.float32) for kind in setup.learners)
    return Start(-1, tuple(setup.step.get(kind, 0) for kind in setup.learners), numbers)


# ---- points


@says
def _own(language: str, visit: Visit, event: gr.EventData) -> list:
    """The points that the visitor left on the plane."""
    visit.own = as_linked(own_points(event._data.get("points"), event._data.get("view")))
    return _points_changed()


@says
def _table(language: str, visit: Visit, event: gr.EventData) -> list:
    """Points as text."""
    given = str(event._data.get("text"))
    if len(given) > tab_page.LARGEST_TABLE:
        raise BadInput("xor.csv_too_long", most=f"{MOST_POINTS:,}")
    visit.own = as_linked(read_csv(given))
    return _points_changed()


def _points_changed() -> list:
    return [tab_controls.OWN, gr.update(interactive=False), gr.update(interactive=False)]


@says
def _suit(language: str, *values: object) -> list:
    """Other points, and a net that suits them."""
    recipe, learners, own = tab_controls.chosen(values)
    suits = recipe if own else tab_controls.suited(recipe.data, learners, recipe)
    points = () if own else None
    return tab_controls.updates(Setup(suits, learners, points))


# ---- the endpoint


def xor_train(
    data: str = "xor",
    model: str = "mlp",
    hidden: int = 4,
    layers: int = 1,
    activation: str = "tanh",
    lr: float = 0.1,
    steps: int = 2000,
    seed: int = 0,
    noise: float | None = None,
    count: int | None = None,
    init: str = "xavier",
    loss: str = "cross_entropy",
    optimiser: str = "adam",
    language: str = "en",
) -> dict:
    """Train one model on points in the plane; the result is what the command line prints with --json."""
    recipe = Recipe(data, noise, count, (1,), activation, init, loss, optimiser, lr, steps, seed)
    return _outcome(language, model, recipe, hidden, layers)


@says
def _outcome(language: str, model: str, recipe: Recipe, hidden: int, layers: int) -> dict:
    from demos.xor.live import alone
    from demos.xor.outcome import outcome

    recipe = replace(recipe, hidden=same_width(hidden, layers))
    if recipe.checked().steps > MOST_STEPS:
        raise BadInput("xor.bad_whole", field="steps", value=recipe.steps, low=1, high=f"{MOST_STEPS:,}")
    return alone(lambda: outcome(model, recipe))
