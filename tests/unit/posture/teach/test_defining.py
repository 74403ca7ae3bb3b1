"""What makes a movement that was shown this one and no other, and that a visitor may ask for less of it."""

import pytest

from demos.common.errors import BadInput
from demos.posture.coach.coach import Coach
from demos.posture.exercises import Exercise
from demos.posture.teach.defining import TRAITS
from demos.posture.teach.exercise_file import read
from demos.posture.teach.look import shown
from demos.posture.teach.propose import propose
from demos.posture.teach.visitor import Teaching
from tests.unit.posture.teach.test_propose import recording


def squat() -> Exercise:
    return next(each.exercise for each in propose(recording("squat")) if each.exercise.signal.measure == "knee")


def test_of_a_squat_the_hips_go_down_between_both_feet_and_the_arms_are_left_alone() -> None:
    traits = {limit.name: limit for limit in squat().defining}
    assert 0.7 < traits["hip_height_as_shown"].max < 0.9
    assert 0.3 < traits["stride_as_standing"].max < 0.6
    assert not [name for name in traits if name.startswith(("elbow", "upper_arm", "arm_difference"))]


def test_steps_are_no_squat_and_it_is_said_why() -> None:
    coach = Coach(squat())
    for seconds, pose in recording("walk").frames:
        coach.update(pose, seconds)
    assert coach.count == 0
    reasons = {attempt.rejection.cue for attempt in coach.attempts if attempt.rejection}
    assert "hip_height_as_shown" in reasons


def test_a_trait_that_a_visitor_does_not_ask_for_is_asked_no_more_and_can_come_back() -> None:
    teaching = Teaching()
    teaching.show(recording("squat"), propose(recording("squat")), 3)
    before = shown(teaching, "en")["traits"]
    name = before[0]["name"]
    teaching.ask(name, False)
    assert [trait["asked"] for trait in shown(teaching, "ko")["traits"]] == [False] + [True] * (len(before) - 1)
    saved = read(shown(teaching, "en")["toml"].encode(), "own")
    assert [limit.name for limit in saved.defining] == [trait["name"] for trait in before[1:]]
    teaching.ask(name, True)
    assert shown(teaching, "en")["traits"] == before


@pytest.mark.parametrize("trait", ["knee_as_dreamt", None, 3, ["a"]])
def test_a_trait_that_was_not_offered_is_refused(trait: object) -> None:
    teaching = Teaching()
    teaching.show(recording("squat"), propose(recording("squat")), 3)
    with pytest.raises(BadInput):
        teaching.ask(trait, False)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_trait_has_words_of_its_own(language: str) -> None:
    from demos.common.i18n import text

    kinds = [f"{trait.measure}_{kind}" for trait in TRAITS for kind in ("as_shown", "as_standing")]
    said = [text(f"posture.teach_{part}_{kind}", language) for part in ("trait", "not") for kind in kinds]
    assert len(set(said)) == len(said)
