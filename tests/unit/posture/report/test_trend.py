"""Slopes and their chance on plain numbers."""

from itertools import permutations

import numpy as np
import pytest

from demos.posture.report import trend as trends
from demos.posture.report.trend import trend


def test_a_straight_line_is_its_own_trend_and_one_odd_value_does_not_bend_it() -> None:
    found = trend([80, 82, 84, 86, 88, 90])
    assert found is not None
    assert (found.slope, found.change) == (2, 10)
    assert found.sure
    odd = trend([80, 82, 84, 140, 88, 90, 92, 94])
    assert odd is not None
    assert odd.slope == pytest.approx(2, abs=0.3)


def test_the_chance_is_the_share_of_all_orders_that_are_as_clear() -> None:
    values = [3.0, 1.0, 4.0, 2.0, 5.0]

    def score(order: tuple[float, ...]) -> int:
        return abs(sum(int(np.sign(b - a)) for i, a in enumerate(order) for b in order[i + 1 :]))

    share = np.mean([score(order) >= score(tuple(values)) for order in permutations(values)])
    found = trend(values)
    assert found is not None
    assert found.p == pytest.approx(share)
    assert not found.sure


def test_chance_alone_is_taken_for_a_trend_in_one_set_of_twenty_at_most() -> None:
    random = np.random.default_rng(1)
    for length in (5, 8, 12):
        sets = [trend(random.normal(size=length).tolist()) for _ in range(600)]
        assert np.mean([found is not None and found.sure for found in sets]) <= 0.07


def test_of_four_values_and_of_equal_ones_nothing_is_said() -> None:
    assert trend([1, 2, 3, 4]) is None
    assert trend([1, 2, float("nan"), 3, 4]) is None
    same = trend([7.0] * 6)
    assert same is not None
    assert (same.slope, same.p) == (0, 1)


def test_of_many_values_the_normal_distribution_says_what_counting_all_orders_would() -> None:
    count = trends.MOST_EXACT
    for score in range(0, count * (count - 1) // 2, 20):  # as many pairs as there are make an even number of steps
        assert trends._nearly_chance(count, score) == pytest.approx(trends._chance(count, score), abs=0.003)


def test_an_hour_of_repetitions_has_a_trend_like_any_other() -> None:
    random = np.random.default_rng(2)
    found = trend([*(90 + 0.002 * np.arange(4000) + random.normal(0, 5, 4000)), float("nan")])
    assert found is not None
    assert found.sure
    assert found.slope == pytest.approx(0.002, abs=0.0005)
    by_chance = [trend(random.normal(size=200).tolist()) for _ in range(300)]
    assert np.mean([one is not None and one.sure for one in by_chance]) <= 0.08
