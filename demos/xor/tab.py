"""The XOR tab: two learners on the same points, side by side, live."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from demos.common.errors import BadInput
from demos.common.ui import ASSETS, Page, choices, controls, folded, lead, says, stage, t
from demos.xor.data import DATASETS
from demos.xor.recipe import ACTIVATIONS, INITIALISATIONS, LOSSES, OPTIMISERS, Recipe, same_width

if TYPE_CHECKING:
    from demos.xor.live import Race

OPENING = Recipe(lr=DATASETS["xor"].net.lr, steps=4000)
CHOSEN = ("data", "noise", "layers", "hidden", "activation", "lr", "seed", "optimiser", "loss", "init")
RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
MOST_STEPS = 20_000  # of one call of the endpoint

LEARNER = """<section class="xor-learner">
  <header><h3></h3><span class="xor-detail"></span></header>
  <canvas class="xor-plane" role="img"></canvas>
  <p class="xor-verdict" aria-live="polite"></p>
  <p class="xor-reason"></p>
  <p class="xor-numbers"><span></span><span class="xor-accuracy"></span><span class="xor-loss"></span></p>
  <canvas class="xor-curve" aria-hidden="true"></canvas>
</section>"""


@dataclass
class Visit:
    """One visitor's race, and the turn of whoever may train it: who sees a later turn stops."""

    race: "Race | None" = None
    turn: int = 0


def build(page: Page) -> None:
    """Lay out the tab and wire it."""
    visit = gr.State(Visit())
    lead("xor.lead")
    with gr.Row():
        with stage():
            picture = gr.HTML(
                "",
                html_template=f'<div class="xor-race">{LEARNER}{LEARNER}</div>',
                js_on_load=ASSETS.joinpath("xor.js").read_text(encoding="utf-8"),
                apply_default_css=False,
                elem_id="xor-picture",
            )
        with controls():
            with gr.Row(elem_classes="xor-buttons"):
                train = gr.Button(t("xor.train"), variant="primary", min_width=90, elem_id="xor-train")
                stop = gr.Button(t("xor.stop"), min_width=90, elem_id="xor-stop")
                reset = gr.Button(t("xor.reset"), min_width=90, elem_id="xor-reset")
            data = gr.Dropdown(choices(tuple(DATASETS), "xor.data"), value=OPENING.data, label=t("xor.data"))
            noise = gr.Slider(0, 0.5, 0, step=0.01, label=t("xor.noise"))
            layers = gr.Slider(1, 4, len(OPENING.hidden), step=1, label=t("xor.layers"))
            hidden = gr.Slider(1, 16, OPENING.hidden[0], step=1, label=t("xor.hidden"))
            activation = gr.Dropdown(
                choices(ACTIVATIONS, "xor.activation"), value=OPENING.activation, label=t("xor.activation")
            )
            lr = gr.Dropdown([(f"{rate:g}", rate) for rate in RATES], value=OPENING.lr, label=t("xor.lr"))
            with gr.Row(elem_classes="xor-seed"):
                seed = gr.Number(OPENING.seed, label=t("xor.seed"), precision=0, minimum=0, min_width=90)
                other = gr.Button(t("xor.other_seed"), min_width=90, elem_id="xor-other-seed")
            with folded("xor.more"):
                optimiser = gr.Dropdown(
                    choices(OPTIMISERS, "xor.optimiser"), value=OPENING.optimiser, label=t("xor.optimiser")
                )
                loss = gr.Dropdown(choices(LOSSES, "xor.loss"), value=OPENING.loss, label=t("xor.loss"))
                init = gr.Dropdown(choices(INITIALISATIONS, "xor.init"), value=OPENING.init, label=t("xor.init"))

    settings = [data, noise, layers, hidden, activation, lr, seed, optimiser, loss, init]
    inputs = [page.language, visit, *settings]
    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    shared: dict[str, Any] = {"concurrency_id": "xor", "concurrency_limit": page.settings.concurrent_streams}
    training: dict[str, Any] = {**private, **shared, "trigger_mode": "multiple"}  # the newest race ends the others

    page.open_on(_begin, inputs, picture, **shared)
    train.click(_train, inputs, picture, **training)
    stop.click(_stop, visit, **private, queue=False)
    reset.click(_reset, inputs, picture, **private)
    suited = data.input(_suit, data, [noise, layers, hidden, lr], **private)
    another = other.click(lambda seed: (seed or 0) + 1, seed, seed, **private)
    for chosen in (suited.then, another.then, noise.input, layers.input, hidden.input, seed.submit):
        chosen(_begin, inputs, picture, **training)
    for dropdown in (activation, lr, optimiser, loss, init):
        dropdown.input(_begin, inputs, picture, **training)
    gr.api(xor_train, api_name="xor_train", concurrency_limit=2)


