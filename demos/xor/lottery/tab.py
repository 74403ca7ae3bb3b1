"""The part of the XOR tab below the live view: the seed lottery."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import gradio as gr

from demos.common.errors import BadInput
from demos.common.i18n import text
from demos.common.scheduling.latest import Latest
from demos.common.scheduling.turns import Turns
from demos.common.ui import (
    MULTIPLE,
    PRIVATE,
    Page,
    choices,
    controls,
    folded,
    module,
    number_field,
    says,
    stage,
    t,
    template,
    visitor,
    words,
)
from demos.xor.lottery.settings import SEEDS, TEXTBOOK, TRAINING, WIDTHS, LotterySettings, textbook
from demos.xor.recipe import train_points
from demos.xor.settings.setup import Setup, SetupRequest
from demos.xor.settings.tab import table_choices

if TYPE_CHECKING:
    from demos.xor.data import Points
    from demos.xor.lottery.lottery import Progress

PRESETS = ("textbook", "live")
FIELDS = 4 + len(TRAINING)
MESSAGE_EVERY = 0.15  # seconds


@dataclass
class LotteryState:
    """One visitor's lottery: the latest request to train one or to stop, and the settings of the one that is shown."""

    requests: Latest = field(default_factory=Latest)
    settings: LotterySettings | None = None


@dataclass(frozen=True)
class Parts:
    """What a lesson needs: the `fields` to set (with `fields_of`), and the event that trains the lottery."""

    fields: list[Any]
    event: dict[str, Any]


def build(page: Page, live: list[Any], setup_of: Callable[..., Setup], setup_request: gr.State) -> Parts:
    """Lay out the lottery and wire it.

    `setup_of` makes the live view's setup of the values of the components `live`. A ticket that is opened puts its
    setup into `setup_request`.
    """
    state = gr.State(LotteryState())
    with gr.Column(elem_classes="xor-part", elem_id="xor-lottery-part"):
        gr.HTML(template("xor/lottery/page/title.html"), js_on_load=None)
        with gr.Row():
            with stage():
                chart = gr.HTML(
                    "",
                    html_template=template("xor/lottery/page/lottery.html"),
                    js_on_load=module("xor/lottery/page/lottery.js", words=words("xor.lottery_")),
                    apply_default_css=False,
                    elem_id="xor-lottery",
                )
            with controls():
                with gr.Row(elem_classes="xor-buttons"):
                    go = gr.Button(t("xor.lottery_draw"), variant="primary", min_width=90, elem_id="xor-lottery-draw")
                    stop = gr.Button(t("xor.lottery_stop"), min_width=90, elem_id="xor-lottery-stop")
                estimate = gr.Markdown("", elem_id="xor-lottery-estimate")
                preset = gr.Radio(
                    choices(PRESETS, "xor.lottery_preset"), value="textbook", label=t("xor.lottery_preset")
                )
                seeds = gr.Radio([(str(count), count) for count in SEEDS], value=200, label=t("xor.lottery_seeds"))
                widths = gr.CheckboxGroup(
                    [(str(width), width) for width in WIDTHS],
                    value=list(LotterySettings().hidden),
                    label=t("xor.lottery_widths"),
                )
                activations = gr.CheckboxGroup(
                    table_choices("activation"),
                    value=list(LotterySettings().activation),
                    label=t("xor.lottery_activations"),
                )
                with folded("xor.lottery_training"):
                    training = [
                        gr.Dropdown(table_choices("init"), value=TEXTBOOK.init, label=t("xor.init")),
                        gr.Dropdown(table_choices("loss"), value=TEXTBOOK.loss, label=t("xor.loss")),
                        gr.Dropdown(
                            table_choices("output"),
                            value=TEXTBOOK.output,
                            label=t("xor.lottery_output_label"),
                        ),
                        gr.Dropdown(
                            table_choices("optimiser"),
                            value=TEXTBOOK.optimiser,
                            label=t("xor.optimiser"),
                        ),
                        number_field(TEXTBOOK.lr, label=t("xor.lottery_lr"), minimum=0),
                        number_field(TEXTBOOK.steps, label=t("xor.lottery_steps_label"), precision=0, minimum=1),
                    ]

    fields: list[Any] = [preset, seeds, widths, activations, *training]
    event: dict[str, Any] = {
        **MULTIPLE,  # the latest request ends the others
        "fn": partial(_train, heavy=page.budgets.heavy, most_seconds=page.settings.lottery_seconds, setup_of=setup_of),
        "inputs": [page.language, state, *fields, *live],
        "outputs": chart,
        "concurrency_id": "xor-lottery",
        "concurrency_limit": page.settings.concurrent_runs,  # they wait in line for their turn
    }
    go.click(**event)
    chart.expand(**event)  # the chart is seen for the first time
    stop.click(_stop, state, **MULTIPLE, queue=False)
    preset.input(partial(_prefill, setup_of=setup_of), [page.language, preset, *live], training, **MULTIPLE)
    estimated: dict[str, Any] = {
        "fn": partial(_estimate, most_seconds=page.settings.lottery_seconds, setup_of=setup_of),
        "inputs": [page.language, *fields, *live],
        "outputs": estimate,
        **PRIVATE,
    }
    for component in fields:
        component.change(**estimated)
    page.open_on(**estimated)
    page.on_language(**estimated)
    chart.select(_open, [page.language, state], setup_request, **MULTIPLE)
    return Parts(fields, event)


