"""A lottery on the page: what it costs, what it shows, and that a ticket opens as the very net that was trained."""

import base64
import json
import time
from dataclasses import replace

import numpy as np
import pytest
import torch

from demos.common.errors import BadInput
from demos.xor.live.run import Run
from demos.xor.live.snapshot import unflat
from demos.xor.lottery.look import BINS, histogram, message
from demos.xor.lottery.lottery import lottery
from demos.xor.lottery.settings import TEXTBOOK, LotterySettings, textbook
from demos.xor.lottery.solutions import probes
from demos.xor.lottery.timing import seconds_per_cost
from demos.xor.model import forward_many
from demos.xor.recipe import Recipe, train_points
from demos.xor.settings.setup import OPENING, Setup
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
    ],
    ids=["textbook", "own-points", "moons"],
)
def test_a_ticket_opens_as_the_very_net_that_was_trained(setup: Setup) -> None:
    """The live view, told to stand where the ticket says, shows the gallery's regions."""
    settings = LotterySettings(setup, hidden=(2, 4), activation=("tanh", "relu"), seeds=50).checked(1000)
    shown = train_and_show(settings)
    opened = 0
    for row in shown["rows"]:
        for kind in row["kinds"][:2]:
            ticket = settings.ticket(row["hidden"], row["activation"], kind["seed"])
            assert Setup.from_link(ticket.to_link()) == ticket

            def live(ticket: Setup = ticket) -> Run:
                run = Run(ticket.recipe, ticket.learners, ticket.own_points, stop=ticket.stop)
                while not run.arrived(ticket.step):
                    run.approach(ticket.step)
                return run

            run = run_single_threaded(live)
            snapshot = run.now["mlp"]
            assert snapshot.step == setup.recipe.steps
            assert (snapshot.solved_at is not None) == kind["solved"]
            assert run.points.view == tuple(shown["view"])
            assert np.allclose(run.points.x, shown["points"], atol=1e-6)
            weights = np.frombuffer(base64.b64decode(kind["weights"]), dtype="<f4")
            assert kind["spec"]["widths"] == list(run.shapes[0])
            maps = [
                forward_many(unflat(numbers, run.shapes[0]), probes(run.points.view), row["activation"])[0].sigmoid()
                for numbers in (weights.copy(), snapshot.numbers)
            ]
            torch.testing.assert_close(maps[0], maps[1], rtol=0, atol=1e-3)
            opened += 1
    assert opened >= 4


def test_the_last_message_says_what_the_lottery_found() -> None:
    setup = replace(OPENING, recipe=replace(TEXTBOOK, steps=300, lr=1.0))
    [row] = train_and_show(LotterySettings(setup, (2,), ("tanh",), 50).checked(100))["rows"]
    assert sum(kind["count"] for kind in row["kinds"]) == 50
    solved = sum(kind["count"] for kind in row["kinds"] if kind["solved"])
    assert row["share"] == solved / 50 == sum(row["bins"]) / 50
    assert row["low"] < row["share"] < row["high"]


def test_the_histogram_counts_every_net_that_solved_it() -> None:
    assert histogram((None, 0, 100, 100), 100) == [1, *[0] * (BINS - 2), 2]
    assert sum(histogram(tuple(range(1, 501)), 500)) == 500


def test_the_textbook_changes_the_training_but_not_the_points() -> None:
    setup = replace(OPENING, points=OWN, recipe=Recipe(data="xor", hidden=(3, 3), l2=0.1, test=0.5))
    chosen = textbook(setup)
    assert (chosen.points, chosen.recipe.data) == (OWN, "xor")
    assert chosen.recipe.l2 == chosen.recipe.test == 0
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
        (
            LotterySettings(
                hidden=(16,), seeds=500, setup=replace(OPENING, recipe=Recipe(data="moons", steps=100_000))
            ),
            "seconds",
        ),
        (LotterySettings(setup=replace(OPENING, recipe=Recipe(lr=-1))), "lr"),
    ],
)
def test_settings_that_cannot_be_are_refused(settings: LotterySettings, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        settings.checked(60)


def test_the_estimate_grows_with_the_work() -> None:
    small, large = LotterySettings(seeds=50), LotterySettings(seeds=500, hidden=(8, 16))
    assert 0 < small.cost < large.cost
    twice = replace(small, setup=replace(small.setup, recipe=replace(small.setup.recipe, steps=20_000)))
    assert twice.cost == pytest.approx(2 * small.cost)


def test_the_cost_in_seconds_is_that_of_this_machine() -> None:
    """A quick lottery, timed: the estimate is of its order, whatever else this machine does."""
    settings = LotterySettings(replace(OPENING, recipe=replace(TEXTBOOK, steps=1500).checked()), (2, 4), ("tanh",), 200)
    start = time.perf_counter()
    train_and_show(settings)
    assert 0.1 < settings.cost * seconds_per_cost() / (time.perf_counter() - start) < 10
    assert settings.checked(1000, seconds_per_cost()) == settings
    with pytest.raises(BadInput, match="seconds"):
        settings.checked(1, seconds_per_cost=1e6)
