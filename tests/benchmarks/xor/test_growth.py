"""One net beside scikit-learn's MLP, and how a lottery grows with its nets beside one net after another."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from demos.xor.learn import learn_mlp
from demos.xor.lottery.lottery import lottery
from demos.xor.recipe import Recipe, train_points
from demos.xor.workers import run_single_threaded
from tests.benchmarks.figures import curve, figure

PLAIN = Recipe(steps=1000, hidden=(8,), optimiser="gradient_descent", lr=0.1)
NETS = (1, 5, 20, 100, 400, 1000)
ALONE = 3


def learn(recipe: Recipe) -> float:
    """Train one net to its end; its accuracy."""
    *_, last = learn_mlp(train_points(recipe), recipe)
    return last.accuracy


@pytest.mark.filterwarnings(f"ignore::{ConvergenceWarning.__module__}.{ConvergenceWarning.__name__}")
@pytest.mark.parametrize(
    ("data", "hidden"), [("xor", (8,)), ("spiral", (8, 8))], ids=["2-8-1 on XOR", "2-8-8-1 on the spiral"]
)
def test_a_net_beside_scikit_learns(benchmark: Any, in_turn: Callable, data: str, hidden: tuple[int, ...]) -> None:
    """Full batches, tanh, plain gradient descent, as many steps; ours also keeps the weights of each step."""
    recipe = replace(PLAIN, data=data, hidden=hidden).checked()
    points = train_points(recipe)
    x, y = points.x, points.y
    theirs = MLPClassifier(
        hidden,
        activation="tanh",
        solver="sgd",
        alpha=0,
        batch_size=len(x),
        learning_rate_init=recipe.lr,
        momentum=0,
        max_iter=recipe.steps,
        shuffle=False,
        random_state=0,
        n_iter_no_change=recipe.steps,
    )
    ways = {"ours": lambda: learn(recipe), "theirs": lambda: theirs.fit(x, y)}
    seconds = run_single_threaded(lambda: in_turn(ways))
    assert theirs.n_iter_ == recipe.steps
    figure(
        benchmark,
        what=f"one net learns, 2-{'-'.join(map(str, hidden))}-1 on {data}, {len(x)} points",
        unit="steps a second",
        ours=recipe.steps / seconds["ours"],
        peer="scikit-learn's MLPClassifier",
        theirs=recipe.steps / seconds["theirs"],
    )


def test_a_lottery_grows_with_its_nets(benchmark: Any) -> None:
    recipe = replace(PLAIN, hidden=(4,), loss="squared", init="uniform").checked()

    def seconds(work: Callable[[], object]) -> float:
        began = time.process_time()
        work()
        return time.process_time() - began

    def measured() -> list[tuple[float, float]]:
        both = []
        for nets in NETS:
            alone = min(nets, ALONE)
            apart = seconds(lambda alone=alone: [learn(replace(recipe, seed=seed).checked()) for seed in range(alone)])
            together = seconds(lambda nets=nets: list(lottery(recipe, [4], ["tanh"], nets)))
            both.append((nets / together, alone / apart))
        return both

    both = run_single_threaded(lambda: benchmark.pedantic(measured, rounds=1, warmup_rounds=0))
    ours, theirs = zip(*both, strict=True)
    figure(
        benchmark,
        what=f"a lottery of {NETS[-1]:,} nets, 2-4-1, tanh, {recipe.steps:,} steps",
        unit="nets a second",
        ours=ours[-1],
        peer="one net after another, by the same code",
        theirs=theirs[-1],
    )
    curve(
        benchmark,
        "lottery",
        title="XOR's lottery: nets that learn together, one thread",
        x="nets",
        y="nets a second",
        xs=NETS,
        series={"together": ours, "one after another": theirs},
        log=True,
        note=f"2-4-1, tanh, {recipe.steps:,} steps each; one after another is timed on {ALONE} nets.",
    )
