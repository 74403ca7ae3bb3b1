"""How fast the race runs, and the lottery.

A picture of the race, training included, has to take well under its twenty-fifth of a second.
"""

import time
from dataclasses import replace

import pytest

from demos.xor.learn import learn_mlp, points_of
from demos.xor.live import PICTURES_PER_SECOND, Race, alone
from demos.xor.look import picture
from demos.xor.lottery import lottery
from demos.xor.recipe import Recipe


@pytest.mark.parametrize(
    "recipe",
    [Recipe(hidden=(8,), lr=0.01, steps=4000), Recipe(data="spiral", hidden=(8, 8), lr=0.03, steps=4000)],
    ids=["2-8-1 on XOR", "2-8-8-1 on the spiral"],
)
def test_a_picture_is_ready_in_time(benchmark, recipe: Recipe) -> None:  # type: ignore[no-untyped-def]
    def shoot(race: Race) -> str:
        race.advance()
        return picture(race, "en", running=True)

    def hundred() -> None:
        race = Race(recipe)
        for _ in range(100):
            shoot(race)

    benchmark.pedantic(lambda: alone(hundred), rounds=3, warmup_rounds=1)
    assert benchmark.stats.stats.min / 100 < 1 / PICTURES_PER_SECOND


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
            for _ in learn_mlp(points_of(single), single):
                pass
        return (time.process_time() - start) * NETS / ALONE

    def compared() -> tuple[float, float]:
        batched()  # warm up
        before = one_after_another()
        start = time.process_time()
        benchmark.pedantic(batched, rounds=1)
        together = time.process_time() - start
        return min(before, one_after_another()), together

    apart, together = alone(compared)
    benchmark.extra_info |= {"one_after_another_s": apart, "batched_s": together, "times_faster": apart / together}
    assert apart / together >= 50
