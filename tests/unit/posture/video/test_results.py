"""What is kept of a video's frames: what a list of them would hold, in little memory."""

import math

import numpy as np
import pytest

from demos.posture.athlete.examples import simulate_landmarks
from demos.posture.athlete.performance import perform
from demos.posture.coach.set_tracker import FrameResult, SetTracker
from demos.posture.pose.measures import measures, picture_measures
from demos.posture.video import results
from demos.posture.video.results import Results


@pytest.fixture(scope="module")
def found() -> list[FrameResult]:
    """Squats, with moments in which nobody is seen."""
    tracker, listed = SetTracker("squat"), []
    for number, pose in enumerate(simulate_landmarks(perform("squat", reps=2, seed=1), 1)):
        listed.append(tracker.update(None if number in (3, 40) else pose, number / 30))
    return listed


def test_each_frame_comes_back_as_it_was(found: list[FrameResult]) -> None:
    kept = Results(found)
    assert len(kept) == len(found)
    for before, after in zip(found, kept, strict=True):
        assert (before.seconds, before.exercise, before.pose is None) == (
            after.seconds,
            after.exercise,
            after.pose is None,
        )
        one, other = before.reading, after.reading
        assert one is not None
        assert other is not None
        assert (one.phase, one.count, one.hold, one.cue, one.finished) == (
            *(other.phase, other.count, other.hold, other.cue),
            other.finished,
        )
        assert other.signal == pytest.approx(one.signal, nan_ok=True)
        assert other.measures == pytest.approx(one.measures, nan_ok=True, abs=1e-3)
        if before.pose and after.pose:
            for name in ("image", "world", "visibility"):
                assert getattr(after.pose, name) == pytest.approx(getattr(before.pose, name), abs=1e-4)
    assert [result.seconds for result in kept[-3:]] == [result.seconds for result in found[-3:]]
    assert kept.poses.seen == len(found) - 2
    with pytest.raises(IndexError):
        kept[len(found)]


def test_the_signal_has_gaps_where_nothing_was_seen(found: list[FrameResult]) -> None:
    kept = Results([*found[:5], FrameResult(9.0, None, None, None)])
    seconds, angles = kept.signal()
    assert seconds.tolist() == [*(result.seconds for result in found[:5]), 9.0]
    assert math.isnan(angles[-1])
    assert not math.isnan(angles[0])


def test_readings_on_the_same_poses_are_kept_beside_them(found: list[FrameResult]) -> None:
    first = Results(found)
    second = Results(found, poses=first.poses)
    assert second.poses is first.poses
    assert len(first.poses) == len(second) == len(found)


def test_an_hour_takes_less_than_a_hundred_megabytes() -> None:
    assert 3600 * 30 * (results.POSE.itemsize + results.READING.itemsize) < 100e6
    body = np.random.default_rng(0).random((33, 3))
    assert len(measures(body) | picture_measures(body)) <= results.MEASURES
