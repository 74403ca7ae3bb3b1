"""How long the lottery takes on this machine, busy as it is: a short probe of it, once a minute."""

import time
from dataclasses import replace
from functools import lru_cache
from threading import Lock

from demos.xor.lottery.lottery import Group
from demos.xor.lottery.settings import LotterySettings
from demos.xor.recipe import train_points
from demos.xor.workers import run_single_threaded

MINUTE = 60  # seconds
PROBES = 8
STEPS = 60  # of each probe, a few hundredths of a second
_once = Lock()


def seconds_per_cost() -> float:
    """Seconds for each unit of `LotterySettings.cost`: of a few probes the lower quartile, so that no hiccup counts."""
    with _once:
        return _measured(int(time.monotonic() // MINUTE))


@lru_cache(maxsize=1)
def _measured(_minute: int) -> float:
    settings = LotterySettings(hidden=(4,), activation=("tanh",))
    recipe = replace(settings.setup.recipe, hidden=settings.hidden)
    share = STEPS / recipe.steps

    def probe() -> float:
        group = Group(recipe, train_points(recipe), settings.seeds)
        start = time.perf_counter()
        group.advance(STEPS)
        return time.perf_counter() - start

    return sorted(run_single_threaded(probe) for _ in range(PROBES))[PROBES // 4] / (settings.cost * share)
