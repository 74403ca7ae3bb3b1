"""The exercises' files: what each must say, and what is said of a wrong one."""

from pathlib import Path

import pytest

from demos.common.errors import BadInput
from demos.common.i18n import LANGUAGES, text
from demos.posture import learn
from demos.posture.exercises import (
    AUTO,
    COUNTABLE,
    FOLDER,
    OTHER,
    VIEWS,
    Exercise,
    exercises,
    find_exercise,
    learned_classes,
    learned_faults,
    listed,
    read_exercise,
    recognisable,
)
from demos.posture.look import camera_picture, camera_sentence
from demos.posture.make.train import classes_to_learn, faults_to_learn
from demos.posture.pose.landmarks import INDEX

CARRIED = (
    "squat",
    "push_up",
    "bicep_curl",
    "lunge",
    "plank",
    "overhead_press",
    "lateral_raise",
    "deadlift",
    "jumping_jack",
    "calf_raise",
    "high_knees",
    "wall_sit",
    "sit_up",
    "glute_bridge",
    "mountain_climber",
    "pull_up",
    "side_plank",
)
LEARNED = CARRIED  # by the carried network


def test_the_carried_exercises_come_first_and_in_their_order() -> None:
    assert tuple(exercises())[: len(CARRIED)] == CARRIED


@pytest.mark.parametrize("exercise", exercises().values(), ids=lambda exercise: exercise.slug)
def test_every_exercise_speaks_both_languages(exercise: Exercise) -> None:
    assert exercise.kind in ("repetitions", "hold")
    assert all(f"left_{part}" in INDEX for part in exercise.required)
    for language in LANGUAGES:
        assert exercise.name[language]
        assert exercise.plural[language]
        assert exercise.camera[language]
        assert exercise.kind == "hold" or exercise.shallow[language]
        assert all(limit.sentence(language) for limit in (*exercise.position, *exercise.cues, *exercise.deep))
    assert all(cue.name and cue.when in ("always", "effort") and set(cue.views) <= set(VIEWS) for cue in exercise.cues)


def test_where_the_camera_should_stand_is_said_of_each_and_of_any() -> None:
    for language in LANGUAGES:
        sentences = [camera_sentence(slug, language) for slug in (AUTO, *exercises())]
        assert sentences == [
            text("posture.camera_auto", language),
            *(exercise.camera[language] for exercise in exercises().values()),
        ]


def test_the_picture_of_the_camera_shows_how_the_body_lies_and_the_best_view_first() -> None:
    assert camera_picture("squat") == {"body": "standing", "views": ["side", "three_quarter", "front"]}
    assert camera_picture("push_up")["body"] == "prone"
    assert camera_picture("side_plank") == {"body": "side", "views": ["front"]}
    for slug in (AUTO, *exercises()):
        views = camera_picture(slug)["views"]
        assert isinstance(views, list)
        assert views
        assert set(views) <= set(VIEWS)


@pytest.mark.parametrize("exercise", exercises().values(), ids=lambda exercise: exercise.slug)
def test_what_is_counted_by_has_a_name(exercise: Exercise) -> None:
    rejecting = {limit.measure for limit in (*exercise.deep, *exercise.defining)}  # in the words of a rejection
    for language in LANGUAGES:
        assert all(text(f"posture.measure_{name}", language) for name in {exercise.signal.measure, *rejecting})


def test_everything_that_can_be_counted_by_has_a_name() -> None:
    assert {text(f"posture.measure_{name}", "en") for name in COUNTABLE} >= {"Knee", "Ankle", "Upper arm, from hanging"}


def test_unknown_exercise_is_refused() -> None:
    with pytest.raises(BadInput, match="juggling"):
        find_exercise("juggling")


def test_auto_names_what_the_carried_network_has_learned() -> None:
    assert learned_classes() == (*LEARNED, OTHER) == learn.load_network().classes
    assert recognisable() == list(LEARNED)


def test_a_training_learns_every_exercise_that_the_athlete_can_do_and_every_named_fault() -> None:
    assert classes_to_learn() == (*CARRIED, OTHER)
    assert faults_to_learn(("squat", "plank", OTHER)) == (
        *("squat:shallow", "squat:knees_in", "squat:lean_forward", "squat:heels_up"),
        *("plank:hips_sag", "plank:knees_bent", "plank:hips_high"),
    )
    assert learned_faults() == faults_to_learn(learned_classes())


def test_exercises_in_a_sentence() -> None:
    assert listed(["squat", "push_up", "plank"], "en", "or") == "squats, push-ups or planks"
    assert listed(["squat"], "en") == "squats"
    assert listed(["squat", "plank"], "ko") == "스쿼트, 플랭크"


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        ('kind = "repetitions"', 'kind = "seconds"', "seconds"),
        ('measure = "knee"', 'measure = "neck"', "neck"),
        ('measure = "torso_lean"', 'measure = "torso_tilt"', "torso_tilt"),
        ('views = ["front"]', 'views = ["above"]', "above"),
        ('when = "effort"', 'when = "sometimes"', "sometimes"),
        ('required = ["hip", "knee", "ankle"]', 'required = ["hip", "toe"]', "toe"),
        ('required = ["hip", "knee", "ankle"]', "", "required"),
        ('name = { en = "Squat", ko = "스쿼트" }', "", "name"),
        ('name = { en = "Squat", ko = "스쿼트" }', 'name = { en = "Squat" }', "name"),
        ("full = 105", "fall = 105", "fall"),
        ("full = 105", 'full = 105\ndirection = "left"', "left"),
        ('measure = "knee"', 'measure = "knee_width"', "knee_width"),  # no angle that has a name on the page
        ('kind = "repetitions"', 'kind = "repetitions"\nviews = ["above"]', "above"),
        ('kind = "repetitions"', 'kind = "repetitions"\nviews = []', "views"),
        ("[shallow]", "[too_shallow]", "too_shallow"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_in_words(tmp_path: Path, written: str, instead: str, said: str) -> None:
    text = (FOLDER / "squat.toml").read_text(encoding="utf-8")
    assert written in text
    file = tmp_path / "squat.toml"
    file.write_text(text.replace(written, instead), encoding="utf-8")
    with pytest.raises(ValueError, match=said) as wrong:
        read_exercise(file)
    assert str(file) in str(wrong.value)
