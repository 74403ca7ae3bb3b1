"""How fast a run makes its frames, and the lottery.

A frame of a run, its training and its message included, has to take well under a thirtieth of a second; beside it
stands the bare training of the same steps.
"""

import time
from dataclasses import replace

import pytest

from demos.xor.learn import learn_mlp
from demos.xor.live.look import message
from demos.xor.live.run import FRAMES_PER_SECOND, Run
from demos.xor.lottery.lottery import lottery
from demos.xor.recipe import Recipe, train_points
from demos.xor.workers import run_single_threaded
from tests.benchmarks.figures import figure

FRAMES = 200


@pytest.mark.parametrize(
    "recipe",
    [Recipe(hidden=(8,), lr=0.01, steps=4000), Recipe(data="spiral", hidden=(8, 8), lr=0.03, steps=4000)],
    ids=["2-8-1 on XOR", "2-8-8-1 on the spiral"],
)
def test_a_frame_is_ready_in_time(benchmark, recipe: Recipe) -> None:  # type: ignore[no-untyped-def]
    """Every message is measured with one frame, though on the page two share one."""

    def frames() -> None:
        run = Run(recipe)
        for _ in range(FRAMES):
            run.advance()
            message(run, 1, running=True)
        bare.append(run.now["mlp"].step)

    def training(steps: int) -> float:
        learner = learn_mlp(train_points(recipe.checked()), recipe.checked())
        start = time.perf_counter()
        for _ in range(steps):
            next(learner)
        return time.perf_counter() - start

    bare: list[int] = []
    benchmark.pedantic(lambda: run_single_threaded(frames), rounds=3, warmup_rounds=1)
    each = benchmark.stats.stats.min / FRAMES
    bare_s = run_single_threaded(lambda: training(bare[-1]))
    net = f"2-{'-'.join(map(str, recipe.hidden))}-1 on {recipe.data}"
    figure(
        benchmark,
        what=f"a run's frame: training, and its message, {net}",
        unit="ms",
        ours=1000 * each,
        peer="the bare training of its steps",
        theirs=1000 * bare_s / FRAMES,
    )
    figure(
        benchmark,
        what=f"frames made a second, {net}",
        unit="frames a second",
        ours=1 / each,
        peer="those that a run offers",
        theirs=FRAMES_PER_SECOND,
        at_least=1,
    )
    assert each < 1 / FRAMES_PER_SECOND


NETS, STEPS, ALONE = 200, 2000, 4


@pytest.mark.parametrize(("hidden", "activation"), [(4, "tanh"), (8, "relu")])
def test_a_lottery_is_fifty_times_faster_than_one_net_after_another(benchmark, hidden: int, activation: str) -> None:  # type: ignore[no-untyped-def]
    """200 nets, 2,000 steps. One after another is timed on four of them, before and after, and multiplied by fifty."""
    recipe = Recipe(
        hidden=(hidden,),
        activation=activation,
        steps=STEPS,
        loss="squared",
        optimiser="gradient_descent",
        init="uniform",
    )

    def batched() -> None:
        for _ in lottery(recipe, [hidden], [activation], NETS):
            pass

    def one_after_another() -> float:
        start = time.process_time()
        for seed in range(ALONE):
            single = replace(recipe, seed=seed, points_seed=0).checked()
            for _ in learn_mlp(train_points(single), single):
                pass
        return (time.process_time() - start) * NETS / ALONE

    def compared() -> tuple[float, float]:
        batched()  # warm up
        before = one_after_another()
        start = time.process_time()
        benchmark.pedantic(batched, rounds=1)
        together = time.process_time() - start
        return min(before, one_after_another()), together

    apart, together = run_single_threaded(compared)
    ratio = figure(
        benchmark,
        what=f"a lottery of {NETS} nets, 2-{hidden}-1, {activation}, {STEPS:,} steps",
        unit="nets a second",
        ours=NETS / together,
        peer="one net after another, by the same code",
        theirs=NETS / apart,
        at_least=50,
        headline="XOR: nets trained in a lottery" if hidden == 4 else "",
    )
    assert ratio >= 50
