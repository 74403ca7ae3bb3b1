"""Who goes less far by their own range is asked for no more in a video either."""

import pytest

from demos.common.errors import BadInput
from demos.posture.athlete.examples import simulate_landmarks
from demos.posture.athlete.performance import perform
from demos.posture.coach.own_range import read_ranges
from demos.posture.coach.set_tracker import FrameResult, SetTracker
from demos.posture.exercises import AUTO
from demos.posture.video.analyse import Analysis, recount, summarise
from demos.posture.video.video_file import VideoInfo

GOOD, SHALLOW = 1, 2  # repetitions; one that counts keeps the coach from learning the range by itself


@pytest.fixture(scope="module")
def analysed() -> Analysis:
    """One deep push-up, and two that end before what is asked."""
    performance = perform("push_up", reps=3, seed=4, faults=["shallow"], faulty_reps=[1, 2], fps=12)
    tracker = SetTracker("push_up")
    results: list[FrameResult] = [tracker.update(pose, pose.seconds) for pose in simulate_landmarks(performance, 1)]
    return summarise(VideoInfo(640, 480, 12.0, 0.0), results, tracker)


@pytest.mark.parametrize("told", ["push_up", AUTO])
def test_what_ends_within_the_visitors_range_counts(analysed: Analysis, told: str) -> None:
    reached = [attempt.depth for attempt in analysed.main.attempts]  # type: ignore[union-attr]
    assert analysed.count == GOOD
    ranges = {"push_up": max(reached), "squat": 100.0}
    *_, again = recount(analysed, told, ranges)
    assert isinstance(again, Analysis)
    assert again.count == GOOD + SHALLOW
    [done] = again.report()["sets"]  # type: ignore[misc]
    assert done["asked_degrees"] == pytest.approx(max(reached) + 2, abs=1e-6)  # type: ignore[index]
    *_, told_nothing = recount(analysed, told)
    assert isinstance(told_nothing, Analysis)
    assert told_nothing.count == GOOD


def test_a_page_says_ranges_that_there_are() -> None:
    assert read_ranges({"push_up": 112.5}) == {"push_up": 112.5}
    assert read_ranges(None) == {}
    for wrong in ({"juggling": 90}, {"push_up": "deep"}, {"push_up": float("nan")}, {"push_up": 1000}):
        with pytest.raises(BadInput):
            read_ranges(wrong)
