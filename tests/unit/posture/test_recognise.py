"""What is believed of a network whose answers are written down."""

import numpy as np
import pytest
import torch
from torch import Tensor

from demos.posture.model import Outputs
from demos.posture.pose.landmarks import INDEX, Pose
from demos.posture.recognise import FEWEST, MOVED, Answer, Recogniser
from tests.unit.posture.pose.test_measures import body

CLASSES = ("squat", "bicep_curl", "plank", "other")


class Says:
    """A network that always says the same."""

    classes = CLASSES
    faults = ("squat:knees_in", "bicep_curl:body_swing", "bicep_curl:partial")

    def __init__(self, word: str) -> None:
        self.word = word

    def __call__(self, windows: Tensor) -> Outputs:
        exercise = torch.tensor([[9.0 if name == self.word else 0.0 for name in self.classes]])
        return Outputs(exercise, torch.linspace(-3, 3, windows.shape[1])[None], torch.tensor([[5.0, -5.0, 5.0]]))


def bent(elbow: float) -> Pose:
    """Somebody who stands with this angle at the left elbow."""
    forearm = 0.25 * np.array([0.0, -np.cos(np.radians(elbow)), -np.sin(np.radians(elbow))])
    world = body(elbow=(0.2, -0.2, 0.0))
    world[INDEX["left_wrist"]] = world[INDEX["left_elbow"]] + forearm
    world[INDEX["right_wrist"]] = world[INDEX["right_elbow"]] + (0.0, 0.25, 0.0)
    return Pose(0.0, np.zeros((33, 3)), world, np.ones(33))


def watched(word: str, swing: float, seconds: float = 4.0) -> Recogniser:
    """Who has seen seconds of an elbow that goes to and fro by `swing` degrees."""
    recogniser = Recogniser(Says(word))  # type: ignore[arg-type]
    for frame in range(round(seconds * 15)):
        pose = bent(150 - swing / 2 * (1 - np.cos(2 * np.pi * frame / 30)))
        recogniser.update(Pose(frame / 15, pose.image, pose.world, pose.visibility), frame / 15)
    return recogniser


def recognised(word: str, swing: float, seconds: float = 4.0) -> str | None:
    """What is believed then."""
    return watched(word, swing, seconds).exercise


@pytest.mark.parametrize(("swing", "exercise"), [(0.0, None), (0.8 * MOVED, None), (3 * MOVED, "bicep_curl")])
def test_who_stands_does_no_curl_whatever_the_network_says(swing: float, exercise: str | None) -> None:
    assert recognised("bicep_curl", swing) == exercise


def test_somebody_who_stood_like_in_a_curl_and_left_does_nothing() -> None:
    recogniser = watched("bicep_curl", 0.0)
    for seconds in range(4, 10):
        assert recogniser.update(None, float(seconds)) is None


def test_a_position_is_held_without_moving() -> None:
    assert recognised("plank", 0.0) == "plank"


def test_a_position_is_not_held_by_hips_that_go_up_and_down() -> None:
    recogniser = Recogniser(Says("plank"))  # type: ignore[arg-type]
    for frame in range(60):
        world = bent(150).world
        swing = 0.35 * np.sin(2 * np.pi * frame / 30)
        for side in ("left", "right"):
            world[INDEX[f"{side}_knee"]] += (0.0, 0.0, swing)
            world[INDEX[f"{side}_ankle"]] += (0.0, 0.0, swing)
        assert recogniser.update(Pose(frame / 15, np.zeros((33, 3)), world, np.ones(33)), frame / 15) is None


def test_no_exercise_is_none() -> None:
    assert recognised("other", 3 * MOVED) is None


@pytest.mark.parametrize(("seconds", "exercise"), [(0.9, None), (1.7, "bicep_curl")])
def test_less_than_two_seconds_are_enough_but_not_the_first_moment(seconds: float, exercise: str | None) -> None:
    assert recognised("bicep_curl", 3 * MOVED, seconds) == exercise
    assert FEWEST > 1


@pytest.mark.parametrize(("seconds", "guess"), [(0.5, None), (1.2, "bicep_curl"), (4.0, None)])
def test_of_a_film_too_short_to_believe_an_answer_there_is_a_guess(seconds: float, guess: str | None) -> None:
    assert watched("bicep_curl", 3 * MOVED, seconds).guess == guess


def test_there_is_no_guess_of_no_exercise() -> None:
    assert watched("other", 3 * MOVED, 1.2).guess is None


def test_an_answer_holds_the_phase_of_now_and_the_faults_of_the_likeliest_exercise() -> None:
    answer = watched("bicep_curl", 3 * MOVED).answer
    assert isinstance(answer, Answer)
    assert answer.phase == pytest.approx(1 / (1 + np.exp(-3)))
    assert {name: round(chance) for name, chance in answer.faults.items()} == {"body_swing": 0, "partial": 1}
    assert answer.exercises["bicep_curl"] == max(answer.exercises.values())
    assert sum(answer.exercises.values()) == pytest.approx(1)
