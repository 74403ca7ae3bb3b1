"""Films and phones upside down, or on their side: the body is upright for the coach, and as filmed for the eye."""

from functools import cache

import numpy as np
import pytest

from demos.posture.athlete.examples import simulate_landmarks
from demos.posture.athlete.performance import perform
from demos.posture.coach.set_tracker import FrameResult, SetTracker
from demos.posture.exercises import Exercise, exercises
from demos.posture.people.upright import Upright
from demos.posture.pose.landmarks import Pose
from demos.posture.video.analyse import Analysis, conclude, recount
from demos.posture.video.results import Results
from demos.posture.video.video_file import VideoInfo

PERFORMED = [slug for slug, exercise in exercises().items() if exercise.movement]


@cache
def poses(exercise: str, view: str = "three_quarter") -> tuple[Pose, ...]:
    return tuple(simulate_landmarks(perform(exercise, reps=3, seconds=5, view=view, seed=2, fps=12, tempo=1), 2))


def filmed(pose: Pose, turns: int) -> Pose:
    """The pose as a landmarker gives it of an image that has to be turned so often to be upright."""
    x, y = pose.image[:, 0], pose.image[:, 1]
    places = [(x, y), (1 - y, x), (1 - x, 1 - y), (y, 1 - x)][turns]
    image = np.stack([*places, pose.image[:, 2]], axis=-1)
    return Pose(pose.seconds, image, pose.turned(-turns).world, pose.visibility)


@pytest.mark.parametrize("turns", range(4))
def test_a_turned_pose_is_the_upright_one_for_the_coach_and_the_filmed_one_for_the_eye(turns: int) -> None:
    pose = poses("squat")[0]
    seen = filmed(pose, turns)
    turned = seen.turned(turns)
    np.testing.assert_allclose(turned.world, pose.world, atol=1e-6)
    np.testing.assert_allclose(turned.upright_image, pose.image[:, :2], atol=1e-6)
    assert turned.image is seen.image
    np.testing.assert_allclose(turned.turned(0).world, seen.world)


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize("exercise", PERFORMED)
def test_of_a_told_exercise_a_second_shows_which_way_is_up(exercise: str, turns: int) -> None:
    upright = Upright(exercises()[exercise])
    for pose in poses(exercise, exercises()[exercise].views[0]):
        upright.update(filmed(pose, turns), lambda turns: False)
        if pose.seconds > 2:
            assert upright.turns == turns


def never(turns: int) -> bool:
    raise AssertionError("asked for a proof")


@pytest.mark.parametrize("exercise", [None, exercises()["squat"]], ids=["auto", "squat"])
def test_somebody_upside_down_is_turned_without_a_proof(exercise: Exercise | None) -> None:
    upright = Upright(exercise)
    assert any(upright.update(filmed(pose, 2), never) for pose in poses("squat"))
    assert upright.turns == 2


@pytest.mark.parametrize(("exercise", "turns"), [("squat", 1), ("squat", 3), ("push_up", 2)])
def test_who_seems_to_lie_is_turned_only_with_a_proof(exercise: str, turns: int) -> None:
    upright, asked = Upright(), set()
    for pose in poses(exercise, "side"):
        upright.update(filmed(pose, turns), lambda turns: bool(asked.add(turns)))
    assert upright.turns == 0
    assert turns in asked
    upright = Upright()
    assert any(upright.update(filmed(pose, turns), lambda found: found == turns) for pose in poses(exercise, "side"))
    assert upright.turns == turns


def test_while_an_exercise_is_recognised_nothing_is_turned() -> None:
    upright = Upright()
    assert not any(upright.update(filmed(pose, 2), never, sure=True) for pose in poses("squat"))


def test_what_was_found_is_not_given_up_for_a_moment() -> None:
    upright = Upright(exercises()["squat"])
    for pose in poses("squat"):
        upright.update(filmed(pose, 2), never)
    end = poses("squat")[-1].seconds
    for pose in poses("squat"):
        if pose.seconds < 1.5:
            assert not upright.update(Pose(end + pose.seconds, pose.image, pose.world, pose.visibility), never)


@pytest.mark.parametrize("turns", [0, 1, 3])
def test_a_whole_video_may_lie_on_its_side_though_nobody_told_the_exercise(turns: int) -> None:
    results = [FrameResult(pose.seconds, filmed(pose, turns), None, None) for pose in poses("push_up", "side")]
    *_, analysis = conclude(VideoInfo(640, 480, 12, 0.0), *counted(results))
    assert isinstance(analysis, Analysis)
    assert [(done.exercise, done.count) for done in analysis.sets] == [("push_up", 3)]
    assert {result.pose.turns for result in analysis.results if result.pose} == {turns}


@pytest.mark.parametrize("turns", [0, 1, 2])
def test_a_video_that_is_counted_again_as_something_is_turned_by_what_it_is(turns: int) -> None:
    results = [FrameResult(pose.seconds, filmed(pose, turns), None, None) for pose in poses("squat", "side")]
    analysis = Analysis(VideoInfo(640, 480, 12, 0.0), Results(results))
    *_, again = recount(analysis, "squat")
    assert isinstance(again, Analysis)
    assert again.count == 3


def counted(results: list[FrameResult]) -> tuple[Results, SetTracker]:
    tracker = SetTracker()
    return Results(tracker.update(result.pose, result.seconds) for result in results), tracker
