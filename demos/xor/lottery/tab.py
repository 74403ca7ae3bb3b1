"""The part of the XOR tab below the live view: the seed lottery."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from demos.common.errors import BadInput
from demos.common.i18n import text
from demos.common.settings import Settings
from demos.common.ui import Page, bilingual, choices, controls, folded, module, says, stage, t, template, words
from demos.xor.lottery.draw import SEEDS, TEXTBOOK, TRAINING, WIDTHS, Draw, textbook
from demos.xor.recipe import train_points
from demos.xor.settings.setup import Setup
from demos.xor.settings.tab import table_choices

if TYPE_CHECKING:
    from demos.xor.data import Points
    from demos.xor.lottery.lottery import Drawn

PRESETS = ("textbook", "live")
FIELDS = 4 + len(TRAINING)
MESSAGE_EVERY = 0.15  # seconds


@dataclass
class Lot:
    """One visitor's lottery: whose turn it is to draw, and the last draw with where it stood."""

    turn: int = 0
    draw: Draw | None = None


@dataclass(frozen=True)
class Parts:
    """What a lesson needs to draw: the `fields` to set (with `fields_of`), and the event that draws."""

    fields: list[Any]
    event: dict[str, Any]


def build(page: Page, live: list[Any], setup_of: Callable[..., Setup], wanted: gr.State) -> Parts:
    """Lay out the lottery and wire it.

    `setup_of` makes the live view's setup of the values of the components `live`. A ticket that is opened puts its
    setup, as JSON with a number that makes it new, into `wanted`.
    """
    lot = gr.State(Lot())
    with gr.Column(elem_classes="xor-part", elem_id="xor-lottery-part"):
        gr.HTML(
            f'<h2>{bilingual("xor.lottery")}</h2><p class="xor-part-lead">{bilingual("xor.lottery_lead")}</p>',
            js_on_load=None,
        )
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
                    [(str(width), width) for width in WIDTHS], value=list(Draw().hidden), label=t("xor.lottery_widths")
                )
                activations = gr.CheckboxGroup(
                    table_choices("activation"),
                    value=list(Draw().activation),
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
                        gr.Number(TEXTBOOK.lr, label=t("xor.lottery_lr"), minimum=0),
                        gr.Number(TEXTBOOK.steps, label=t("xor.lottery_steps_label"), precision=0, minimum=1),
                    ]

    fields: list[Any] = [preset, seeds, widths, activations, *training]
    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    event: dict[str, Any] = {
        **private,
        "fn": _drawing(page.settings, setup_of),
        "inputs": [page.language, lot, *fields, *live],
        "outputs": chart,
        "trigger_mode": "multiple",  # the newest draw ends the others
        "concurrency_id": "xor-lottery",
        "concurrency_limit": page.settings.concurrent_events,
    }
    go.click(**event)
    chart.expand(**event)  # the chart is seen for the first time
    stop.click(_stop, lot, **private, queue=False)
    preset.input(_prefilling(setup_of), [page.language, preset, *live], training, **private)
    told = {"fn": _telling(setup_of), "inputs": [page.language, *fields, *live], "outputs": estimate, **private}
    for field in fields:
        field.change(**told)
    page.open_on(**told)
    chart.select(_open, [page.language, lot], wanted, **private)
    return Parts(fields, event)


def fields_of(draw: Draw) -> list[Any]:
    """What the lottery's fields hold for a draw."""
    recipe = draw.setup.recipe
    preset = "textbook" if textbook(draw.setup).recipe == recipe else "live"
    training = [getattr(recipe, name) for name in TRAINING]
    return [preset, draw.seeds, list(draw.hidden), list(draw.activation), *training]


def draw_of(fields: Sequence[Any], setup: Setup) -> Draw:
    """The draw that the fields name, on the points of `setup`, with seeds from 0. Raises BadInput."""
    preset, seeds, widths, activations, *training = fields
    base = (textbook(setup) if preset == "textbook" else setup).recipe
    chosen: dict[str, Any] = dict(zip(TRAINING, training, strict=True))
    recipe = replace(base, **chosen, points_seed=setup.recipe.seed_of_points, seed=0)
    return Draw(replace(setup, recipe=recipe), tuple(sorted(widths or ())), tuple(activations or ()), seeds or 0)


def _prefilling(setup_of: Callable[..., Setup]) -> Callable[..., list[Any]]:
    @says
    def prefill(language: str, preset: str, *live: Any) -> list[Any]:
        """The training's fields: the textbook's, or those of the live view."""
        recipe = TEXTBOOK if preset == "textbook" else setup_of(*live).recipe
        return [getattr(recipe, name) for name in TRAINING]

    return prefill


def _telling(setup_of: Callable[..., Setup]) -> Callable[..., str]:
    def tell(language: str, *values: Any) -> str:
        """How many nets, and about how long; or why not."""
        try:
            draw = draw_of(values[:FIELDS], setup_of(*values[FIELDS:]))
            return _estimate(language, replace(draw, setup=draw.setup.checked()))
        except BadInput as error:
            return error.in_language(language)

    return tell


def _estimate(language: str, draw: Draw) -> str:
    from demos.xor.lottery.pace import pace

    return text("xor.lottery_estimate", language, nets=f"{draw.nets:,}", seconds=max(1, round(draw.cost * pace())))


def _drawing(settings: Settings, setup_of: Callable[..., Setup]) -> Callable[..., Iterator[str]]:
    """The handler that draws, within the time that these settings allow."""

    @says
    def draw(language: str, lot: Lot, *values: Any) -> Iterator[str]:
        from demos.xor.lottery.pace import pace

        drawn = draw_of(values[:FIELDS], setup_of(*values[FIELDS:]))
        yield from _run(language, lot, drawn.checked(settings.lottery_seconds, pace()))

    return draw


def _run(language: str, lot: Lot, draw: Draw) -> Iterator[str]:
    """Messages of the draw until it is over or it is somebody else's turn."""
    from demos.xor.live.run import run_single_threaded
    from demos.xor.lottery.look import message
    from demos.xor.lottery.lottery import lottery
    from demos.xor.lottery.pace import pace

    lot.turn += 1
    lot.draw, mine = draw, lot.turn
    recipe, own = draw.setup.recipe, draw.setup.own_points
    points: Points = train_points(recipe, own)
    draws = lottery(recipe, draw.hidden, draw.activation, draw.seeds, own)
    started = sent = time.monotonic()
    drawn: Drawn | None = None
    while lot.turn == mine and (drawn := run_single_threaded(lambda: next(draws, drawn))) is not None:
        now = time.monotonic()
        if drawn.over or not drawn.step or now - sent >= MESSAGE_EVERY:
            sent = now
            left = (now - started) * (drawn.steps - drawn.step) / drawn.step if drawn.step else draw.cost * pace()
            yield message(draw, points, drawn, language, mine, left)
        if drawn.over:
            return
    if drawn is not None and lot.draw is draw:
        yield message(draw, points, drawn, language, mine, None)


def _stop(lot: Lot) -> None:
    lot.turn += 1


@says
def _open(language: str, lot: Lot, event: gr.EventData) -> tuple[float, dict[str, Any]]:
    """The setup of the ticket that was clicked, and the time, so that it is new."""
    assert lot.draw is not None
    data = event._data
    return time.time(), lot.draw.ticket(data["hidden"], data["activation"], data["seed"]).to_json()
