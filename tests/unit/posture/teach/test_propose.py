"""What is read from three repetitions: on curves of plain numbers, and on the athlete's landmarks."""

from functools import cache

import numpy as np
import pytest

from demos.common.errors import BadInput
from demos.posture.athlete.examples import simulate_landmarks
from demos.posture.athlete.performance import perform
from demos.posture.teach.propose import counted, cycles, propose
from demos.posture.teach.recording import Recording, record

SECONDS = np.arange(0, 9, 1 / 15)


@cache
def recording(movement: str, reps: int = 3, seed: int = 7) -> Recording:
    done = perform(movement, reps=reps, seconds=6, view="side", seed=seed, fps=12)
    return record([(pose.seconds, pose) for pose in simulate_landmarks(done, seed)])


def curve(times: int, jitter: float = 0.0) -> np.ndarray:
    """170 degrees at rest, `times` down to 80."""
    phase = np.clip((SECONDS - 0.5) / 8, 0, 1) * times * 2 * np.pi
    return 125 + 45 * np.cos(phase) + jitter * np.random.default_rng(1).normal(size=len(SECONDS))


@pytest.mark.parametrize("times", [1, 3, 5])
def test_a_curve_that_falls_and_rises_is_counted_by_its_own_range_however_it_trembles(times: int) -> None:
    shown = list(cycles(SECONDS, curve(times, jitter=4), falling=True))
    assert len(shown) == times
    for number, each in enumerate(shown):
        assert each.turn == pytest.approx(0.5 + 8 * (number + 0.5) / times, abs=0.35 / times + 0.3)
        assert each.start < each.turn < each.end
        assert (each.rest, each.reached) == pytest.approx((170, 80), abs=12)


def test_seen_the_other_way_round_the_same_curve_is_gone_through_once_less() -> None:
    assert len(list(cycles(SECONDS, curve(3), falling=False))) == 2


def test_a_repetition_that_does_not_come_back_is_none() -> None:
    assert len(list(cycles(SECONDS[:95], curve(3)[:95], falling=True))) == 2


def test_a_movement_that_no_file_knows_is_counted_as_it_was_shown() -> None:
    best = propose(recording("row"), name="Row")[0]
    assert best.exercise.name == {"en": "Row", "ko": "Row"}
    assert best.exercise.signal.measure in ("elbow", "upper_arm", "shoulder")
    assert len(best.shown) == 3
    assert best.exercise.views[0] == "side"
    assert counted(best.exercise, recording("row", reps=4, seed=8)) == 4


def test_each_proposal_counts_by_another_angle_and_counts_what_was_shown() -> None:
    proposals = propose(recording("squat"))
    assert {"knee", "hip"} <= {proposal.exercise.signal.measure for proposal in proposals}
    assert all(counted(proposal.exercise, recording("squat")) == 3 for proposal in proposals)


def test_a_position_that_is_held_is_timed() -> None:
    best = propose(recording("plank"))[0]
    assert (best.exercise.kind, best.shown) == ("hold", ())


def test_who_moves_the_arms_alone_holds_no_position() -> None:
    with pytest.raises(BadInput):
        propose(recording("row"), 5)


@pytest.mark.parametrize(("movement", "asked"), [("squat", 4), ("idle", 3)])
def test_what_does_not_go_there_and_back_so_often_is_refused(movement: str, asked: int) -> None:
    with pytest.raises(BadInput) as refused:
        propose(recording(movement), asked)
    assert refused.value.key == "posture.teach_not_so_often"
    if movement == "squat":
        assert "does it 3 times" in refused.value.in_language("en")


def test_a_recording_of_nobody_is_refused() -> None:
    with pytest.raises(BadInput):
        propose(record([(second / 10, None) for second in range(50)]))
