"""Fade: whether depth and tempo decline from one repetition to the next, and by how much.

The slope is the median of all slopes between two repetitions (Theil 1950; Sen 1968, JASA 63, 1379), so that one odd
repetition does not make it. Whether it could be chance is Kendall's rank test (1938, Biometrika 30, 81): exact for the
few repetitions that a set has, and by the normal distribution that its score nears for an hour of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, factorial, sqrt

import numpy as np

FEWEST = 5  # values of which a trend can be told from chance: of four the surest has a p of 0.08
SURE = 0.05
MOST_EXACT = 40  # values up to which all orders are counted: that takes the fourth power of their number


@dataclass(frozen=True)
class Trend:
    """`slope` from one value to the next, in the values' unit; `p`: how likely chance alone makes so clear an order."""

    slope: float
    p: float
    count: int

    @property
    def sure(self) -> bool:
        return self.p < SURE

    @property
    def change(self) -> float:
        """From the first value to the last, along the slope."""
        return self.slope * (self.count - 1)


def trend(values: Sequence[float]) -> Trend | None:
    """The trend of `values` in their order, without those that are NaN. None for fewer than FEWEST."""
    known = np.asarray(values, float)
    places = np.flatnonzero(~np.isnan(known))
    if len(places) < FEWEST:
        return None
    known = known[places]
    slopes = np.concatenate(
        [(known[i + 1 :] - known[i]) / (places[i + 1 :] - places[i]) for i in range(len(known) - 1)], dtype=np.float32
    )
    score = abs(int(np.sign(slopes).sum(dtype=int)))
    chance = _chance if len(known) <= MOST_EXACT else _nearly_chance
    return Trend(float(np.median(slopes)), chance(len(known), score), len(values))


def _chance(count: int, score: int) -> float:
    """The share of all orders of `count` values whose Kendall score is at least `score`, either way."""
    orders = [1]  # how many orders have 0, 1, 2 … pairs that descend
    for size in range(2, count + 1):
        wider = [0] * (len(orders) + size - 1)
        for pairs, number in enumerate(orders):
            for more in range(size):
                wider[pairs + more] += number
        orders = wider
    pairs = count * (count - 1) // 2
    extreme = sum(number for descending, number in enumerate(orders) if abs(pairs - 2 * descending) >= score)
    return extreme / factorial(count)


def _nearly_chance(count: int, score: int) -> float:
    """The same for many values: Kendall's score is then normal, here with the correction for its steps of two."""
    deviation = sqrt(count * (count - 1) * (2 * count + 5) / 18)
    return erfc(max(score - 1, 0) / deviation / sqrt(2))
