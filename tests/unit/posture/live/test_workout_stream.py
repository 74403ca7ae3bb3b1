"""A camera's stream in which somebody trains, with a landmarker that sees nobody."""

import numpy as np
import pytest

from demos.common.errors import BadInput
from demos.posture.live import stream as live
from demos.posture.live.stream import LiveStream
from demos.posture.workout.plan import Plan
from demos.posture.workout.workout import State

IMAGE = np.zeros((48, 64, 3), np.uint8)
PLAN = Plan("squat", 2, 5)


class Blind:
    """A landmarker that sees nobody, and fails once at its `failing`-th image."""

    failing = 0
    images = 0

    def detect(self, image: np.ndarray, seconds: float) -> None:
        Blind.images += 1
        if Blind.images == Blind.failing:
            raise IndexError("list index out of range")

    def close(self) -> None:
        pass


@pytest.fixture
def stream(monkeypatch: pytest.MonkeyPatch) -> LiveStream:
    monkeypatch.setattr(live, "Landmarker", Blind)
    monkeypatch.setattr(live, "people_finder", lambda: None)
    Blind.images = Blind.failing = 0
    return LiveStream()


def test_a_plan_begins_a_workout_and_none_ends_it(stream: LiveStream) -> None:
    assert stream.process(IMAGE, "squat").workout is None
    frame = stream.process(IMAGE, "squat", PLAN).workout
    assert frame is not None
    assert frame.state is State.POSITIONING
    assert stream.process(IMAGE, "squat").workout is None


def state(stream: LiveStream, plan: Plan = PLAN) -> State:
    frame = stream.process(IMAGE, "squat", plan).workout
    assert frame is not None
    return frame.state


def test_what_a_page_orders_is_done_with_the_next_frame(stream: LiveStream) -> None:
    stream.next()  # without a workout there is nothing to go on to
    stream.end()
    assert state(stream) is State.POSITIONING
    stream.next()
    assert state(stream) is State.COUNTDOWN
    stream.end()
    assert state(stream) is State.DONE
    stream.restart()
    assert state(stream) is State.POSITIONING
    stream.next()
    assert state(stream) is State.COUNTDOWN
    assert state(stream, Plan("squat", 3, 5)) is State.POSITIONING  # another plan is another workout


def test_a_frame_that_fails_does_not_end_the_workout(stream: LiveStream) -> None:
    state(stream)
    stream.next()
    Blind.failing = 2
    with pytest.raises(BadInput):
        stream.process(IMAGE, "squat", PLAN)
    assert state(stream) is State.COUNTDOWN
