"""What a page may ask for."""

import pytest

from demos.common.errors import BadInput
from demos.posture.exercises import AUTO, exercises
from demos.posture.workout.plan import MOST_REPETITIONS, Plan, plan_of


def test_a_plan_is_what_was_asked_for() -> None:
    assert plan_of("squat", 2, 12, False, 30) == Plan("squat", 2, 12, False, 30)
    assert plan_of("squat", 2, 12, False, 30).entry() is exercises()["squat"]
    assert plan_of(AUTO, 1, 60, True, 0).entry() is None


@pytest.mark.parametrize(
    "asked",
    [
        ("juggling", 1, 1, False, 0),
        ("squat", 0, 1, False, 0),
        ("squat", 21, 1, False, 0),
        ("squat", 1, MOST_REPETITIONS + 1, False, 0),
        ("squat", 1, "10", False, 0),
        ("squat", 1.5, 10, False, 0),
        ("squat", 1, float("nan"), False, 0),
        ("squat", 1, 10, False, -1),
        ("squat", None, 10, False, 30),
    ],
)
def test_what_is_out_of_range_is_refused(asked: tuple) -> None:
    with pytest.raises(BadInput):
        plan_of(*asked)
