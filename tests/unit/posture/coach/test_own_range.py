"""Whose range is known is asked for it: within bounds, and never for more than the exercise asks."""

import pytest

from demos.common.errors import BadInput
from demos.posture.athlete.examples import simulate_landmarks
from demos.posture.athlete.performance import perform
from demos.posture.coach.coach import Coach
from demos.posture.coach.own_range import MOST_LESS, TREMBLE, asked_of
from demos.posture.exercises import exercises

SQUAT, PRESS, PLANK = (exercises()[slug] for slug in ("squat", "overhead_press", "plank"))


@pytest.mark.parametrize(
    ("degrees", "asked"),
    [(112, 112 + TREMBLE), (90, SQUAT.signal.full), (175, SQUAT.signal.full + MOST_LESS), (-180, SQUAT.signal.full)],
)
def test_a_squat_is_asked_for_as_far_as_somebody_goes_within_bounds(degrees: float, asked: float) -> None:
    assert asked_of(SQUAT, degrees).signal.goal == asked


def test_an_effort_that_goes_up_is_asked_for_less_far_up() -> None:
    full = PRESS.signal.full
    assert asked_of(PRESS, full - 10).signal.goal == full - 10 - TREMBLE
    assert asked_of(PRESS, 179).signal.goal == full
    assert asked_of(PRESS, 0).signal.goal == full - MOST_LESS
    assert asked_of(PLANK, 100) is PLANK


@pytest.mark.parametrize("degrees", ["112", None, float("nan"), 181, True, [112], 1e300])
def test_what_is_no_angle_is_refused_in_a_sentence(degrees: object) -> None:
    with pytest.raises(BadInput):
        asked_of(SQUAT, degrees)


def test_who_reaches_their_own_range_is_counted_from_the_first_repetition() -> None:
    squats = perform("squat", reps=3, view="side", seed=2, fps=15, depth=0.7)
    poses = simulate_landmarks(squats, 2, noise=0.5)
    counts = {}
    for name, exercise in (("everybody", SQUAT), ("own", asked_of(SQUAT, 112))):
        coach = Coach(exercise)
        for pose in poses:
            coach.update(pose, pose.seconds)
        counts[name] = coach.count
    assert counts == {"everybody": 2, "own": 3}