def _suit(data: str) -> tuple[float, int, int, float]:
    """Noise and an MLP that suit the points just chosen."""
    dataset = DATASETS[data]
    return dataset.noise, len(dataset.net.hidden), dataset.net.hidden[0], dataset.net.lr


@says
def _begin(language: str, visit: Visit, *chosen: object) -> Iterator[str]:
    """A new race by these settings, run to its end."""
    yield from _run(language, visit, _new_race(chosen))


@says
def _train(language: str, visit: Visit, *chosen: object) -> Iterator[str]:
    """Go on with the race where it stopped; a new one if it is over or the settings changed."""
    race, recipe = visit.race, _recipe(chosen).checked()
    again = race is None or race.over or race.recipe != recipe
    yield from _run(language, visit, _new_race(chosen) if again or race is None else race)


@says
def _reset(language: str, visit: Visit, *chosen: object) -> str:
    """A new race, not started."""
    from demos.xor.look import picture

    visit.turn += 1
    visit.race = _new_race(chosen)
    return picture(visit.race, language, running=False, turn=visit.turn)


def _stop(visit: Visit) -> None:
    visit.turn += 1


def _run(language: str, visit: Visit, race: "Race") -> Iterator[str]:
    """Pictures of the race until it is over or it is somebody else's turn."""
    from demos.xor.live import PICTURES_PER_SECOND, alone
    from demos.xor.look import picture

    visit.turn += 1
    visit.race, mine = race, visit.turn

    def shoot() -> str:
        race.advance()
        return picture(race, language, running=not race.over, turn=mine)

    yield picture(race, language, running=True, turn=mine)
    due = time.monotonic()
    while visit.turn == mine and not race.over:
        shot = alone(shoot)
        if visit.turn == mine:
            yield shot
        due = max(due + 1 / PICTURES_PER_SECOND, time.monotonic() - 0.2)  # late pictures are not made up for
        time.sleep(max(0.0, due - time.monotonic()))
    if visit.race is race and not race.over:
        yield picture(race, language, running=False, turn=mine)


def _recipe(chosen: tuple[object, ...]) -> Recipe:
    given = dict(zip(CHOSEN, chosen, strict=True))
    return replace(OPENING, **given | {"hidden": same_width(given["hidden"], given.pop("layers"))})  # type: ignore[arg-type]


def _new_race(chosen: tuple[object, ...]) -> "Race":
    from demos.xor.live import Race, alone

    recipe = _recipe(chosen).checked()
    return alone(lambda: Race(recipe))


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
    """Train a perceptron or an MLP on points in the plane; the result is what the command line prints with --json."""
    return _outcome(
        language,
        model,
        (hidden, layers),
        Recipe(data, noise, count, (), activation, init, loss, optimiser, lr, steps, seed),
    )


@says
def _outcome(language: str, model: str, shape: tuple[int, int], recipe: Recipe) -> dict:
    from demos.xor.live import alone
    from demos.xor.outcome import outcome

    recipe = replace(recipe, hidden=same_width(*shape))
    if recipe.checked().steps > MOST_STEPS:
        raise BadInput("xor.bad_whole", field="steps", value=recipe.steps, low=1, high=f"{MOST_STEPS:,}")
    return alone(lambda: outcome(model, recipe))
