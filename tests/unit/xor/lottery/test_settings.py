"""A lottery on the page: what it costs, what it shows, and that a ticket opens as the very net that was trained."""

import base64
import json
import time
from dataclasses import replace

import numpy as np
import pytest
import torch

from demos.common.base64_arrays import encode_floats
from demos.common.errors import BadInput
from demos.common.scheduling.turns import Turns
from demos.xor.live.run import Run
from demos.xor.live.snapshot import unflat
from demos.xor.lottery import tab
from demos.xor.lottery.look import message
from demos.xor.lottery.lottery import lottery
from demos.xor.lottery.settings import OPENING_SETUP, SEEDS, TEXTBOOK, WIDTHS, LotterySettings, textbook
from demos.xor.lottery.solutions import probes
from demos.xor.lottery.timing import seconds_per_cost
from demos.xor.model import forward_many
from demos.xor.recipe import Recipe, train_points
from demos.xor.settings.setup import OPENING, Setup
from demos.xor.tables.activations import ACTIVATIONS
from demos.xor.workers import run_single_threaded

LONG = replace(OPENING, recipe=Recipe(data="moons", steps=100_000))
OWN = ((0.0, 0.0, 0), (1.0, 1.0, 0), (0.2, 0.9, 1), (1.0, 0.1, 1), (0.5, 0.5, 0))


def train_and_show(settings: LotterySettings) -> dict:
    """The last message of a lottery."""

    def run() -> dict:
        own = settings.setup.own_points
        *_, last = lottery(settings.setup.recipe, settings.hidden, settings.activation, settings.seeds, own)
        return json.loads(message(settings, train_points(settings.setup.recipe, own), last, "en", version=1, seconds=0))

    return run_single_threaded(run)


@pytest.mark.parametrize(
    "setup",
    [
        replace(OPENING, recipe=replace(TEXTBOOK, steps=250, lr=1.0)),
        replace(OPENING, recipe=Recipe(steps=60, lr=0.1, hidden=(4, 4), batch=2), points=OWN, view=(-0.5, 1.5)),
        replace(OPENING, recipe=Recipe(data="moons", count=40, steps=50, lr=0.1, test=0.25, points_seed=3)),
        replace(OPENING, recipe=Recipe(steps=60, lr=0.1, hidden=(4, 4), dropout=0.2)),
    ],
    ids=["textbook", "own-points", "moons", "dropout"],
)
def test_a_ticket_opens_as_the_very_net_that_was_trained(setup: Setup) -> None:
    """The live view, told to stand where the ticket says, shows the gallery's regions."""
    settings = LotterySettings(setup, hidden=(2, 4), activation=("tanh", "relu"), seeds=50).checked()
    shown = train_and_show(settings)
    opened = 0
    for row in shown["rows"]:
        for solution in row["solutions"][:2]:
            ticket = settings.ticket(row["hidden"], row["activation"], solution["seed"])
            assert Setup.from_link(ticket.to_link()) == ticket

            def live(ticket: Setup = ticket) -> Run:
                run = Run(ticket.recipe, ticket.learners, ticket.own_points, stop=ticket.stop)
                while not run.arrived(ticket.step):
                    run.approach(ticket.step)
                return run

            run = run_single_threaded(live)
            snapshot = run.now["mlp"]
            assert snapshot.step == setup.recipe.steps
            assert (snapshot.solved_at is not None) == solution["solved"]
            assert run.points.view == tuple(shown["view"])
            assert np.allclose(run.points.x, shown["points"], atol=1e-6)
            weights = np.frombuffer(base64.b64decode(solution["weights"]), dtype="<f4")
            assert solution["spec"]["widths"] == list(run.shapes[0])
            maps = [
                forward_many(unflat(numbers, run.shapes[0]), probes(run.points.view), row["activation"])[0].sigmoid()
                for numbers in (weights.copy(), snapshot.numbers)
            ]
            torch.testing.assert_close(maps[0], maps[1], rtol=0, atol=1e-3)
            opened += 1
    assert opened >= 4


