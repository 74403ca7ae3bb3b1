"""Fade: whether depth and tempo decline from one repetition to the next, and by how much.

The slope is the median of all slopes between two repetitions (Theil 1950; Sen 1968, JASA 63, 1379), so that one odd
repetition does not make it. Whether it could be chance is Kendall's rank test (1938, Biometrika 30, 81), exact for the
few repetitions that a set has.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial, isnan
from statistics import median

FEWEST = 5  # values of which a trend can be told from chance: of four the surest has a p of 0.08
SURE = 0.05


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
    known = [(place, value) for place, value in enumerate(values) if not isnan(value)]
    if len(known) < FEWEST:
        return None
    slopes = [(later - earlier) / (j - i) for (i, earlier), (j, later) in combinations(known, 2)]
    score = sum((slope > 0) - (slope < 0) for slope in slopes)
    return Trend(median(slopes), _chance(len(known), abs(score)), len(values))


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
