"""What a page may tell a stream."""

import pytest

from demos.common.errors import BadInput
from demos.posture.live.settings import LiveSettings, read_settings
from demos.posture.workout.plan import Plan

PLAN = {"sets": 2, "target": 8, "by_time": False, "rest": 30}


def test_an_exercise_a_language_and_a_plan_are_read() -> None:
    assert read_settings({"exercise": "squat", "language": "ko"}) == LiveSettings("squat", "ko")
    assert read_settings({"exercise": "squat", "plan": None}) == LiveSettings("squat")
    assert read_settings({"exercise": "squat", "plan": PLAN}).plan == Plan("squat", 2, 8, False, 30)
    assert read_settings({"plan": PLAN | {"by_time": True}}).plan == Plan("auto", 2, 8, True, 30)


@pytest.mark.parametrize(
    "given",
    [
        None,
        [],
        {"exercise": "juggling"},
        {"language": "fr"},
        {"exercise": 3},
        {"camera": "front"},
        {"plan": "3x10"},
        {"plan": {}},
        {"plan": PLAN | {"sets": 1000}},
        {"plan": PLAN | {"target": "8"}},
        {"plan": PLAN | {"more": 1}},
    ],
)
def test_anything_else_is_refused_in_a_sentence(given: object) -> None:
    with pytest.raises(BadInput):
        read_settings(given)
