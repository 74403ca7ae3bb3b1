"""What is believed of a network whose answers are written down."""

import numpy as np
import pytest
import torch
from torch import Tensor

from demos.posture.landmarks import INDEX, Pose
from demos.posture.recognise import MOVED, Recogniser
from tests.unit.posture.test_measures import body

CLASSES = ("squat", "bicep_curl", "plank", "other")


class Says:
    """A network that always says the same."""

    classes = CLASSES

    def __init__(self, word: str) -> None:
        self.word = word

    def __call__(self, windows: Tensor) -> Tensor:
        return torch.tensor([[9.0 if name == self.word else 0.0 for name in self.classes]])


def bent(elbow: float) -> Pose:
    """Somebody who stands with this angle at the left elbow."""
    forearm = 0.25 * np.array([0.0, -np.cos(np.radians(elbow)), -np.sin(np.radians(elbow))])
    world = body(elbow=(0.2, -0.2, 0.0))
    world[INDEX["left_wrist"]] = world[INDEX["left_elbow"]] + forearm
    world[INDEX["right_wrist"]] = world[INDEX["right_elbow"]] + (0.0, 0.25, 0.0)
    return Pose(0.0, np.zeros((33, 3)), world, np.ones(33))


def recognised(word: str, swing: float, seconds: float = 4.0) -> str | None:
    """What is believed after seconds of an elbow that goes to and fro by `swing` degrees."""
    recogniser = Recogniser(Says(word))  # type: ignore[arg-type]
    for frame in range(round(seconds * 15)):
        pose = bent(150 - swing / 2 * (1 - np.cos(2 * np.pi * frame / 30)))
        recogniser.update(Pose(frame / 15, pose.image, pose.world, pose.visibility), frame / 15)
    return recogniser.exercise


@pytest.mark.parametrize(("swing", "exercise"), [(0.0, None), (0.8 * MOVED, None), (3 * MOVED, "bicep_curl")])
def test_who_stands_does_no_curl_whatever_the_network_says(swing: float, exercise: str | None) -> None:
    assert recognised("bicep_curl", swing) == exercise


def test_a_position_is_held_without_moving() -> None:
    assert recognised("plank", 0.0) == "plank"


def test_no_exercise_is_none() -> None:
    assert recognised("other", 3 * MOVED) is None
