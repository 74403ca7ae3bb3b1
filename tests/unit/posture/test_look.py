"""The angles that are written beside a body's joints, and what is said of auto."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch

from demos.posture import look
from demos.posture.coach.coach import Reading
from demos.posture.coach.repetitions import Phase
from demos.posture.coach.set_tracker import FrameResult
from demos.posture.exercises import Exercise, Signal, exercises
from demos.posture.form import FormHead
from demos.posture.pose.landmarks import INDEX, Pose

SAYS = {"en": "…", "ko": "…"}
MEASURES = {"left_upper_arm": 80.0, "right_upper_arm": 84.0, "torso_lean": 30.0}


def seen(measure: str, apart: float = 0.3, hidden: str = "") -> dict[str, float]:
    """What is written of somebody whose sides are `apart` in the image, counted by `measure`."""
    entry = Exercise("any", "repetitions", SAYS, SAYS, SAYS, ("hip",), Signal(measure))
    image, visibility = np.zeros((33, 3)), np.full(33, 0.8)
    image[[index for name, index in INDEX.items() if name.startswith("left")], 0] = apart
    visibility[INDEX["right_shoulder"]] = visibility[INDEX["right_hip"]] = 0.9
    if hidden:
        visibility[INDEX[hidden]] = 0.05
    pose = Pose(0.0, image, np.zeros((33, 3)), visibility)
    return look.shown_angles(FrameResult(0.0, pose, "any", Reading(0.0, Phase.TOP, 0.0, MEASURES, 0, 0.0), own=entry))


def test_the_angle_of_an_upper_arm_is_written_at_its_shoulder() -> None:
    assert seen("upper_arm") == {"left_shoulder": 80.0, "right_shoulder": 84.0}
    assert seen("upper_arm", hidden="left_shoulder") == {"right_shoulder": 84.0}
    assert seen("upper_arm", apart=0.02) == {"right_shoulder": 84.0}


def test_a_measure_without_sides_is_written_once() -> None:
    assert seen("torso_lean") == {"right_hip": 30.0}
    assert seen("torso_lean", hidden="right_hip") == {"left_hip": 30.0}


def test_what_was_not_measured_is_not_written() -> None:
    assert seen("knee") == {}


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (lambda slugs: slugs, "all {}."),
        (lambda slugs: slugs[1:], "all but squats. Choose those yourself."),
        (lambda slugs: slugs[1::2], "push-ups, lunges, "),
        (lambda slugs: slugs[:2], "squats and push-ups. Choose any other yourself."),
    ],
    ids=["all", "all but one", "about half", "few"],
)
def test_what_auto_finds_out_is_said_in_the_fewest_words(
    known: Callable[[list[str]], list[str]], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(look, "recognisable", lambda: known(list(exercises())))
    found = look.auto_knows()["en"]
    assert found.startswith("Recognised by itself: " + said.format(len(exercises())))


def test_what_was_learned_of_good_and_bad_is_the_advice_unless_there_is_another() -> None:
    standing = Pose(0.0, np.zeros((33, 3)), np.zeros((33, 3)), np.full(33, 0.9))
    squat = exercises()["squat"]
    own = replace(squat, form=FormHead(torch.zeros(1), torch.zeros(())))

    def words(exercise: Exercise, opinion: str, cue: str | None = None) -> tuple[str, str]:
        reading = Reading(0.0, Phase.TOP, 0.0, {}, 0, 0.0, cue)
        said = look.words(FrameResult(0.0, standing, "squat", reading, own=exercise, opinion=(opinion,)), "en")
        return said["advice"], said["opinion"]

    assert words(own, "bad:93") == ("Like your bad ones (93%).", "")
    assert words(own, "bad:93", "shallow") == (squat.shallow["en"], "Like your bad ones (93%).")
    assert words(squat, "another:lunge") == ("", "The network takes this for another exercise: Lunge.")
