"""A hand raised by the athlete begins and ends a set, and nothing that the athlete trains with does."""

import numpy as np
import pytest

from demos.posture.athlete.movement import faults_of, names
from demos.posture.athlete.performance import perform
from demos.posture.workout.raised_hand import HELD, RaisedHand
from tests.oracle.posture.random_clips import observed
from tests.posture_visit import RAISED, Visit, seen

FPS = 10.0


def noticed(visit: Visit, view: float) -> list[float]:
    """The seconds after the (first) hand began to rise at which one was noticed."""
    hand, begin = RaisedHand(), visit.begin_of("hand")
    return [seconds - begin for seconds, pose in seen(visit.performance(view)) if hand.update(pose, seconds)]


@pytest.mark.parametrize("side", [0, 1])
@pytest.mark.parametrize("how", RAISED)
def test_a_raised_hand_is_noticed_once_from_the_front_and_the_side(how: str, side: int) -> None:
    for view in (0.0, 60.0, -90.0):
        found = noticed(Visit(fps=FPS).stand(1.0).raise_hand(1.6, side, how).stand(0.5), view)
        assert len(found) == 1, (view, found)
        assert HELD <= found[0] <= 2.4


def test_both_hands_or_a_short_wave_are_no_raised_hand() -> None:
    assert noticed(Visit(fps=FPS).stand(1.0).raise_hand(1.6, both=True), 0.0) == []
    assert noticed(Visit(fps=FPS).stand(1.0).raise_hand(0.2), 0.0) == []


def test_a_hand_that_is_up_from_the_beginning_has_to_come_down_first() -> None:
    visit = Visit(fps=FPS).raise_hand(3.0).stand(1.0).raise_hand(1.5)
    hand = RaisedHand()
    frames = [(seconds, pose) for seconds, pose in seen(visit.performance(0.0)) if seconds > 1.5]
    found = [seconds for seconds, pose in frames if hand.update(pose, seconds)]
    assert len(found) == 1
    assert found[0] > visit.begin_of("hand", 1)


@pytest.mark.parametrize("movement", names())
def test_no_exercise_and_no_other_movement_is_taken_for_a_raised_hand(movement: str) -> None:
    """Also the far arm of a press seen from the side, which is hidden and guessed."""
    for number, view in enumerate((0.0, 50.0, -90.0, 180.0)):
        random = np.random.default_rng([number, 5])
        fault = [str(random.choice(faults_of(movement)))] if faults_of(movement) and number % 2 else []
        tempo = float(random.choice([0.5, 1.0, 1.8]))
        performance = perform(movement, reps=2, seconds=4, view=view, seed=number, fps=FPS, faults=fault, tempo=tempo)
        hand = RaisedHand()
        assert not any(hand.update(pose, pose.seconds) for pose in observed(performance, random, 1.2)), (view, fault)