def test_the_last_message_says_what_the_lottery_found() -> None:
    setup = replace(OPENING, recipe=replace(TEXTBOOK, steps=300, lr=1.0))
    [row] = train_and_show(LotterySettings(setup, (2,), ("tanh",), 50).checked())["rows"]
    assert sum(solution["count"] for solution in row["solutions"]) == 50
    solved = sum(solution["count"] for solution in row["solutions"] if solution["solved"])
    assert row["share"] == solved / 50 == sum(row["bins"]) / 50
    assert row["low"] < row["share"] < row["high"]


def test_the_textbook_changes_the_training_but_not_the_points() -> None:
    setup = replace(OPENING, points=OWN, recipe=Recipe(data="xor", hidden=(3, 3), l2=0.1, dropout=0.5, test=0.5))
    chosen = textbook(setup)
    assert (chosen.points, chosen.recipe.data) == (OWN, "xor")
    assert chosen.recipe.l2 == chosen.recipe.dropout == chosen.recipe.test == 0
    assert (chosen.recipe.loss, chosen.recipe.optimiser, chosen.recipe.steps) == (
        "squared",
        "gradient_descent",
        10_000,
    )


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (LotterySettings(hidden=()), "at least one"),
        (LotterySettings(activation=()), "at least one"),
        (LotterySettings(activation=("cosine",)), "at least one"),
        (LotterySettings(hidden=(1000,)), "at least one"),
        (LotterySettings(seeds=10**9), "at least one"),
        (LotterySettings(setup=replace(OPENING, recipe=Recipe(lr=-1))), "lr"),
    ],
)
def test_settings_that_cannot_be_are_refused(settings: LotterySettings, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        settings.checked()


def test_the_estimate_grows_with_the_work() -> None:
    small, large = LotterySettings(seeds=50), LotterySettings(seeds=500, hidden=(8, 16))
    assert 0 < small.cost < large.cost
    twice = replace(small, setup=replace(small.setup, recipe=replace(small.setup.recipe, steps=20_000)))
    assert twice.cost == pytest.approx(2 * small.cost)
    drawing = replace(small, setup=replace(small.setup, recipe=replace(small.setup.recipe, dropout=0.5)))
    assert drawing.cost > small.cost  # each net draws what it leaves out


def test_the_cost_in_seconds_is_that_of_this_machine() -> None:
    """A quick lottery, timed: the estimate is of its order, whatever else this machine does."""
    settings = LotterySettings(replace(OPENING, recipe=replace(TEXTBOOK, steps=1500).checked()), (2, 4), ("tanh",), 200)
    start = time.perf_counter()
    train_and_show(settings)
    assert 0.1 < settings.cost * seconds_per_cost() / (time.perf_counter() - start) < 10


# A gradient step costs this many seconds of the machine on which it was measured: for each layer, and for each output.
PER_LAYER, PER_OUTPUT = 120e-6, 13e-9


@pytest.mark.parametrize(
    ("setup", "layers", "points"),
    [
        (replace(OPENING, recipe=Recipe(data="xor", steps=100)), 1, 4),
        (replace(OPENING, recipe=Recipe(data="moons", steps=100, hidden=(5, 5, 5))), 3, 200),
        (replace(OPENING, recipe=Recipe(data="moons", steps=100, count=30)), 1, 30),
        (replace(OPENING, recipe=Recipe(steps=100, hidden=(9, 9)), points=OWN), 2, 5),
    ],
    ids=["xor", "moons", "thirty", "own-points"],
)
def test_the_cost_counts_layers_and_outputs_of_units(setup: Setup, layers: int, points: int) -> None:
    """Each width in turn: its outputs are those of the hidden units and of the last unit, for each net and point."""
    settings = LotterySettings(setup, hidden=(3, 8), activation=("tanh", "relu", "sine"), seeds=50)
    outputs = [50 * points * (layers * width + 1) for width in (3, 8)]
    expected = 3 * 100 * sum(PER_LAYER * (layers + 1) + PER_OUTPUT * count for count in outputs)
    assert settings.cost == pytest.approx(expected)
    assert settings.nets == 50 * 2 * 3


def test_a_draw_is_not_refused_for_what_it_is_guessed_to_take_but_ends_in_time_with_what_it_has_found() -> None:
    setup = replace(OPENING_SETUP, recipe=replace(OPENING_SETUP.recipe, steps=100_000))
    settings = LotterySettings(setup, hidden=(2, 4), activation=("tanh",), seeds=50)
    fields = tab.fields_of(settings)
    guessed = tab._estimate("en", *fields, most_seconds=1e-9, setup_of=lambda: setup)
    assert "After 1e-09 s of computation it ends with what it has found" in guessed
    state = tab.LotteryState()
    *_, last = map(
        json.loads, tab._train("en", state, *fields, heavy=Turns(1, 1), most_seconds=0.05, setup_of=lambda: setup)
    )
    assert (last["running"], last["over"]) == (False, False)
    assert 0 < last["step"] < 100_000
    assert "a draw may compute for 0.05 seconds here" in last["status"]
    assert {row["hidden"] for row in last["rows"]} == {2, 4}


@pytest.mark.parametrize(
    "wrong", [{"hidden": (2, 5)}, {"activation": ("tanh", "cosine")}, {"seeds": 51}, {"seeds": 0}, {"hidden": (0,)}]
)
def test_one_wrong_choice_among_right_ones_is_refused(wrong: dict) -> None:
    with pytest.raises(BadInput) as refused:
        LotterySettings(**wrong).checked()
    assert refused.value.key == "xor.lottery_nothing"


def test_every_choice_that_the_page_offers_is_taken() -> None:
    for seeds in SEEDS:
        assert LotterySettings(hidden=WIDTHS, activation=tuple(ACTIVATIONS), seeds=seeds).checked().seeds == seeds


def test_a_ticket_is_the_tab_at_the_last_step_of_that_seed() -> None:
    recipe = Recipe(data="moons", count=40, steps=70, seed=9, hidden=(2, 2), lr=0.5, l2=0.01)
    setup = replace(OPENING, recipe=recipe, weights={"perceptron": encode_floats([1, 2, 3])}, step={"perceptron": 8})
    ticket = LotterySettings(setup).ticket(6, "sine", 123)
    assert (ticket.learners, dict(ticket.step), dict(ticket.weights), ticket.stop) == (("mlp",), {"mlp": 70}, {}, False)
    expected = replace(recipe.checked(), hidden=(6, 6), activation="sine", seed=123, points_seed=9)
    assert ticket.recipe == expected
    with pytest.raises(BadInput):
        LotterySettings(setup).ticket(65, "sine", 0)


def test_the_lottery_opens_on_the_textbook_with_the_points_of_the_tab() -> None:
    """Its solve rates are the published ones that tests/oracle/xor/lottery compares with."""
    settings = LotterySettings()
    recipe = settings.setup.recipe
    assert (recipe.loss, recipe.output, recipe.init, recipe.optimiser) == (
        "squared",
        "sigmoid",
        "uniform",
        "gradient_descent",
    )
    assert (recipe.lr, recipe.steps, recipe.hidden, recipe.data, recipe.batch) == (0.1, 10_000, (2,), "xor", 0)
    assert (settings.hidden, settings.activation, settings.nets) == ((2, 4), ("tanh", "relu"), 800)


def test_a_draw_waits_for_its_turn_says_its_place_and_can_be_stopped_there() -> None:
    setup = OPENING_SETUP
    fields = tab.fields_of(LotterySettings(setup, hidden=(2,), activation=("tanh",), seeds=50))
    heavy, state = Turns(1, 1e9), tab.LotteryState()
    other = heavy.enter()
    assert other.take()
    drawing = tab._train("en", state, *fields, heavy=heavy, most_seconds=60, setup_of=lambda: setup)
    begun, waiting = (json.loads(next(drawing)) for _ in range(2))
    assert (begun["running"], waiting["running"]) == (True, True)
    assert "1st in line, about" in waiting["status"]
    tab._stop(state)
    [stopped] = map(json.loads, drawing)
    assert not stopped["running"]
    assert heavy.count == 1