def fields_of(settings: LotterySettings) -> list[Any]:
    """What the lottery's fields hold for these settings."""
    recipe = settings.setup.recipe
    preset = "textbook" if textbook(settings.setup).recipe == recipe else "live"
    training = [getattr(recipe, name) for name in TRAINING]
    return [preset, settings.seeds, list(settings.hidden), list(settings.activation), *training]


def settings_of(fields: Sequence[Any], setup: Setup) -> LotterySettings:
    """The settings that the fields name, on the points of `setup`, with seeds from 0. Raises BadInput."""
    preset, seeds, widths, activations, *training = fields
    base = (textbook(setup) if preset == "textbook" else setup).recipe
    chosen: dict[str, Any] = dict(zip(TRAINING, training, strict=True))
    recipe = replace(base, **chosen, points_seed=setup.recipe.seed_of_points, seed=0)
    return LotterySettings(
        replace(setup, recipe=recipe), tuple(sorted(widths or ())), tuple(activations or ()), seeds or 0
    )


@says
def _prefill(language: str, preset: str, *live: Any, setup_of: Callable[..., Setup]) -> list[Any]:
    """The training's fields: the textbook's, or those of the live view."""
    recipe = TEXTBOOK if preset == "textbook" else setup_of(*live).recipe
    return [getattr(recipe, name) for name in TRAINING]


def _estimate(language: str, *values: Any, most_seconds: float, setup_of: Callable[..., Setup]) -> str:
    """How many nets, and about how long; or why not. It is a guess, and nothing is refused for it."""
    from demos.xor.lottery.timing import seconds_per_cost

    try:
        settings = settings_of(values[:FIELDS], setup_of(*values[FIELDS:]))
        settings = replace(settings, setup=settings.setup.checked())
    except BadInput as error:
        return error.in_language(language)
    seconds = max(1, round(settings.cost * seconds_per_cost()))
    key = "xor.lottery_estimate_long" if seconds > most_seconds else "xor.lottery_estimate"
    return text(key, language, nets=f"{settings.nets:,}", seconds=seconds, most=f"{most_seconds:g}")


@says
def _train(
    language: str, state: LotteryState, *values: Any, heavy: Turns, most_seconds: float, setup_of: Callable[..., Setup]
) -> Iterator[str]:
    """Messages of the lottery until it is over, a later request ends it, or it has computed for `most_seconds`.

    The computation counts, not the clock: a busy machine is no fault of the visitor's. It computes in turns of `heavy`.
    """
    from demos.xor.lottery.look import message
    from demos.xor.lottery.lottery import lottery
    from demos.xor.lottery.timing import seconds_per_cost
    from demos.xor.workers import run_single_threaded

    settings = settings_of(values[:FIELDS], setup_of(*values[FIELDS:])).checked()
    ours = state.requests.request()
    state.settings = settings
    recipe, own = settings.setup.recipe, settings.setup.own_points
    points: Points = train_points(recipe, own)
    training = lottery(recipe, settings.hidden, settings.activation, settings.seeds, own)
    started = sent = time.monotonic()
    computed = 0.0

    def train() -> "tuple[Progress, float]":
        begun = time.thread_time()
        return next(training), time.thread_time() - begun

    def wanted() -> bool:
        return state.requests.number == ours and computed < most_seconds

    progress, _ = run_single_threaded(train)  # before the first step
    yield message(settings, points, progress, language, ours, settings.cost * seconds_per_cost())
    with heavy.enter(visitor(), wanted) as turn:
        while wanted():
            for place in turn.wait():
                yield message(settings, points, progress, language, ours, 0.0, place=place)
            if not wanted():
                break
            progress, took = run_single_threaded(train)
            computed += took
            now = time.monotonic()
            if progress.over or not progress.step or now - sent >= MESSAGE_EVERY:
                sent = now
                left = (now - started) * (progress.steps - progress.step) / progress.step
                yield message(settings, points, progress, language, ours, left)
            if progress.over:
                return
    if state.settings is settings:
        most = most_seconds if computed >= most_seconds else None
        yield message(settings, points, progress, language, ours, None, most)


def _stop(state: LotteryState) -> None:
    state.requests.request()


@says
def _open(language: str, state: LotteryState, event: gr.EventData) -> SetupRequest:
    """The setup of the ticket that was clicked. Raises BadInput if there is no such ticket."""
    assert state.settings is not None
    data = event._data
    ticket = state.settings.ticket(data["hidden"], data["activation"], data["seed"])
    return SetupRequest(Setup.from_json(ticket.to_json()))  # checked: it is named by the page
