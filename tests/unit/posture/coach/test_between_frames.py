"""What a joint did between two frames, against curves that are known."""

import numpy as np
import pytest

from demos.posture.coach.between_frames import both_up_between, lowest_between


def bump(share: np.ndarray) -> np.ndarray:
    """Down from 0 to -1 and up again with minimum jerk (Flash & Hogan 1985), while `share` goes from 0 to 2."""
    u = np.clip(1 - np.abs(share - 1), 0, 1)
    return -(10 * u**3 - 15 * u**4 + 6 * u**5)


@pytest.mark.parametrize("turn", [0.31, 0.5, 0.62])
def test_the_turn_of_a_parabola_is_found_exactly_however_uneven_the_frames_are(turn: float) -> None:
    seconds = (0.0, 0.2, 0.3, 0.7, 0.85, 1.0)
    course = [(second, 80 + 300 * (second - turn) ** 2) for second in seconds]
    assert lowest_between(course) == pytest.approx((turn, 80))


@pytest.mark.parametrize(("missing", "shown", "found"), [(0.0, 0.96, 0.99), (0.1, 0.80, 0.88)])
def test_of_a_repetition_seen_in_five_frames_little_of_the_depth_is_missed(
    missing: float, shown: float, found: float
) -> None:
    random = np.random.default_rng(0)
    frames, curves = [], []
    for _ in range(500):
        seconds = random.uniform(0, 0.4) + 0.4 * np.arange(-3, 9)
        seconds = seconds[random.random(len(seconds)) >= missing]
        course = list(zip(seconds.tolist(), bump(seconds).tolist(), strict=True))
        frames.append(-min(angle for _, angle in course))
        curves.append(-lowest_between(course)[1])
    assert np.quantile(frames, 0.05) < shown
    assert np.quantile(curves, 0.05) > found
    assert max(curves) < 1.1


def test_where_nothing_turns_the_lowest_frame_is_lowest() -> None:
    assert lowest_between([(0.0, 170.0)]) == (0.0, 170.0)
    assert lowest_between([(0.0, 170.0), (0.1, 150.0), (0.2, 130.0), (0.3, 110.0)]) == (0.3, 110.0)
    assert lowest_between([(0.0, 170.0), (0.1, 80.0), (0.2, 80.0), (0.3, 80.0), (0.4, 170.0)])[1] == pytest.approx(
        80, abs=15
    )


def test_sides_that_take_turns_were_both_up_where_they_passed_each_other() -> None:
    before, now = (1.0, {"left": 110.0, "right": 170.0}), (1.2, {"left": 170.0, "right": 110.0})
    assert both_up_between(before, now) == pytest.approx((1.1, 140.0))


@pytest.mark.parametrize("later", [{"left": 130.0, "right": 165.0}, {"right": 110.0}, {"left": 150.0, "right": np.nan}])
def test_where_the_same_side_stays_bent_or_one_is_not_seen_nothing_passed(later: dict[str, float]) -> None:
    assert both_up_between((1.0, {"left": 110.0, "right": 170.0}), (1.2, later)) is None
