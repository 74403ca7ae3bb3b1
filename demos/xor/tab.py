"""The XOR tab: learners on the same points, side by side, live."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from demos.common.errors import BadInput
from demos.common.ui import MULTIPLE, PRIVATE, Page, controls, lead, says, serve, stage
from demos.xor.csv_table import read_csv
from demos.xor.data import DATASETS, MOST_POINTS, Points, own_points
from demos.xor.endpoints import Endpoints
from demos.xor.export import tab as export
from demos.xor.inside import tab as inside
from demos.xor.lessons import tab as lessons
from demos.xor.live import tab as live
from demos.xor.live.visitor import VisitorState
from demos.xor.lottery import tab as lottery
from demos.xor.settings import tab as settings
from demos.xor.settings.setup import OPENING, Setup, SetupRequest, as_linked, decode_weights, weight_count

if TYPE_CHECKING:
    from demos.xor.live.run import Start


def build(page: Page) -> None:
    """Lay out the tab and wire it."""
    visitor = gr.State(VisitorState())
    setup_request = gr.State(None)  # what a lesson, a link or a ticket of the lottery asks to see: a SetupRequest
    lead("xor.lead")
    strip = lessons.build()
    with gr.Row():
        with stage():
            run_stage = live.stage()
        with controls():
            chosen = settings.build()
    inside.build()

    values = settings.components(chosen)
    inputs = [page.language, visitor, *values]
    shared: dict[str, Any] = {"concurrency_id": "xor", "concurrency_limit": page.settings.concurrent_runs}
    training: dict[str, Any] = {**MULTIPLE, **shared}  # the latest run ends the others
    instant: dict[str, Any] = {**MULTIPLE, "queue": False}

    run_stage.play(live.play, inputs, run_stage, **training)
    run_stage.pause(live.pause, visitor, **instant)
    run_stage.input(live.speed, [page.language, visitor], **instant)
    run_stage.submit(live.step, [page.language, visitor], run_stage, **training)
    run_stage.clear(live.reset, inputs, run_stage, **training)
    run_stage.apply(live.train_on, inputs, run_stage, **training)
    run_stage.settle(live.begin, inputs, run_stage, **training)
    made_points = [chosen["data"], chosen["noise"], chosen["count"], chosen["learners"]]
    edited = run_stage.edit(_own, [page.language, visitor], made_points, **training)
    pasted = run_stage.upload(_table, [page.language, visitor], made_points, **training)
    for changed in (edited, pasted):
        changed.success(live.begin, inputs, run_stage, **training)

    suited = chosen["data"].input(_suit, inputs, values, **MULTIPLE)
    of_layers = [chosen[name] for name in (*settings.WIDTHS, *settings.OF_LAYERS)]
    layered = chosen["layers"].input(settings.show_layers, chosen["layers"], of_layers, **MULTIPLE)
    another = chosen["other_seed"].click(None, chosen["seed"], chosen["seed"], js="(seed) => (seed ?? 0) + 1")
    for then in (suited.then, layered.then, another.then):
        then(live.begin, inputs, run_stage, **training)
    run_stage.standardise(live.asked_to_standardise, None, chosen["standardise"], **MULTIPLE).then(
        live.begin, inputs, run_stage, **training
    )
    for name in (
        "learners",
        "standardise",
        "features",
        "activation",
        *settings.OF_LAYERS,
        "lr",
        "forward_lr",
        "optimiser",
        "loss",
        "output",
        "init",
        "l1",
        "l2",
    ):
        chosen[name].input(live.begin, inputs, run_stage, **training)
    for name in ("noise", "count", "test", "dropout", *settings.WIDTHS):
        chosen[name].input(None, js=live.SLIDER_MOVED)
    for name in ("seed", "points_seed", "batch", "steps"):
        gr.on([chosen[name].submit, chosen[name].blur], live.begin, inputs, run_stage, **training)
    asked = [page.language, visitor, setup_request]
    setup_request.change(_restore, asked, values, **PRIVATE).success(_show, [*asked, *values], run_stage, **training)
    export.build(page, visitor, lambda visitor: visitor.run, _shown_setup)
    lottery_parts = lottery.build(page, [visitor, *values], _setup, setup_request)
    lessons.wire(page, strip, setup_request, lottery_parts)
    serve(Endpoints(page.settings), page.settings.concurrent_runs, page.budgets.heavy)  # they wait for their turn


# ---- a whole setup


def _setup(visitor: VisitorState, *values: object) -> Setup:
    """What is set now. Raises BadInput."""
    recipe, learners, own = settings.chosen(values)
    return _with_points(Setup(recipe, learners, speed=visitor.speed, stop=visitor.stop), visitor.own if own else None)


def _shown_setup(visitor: VisitorState) -> Setup:
    """What the run on the screen was set by, which the controls may have left meanwhile."""
    assert visitor.run is not None
    run = visitor.run
    return _with_points(Setup(run.recipe, run.models, speed=visitor.speed, stop=visitor.stop), run.own)


def _with_points(setup: Setup, own: Points | None) -> Setup:
    if own is None:
        return setup
    listed = tuple((x, y, label) for (x, y), label in zip(own.x.tolist(), own.y.tolist(), strict=True))
    return replace(setup, points=listed, view=own.view)


@says
def _restore(language: str, visitor: VisitorState, setup_request: SetupRequest) -> list[Any]:
    """The settings as a setup has them. The opening setup is shown by the settings as they are, or as a visitor in a
    hurry has left them."""
    setup = setup_request.setup
    if setup is None:
        return [gr.skip()] * len(settings.NAMES)
    visitor.own, visitor.speed, visitor.stop = setup.own_points, setup.speed, setup.stop
    visitor.inside, visitor.hide, visitor.discretise = setup.inside, setup.hide, setup.discretise
    return settings.updates(setup)


@says
def _show(language: str, visitor: VisitorState, setup_request: SetupRequest, *values: object) -> Iterator[str]:
    """A run that stands where the setup says: at its step, or at weights that were edited; else one from the start."""
    setup = setup_request.setup or OPENING
    if not setup.weights:
        yield from live.new_stream(visitor, values, goal=setup.step)
        return
    visitor.new_runs.request()
    yield live.show(visitor, live.new_run(visitor, values, _start(setup)))


def _start(setup: Setup) -> "Start":
    """The weights of a setup as a place to start from."""
    from demos.xor.live.run import Start

    if missing := [model for model in setup.learners if model not in setup.weights]:
        needed = weight_count(missing[0], setup.recipe, setup.classes)
        raise BadInput("xor.link_weights", model=missing[0], held=0, needed=needed)
    numbers = tuple(decode_weights(setup.weights[model]) for model in setup.learners)
    return Start(-1, tuple(setup.step.get(model, 0) for model in setup.learners), numbers)


# ---- points


@says
def _own(language: str, visitor: VisitorState, event: gr.EventData) -> list[Any]:
    """The points that the visitor left on the plane."""
    return _points_changed(visitor, own_points(event._data.get("points"), event._data.get("view")))


@says
def _table(language: str, visitor: VisitorState, event: gr.EventData) -> list[Any]:
    """Points as text."""
    given = str(event._data.get("text"))
    if len(given) > live.LARGEST_TABLE:
        raise BadInput("xor.csv_too_long", most=f"{MOST_POINTS:,}")
    return _points_changed(visitor, read_csv(given))


def _points_changed(visitor: VisitorState, points: Points) -> list[Any]:
    visitor.own = as_linked(points)
    learners = gr.update(value=["mlp"]) if points.are_values else gr.skip()
    return [settings.OWN, gr.update(interactive=False), gr.update(interactive=False), learners]


@says
def _suit(language: str, visitor: VisitorState, *values: object) -> list[Any]:
    """Other points, and a net that suits them. The points that the run has already change nothing."""
    recipe, learners, own = settings.chosen(values)
    run = visitor.run
    if run is not None and (run.recipe.data, run.own) == (recipe.data, visitor.own if own else None):
        return [gr.skip()] * len(settings.NAMES)
    suits = recipe if own else settings.suited(recipe.data, learners, recipe)
    points = () if own else None
    return settings.updates(Setup(suits, ("mlp",) if not own and DATASETS[recipe.data].values else learners, points))
