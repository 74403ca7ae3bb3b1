"""How long the lottery takes on this machine, busy as it is: a short probe of it, once a minute."""

import time
from dataclasses import replace
from functools import lru_cache
from threading import Lock

from demos.xor.live.run import run_single_threaded
from demos.xor.lottery.draw import Draw
from demos.xor.lottery.lottery import Group
from demos.xor.recipe import train_points

MINUTE = 60  # seconds
PROBES = 8
STEPS = 60  # of each probe, a few hundredths of a second
_once = Lock()


def pace() -> float:
    """Seconds for each unit of `Draw.cost`: of a few probes the lower quartile, so that no hiccup counts."""
    with _once:
        return _measured(int(time.monotonic() // MINUTE))


@lru_cache(maxsize=1)
def _measured(_minute: int) -> float:
    draw = Draw(hidden=(4,), activation=("tanh",))
    recipe = replace(draw.setup.recipe, hidden=draw.hidden)
    share = STEPS / recipe.steps

    def probe() -> float:
        group = Group(recipe, train_points(recipe), draw.seeds)
        start = time.perf_counter()
        group.advance(STEPS)
        return time.perf_counter() - start

    return sorted(run_single_threaded(probe) for _ in range(PROBES))[PROBES // 4] / (draw.cost * share)
