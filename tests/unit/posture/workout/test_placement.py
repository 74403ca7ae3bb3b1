"""Whether somebody stands where the coach can see what it needs, and what is said if not."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from demos.common.i18n import LANGUAGES, text
from demos.posture.athlete.performance import perform
from demos.posture.exercises import Exercise, exercises
from demos.posture.pose.landmarks import INDEX, NAMES, SIDES, Pose
from demos.posture.pose.measures import measures
from demos.posture.workout.placement import BORDERS, IN_PLACE, NOBODY, Placement, lean_and_facing


@cache
def body(view: float, movement: str = "idle") -> Pose:
    """The athlete a moment after the beginning, well inside of the image."""
    performance = perform(movement, seconds=0.5, reps=1, view=view, seed=4, fps=10)
    return Pose(0.0, performance.landmarks[2], performance.world[2], np.full(33, 0.95))


def scaled(pose: Pose, scale: float = 0.65, x: float = 0.5, y: float = 0.55) -> Pose:
    """The same body as large and where it is wanted: the middle of its box in shares of the image."""
    image = pose.image.copy()
    middle = (image[:, :2].min(0) + image[:, :2].max(0)) / 2
    image[:, :2] = (image[:, :2] - middle) * scale / np.ptp(image[:, 1]) + (x, y)
    inside = ((image[:, :2] >= 0) & (image[:, :2] <= 1)).all(1)
    return replace(pose, image=image, visibility=np.where(inside, pose.visibility, 0.1))


def problem(pose: Pose | None, exercise: str | None, aspect: float = 4 / 3) -> str | None:
    placement = Placement(exercises()[exercise] if exercise else None)
    for frame in range(20):
        placement.update(pose, frame / 10, aspect)
    return placement.problem


@pytest.mark.parametrize("exercise", [None, *exercises()])
def test_who_stands_well_inside_the_image_is_in_place_for_every_exercise(exercise: str | None) -> None:
    views = exercises()[exercise].views if exercise else ("side",)
    degrees = {"front": 0.0, "three_quarter": 42.0, "side": 90.0}[views[0]]
    assert problem(scaled(body(degrees)), exercise) is None


def test_whose_feet_are_below_the_image_is_told_which_part_is_missing() -> None:
    assert problem(scaled(body(90.0), 1.1, y=0.65), "squat") == "unseen:ankle"
    assert problem(scaled(body(90.0), 1.1, y=0.65), None) == "unseen:ankle"


def test_a_curl_needs_no_feet() -> None:
    assert problem(scaled(body(0.0), 1.1, y=0.7), "bicep_curl") is None


def test_who_is_far_away_is_told_to_come_closer() -> None:
    assert problem(scaled(body(90.0), 0.2), "squat") == "come_closer"


def test_whose_raised_hands_would_leave_the_image_is_told_to_step_back() -> None:
    close = scaled(body(0.0), 0.93, y=0.5)
    assert problem(close, "squat") == "step_back_hands"
    higher = scaled(body(0.0), 0.8, y=0.54)  # room for a hand beside the head, but for no jumping jack
    assert problem(higher, "squat") is None
    assert problem(higher, "jumping_jack") == "step_back_hands"


def test_who_stands_at_the_rim_is_told_to_come_to_the_middle() -> None:
    aside = scaled(body(0.0), 0.65, x=0.15)
    image = aside.image.copy()
    image[INDEX["left_wrist"], 0] = 0.01
    image[INDEX["right_wrist"], 0] = 0.01
    aside = replace(aside, image=image, visibility=np.full(33, 0.9))
    assert problem(aside, "overhead_press") == "to_the_middle"


@pytest.mark.parametrize(
    ("exercise", "degrees", "said"),
    [
        ("deadlift", 0.0, "turn_side"),
        ("deadlift", 42.0, None),
        ("high_knees", 90.0, "turn_front"),
        ("calf_raise", 42.0, "turn_side"),
        ("squat", 0.0, None),
        ("push_up", 0.0, None),  # they stand: they may still lie down sideways
    ],
)
def test_the_view_that_an_exercise_needs_is_asked_for(exercise: str, degrees: float, said: str | None) -> None:
    assert problem(scaled(body(degrees)), exercise) == said


def test_who_lies_is_not_asked_to_step_back_and_is_seen_from_the_side() -> None:
    assert problem(scaled(body(90.0, "sit_up"), 0.3, y=0.7), "sit_up") is None
    assert problem(scaled(body(0.0, "sit_up"), 0.3, y=0.7), "sit_up") == "turn_side"


def test_in_an_upright_image_who_will_lie_down_needs_more_room() -> None:
    assert problem(scaled(body(90.0), 0.7), "push_up") is None
    assert problem(scaled(body(90.0), 0.7), "push_up", aspect=9 / 16) == "step_back"


def test_a_moment_in_place_is_not_yet_in_place_and_a_lost_frame_changes_nothing() -> None:
    placement = Placement(None)
    pose = scaled(body(0.0))
    assert placement.update(pose, 0.0) == NOBODY
    assert placement.update(pose, IN_PLACE / 2) == NOBODY
    assert placement.update(pose, IN_PLACE) is None
    assert placement.update(None, IN_PLACE + 0.1) is None
    assert placement.update(pose, IN_PLACE + 0.2) is None
    assert placement.update(None, IN_PLACE + 0.3) is None
    assert placement.update(None, IN_PLACE + 0.8) == NOBODY


def needed(exercise: Exercise) -> set[str]:
    return {f"posture.unseen_{part}" for part in exercise.required} | {f"posture.place_turn_{exercise.views[0]}"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_a_sentence_for_whatever_may_be_wrong(language: str) -> None:
    keys = {f"posture.place_{name}" for name in ("step_back", "step_back_hands", "come_closer", "to_the_middle")}
    for exercise in exercises().values():
        keys |= needed(exercise)
    assert all(text(key, language) for key in keys)
    assert set(BORDERS) == {"front", "three_quarter", "side"}
    assert {f"{side}_{part}" for side in SIDES for each in exercises().values() for part in each.required} <= set(NAMES)


@pytest.mark.parametrize("movement", ["squat", "push_up", "sit_up"])
def test_lean_and_facing_are_the_measures_of_that_name(movement: str) -> None:
    for view in (0.0, 30.0, 90.0, 200.0):
        world = body(view, movement).world
        found = measures(world)
        assert lean_and_facing(world) == pytest.approx((float(found["torso_lean"]), float(found["facing"])), abs=1e-4)
