"""The report against the synthetic athlete: depth, tempo, fade and symmetry are known of every repetition."""

from collections.abc import Iterator

import numpy as np
import pytest

from demos.posture.athlete.examples import simulate_landmarks
from demos.posture.athlete.movement import movements
from demos.posture.athlete.performance import Performance, perform
from demos.posture.coach.set_tracker import SetTracker
from demos.posture.exercises import exercises
from demos.posture.pose.measures import measures
from demos.posture.report.record import Record
from demos.posture.report.sets import report_of


def reported(performance: Performance, seed: int) -> dict:
    """The report's only set of a performance as a landmarker sees it."""
    tracker = SetTracker(performance.exercise)
    record = Record(tracker.update(pose, pose.seconds) for pose in simulate_landmarks(performance, seed))
    [done] = report_of(tracker.sets, record)
    return done


def furthest(performance: Performance, side: str, start: float, end: float) -> float:
    """How far one side really went between two seconds."""
    angle = measures(performance.skeleton.landmarks)[f"{side}_{performance.main}"]
    seconds = np.arange(len(performance)) / performance.fps
    during = angle[(seconds >= start) & (seconds <= end)]
    up = exercises()[performance.exercise].signal.direction == "up"
    return float(during.max() if up else during.min())


@pytest.fixture
def one_sided(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The athlete can raise one arm less than the other, the left and the right in turn."""
    monkeypatch.setitem(movements()["lateral_raise"]["faults"], "one_sided", {"effort": {"lead_abd": -25}})
    return


def test_an_arm_that_is_raised_less_is_said_from_the_front_and_which_one(one_sided: None) -> None:
    for seed in (1, 2):
        raised = perform("lateral_raise", reps=4, view="front", faults=("one_sided",), seed=seed, fps=15)
        done = reported(raised, seed)
        rows = [row for row in done["repetitions"] if row["counted"]]
        assert len(rows) == 4
        for row, (start, _, end) in zip(rows, raised.repetitions, strict=True):
            truth = furthest(raised, "left", start, end) - furthest(raised, "right", start, end)
            assert abs(truth) > 18
            assert row["symmetry"]["difference_degrees"] == pytest.approx(truth, abs=12)


def test_arms_that_are_raised_alike_are_not_called_different() -> None:
    for seed in (3, 4):
        done = reported(perform("lateral_raise", reps=4, view="front", seed=seed, fps=15), seed)
        assert abs(done["symmetry"]["difference_degrees"]) < 8


def test_depth_and_tempo_are_those_of_the_athlete() -> None:
    squats = perform("squat", reps=5, view="side", seed=5, fps=20)
    done = reported(squats, 5)
    assert done["view"] == "side"
    for row, (start, bottom, end) in zip(done["repetitions"], squats.repetitions, strict=True):
        depth = np.mean([furthest(squats, side, start, end) for side in ("left", "right")])
        assert row["depth_degrees"] == pytest.approx(depth, abs=8)
        assert row["down_s"] == pytest.approx(bottom - start, abs=0.45)
        assert row["up_s"] == pytest.approx(end - bottom, abs=0.45)
        assert start <= row["worst_s"] <= end


def test_who_gets_slower_is_told_so_and_by_how_much() -> None:
    """The athlete tires: the last repetition takes an eighth longer than the first."""
    squats = perform("squat", reps=10, view="side", seed=6, fps=15)
    done = reported(squats, 6)
    times = [end - start for start, _, end in squats.repetitions]
    truth = np.median([(b - a) / (j - i) for i, a in enumerate(times) for j, b in enumerate(times) if j > i])
    assert done["fade"]["slower_s"] == pytest.approx(truth, abs=0.05)
