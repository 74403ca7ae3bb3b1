"""How fast the race runs: a picture, training included, has to take well under its twenty-fifth of a second."""

import pytest

from demos.xor.live import PICTURES_PER_SECOND, Race, alone
from demos.xor.look import picture
from demos.xor.recipe import Recipe


@pytest.mark.parametrize(
    "recipe",
    [Recipe(hidden=8, lr=0.01, steps=4000), Recipe(data="spiral", layers=2, hidden=8, lr=0.03, steps=4000)],
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
