"""What the page is told of a workout."""

import json
from dataclasses import replace

import pytest

from demos.common.i18n import LANGUAGES, text
from demos.posture.coach.coach import Reading
from demos.posture.coach.repetitions import Phase
from demos.posture.coach.set_tracker import ExerciseSet, FrameResult
from demos.posture.exercises import exercises
from demos.posture.workout.announcer import Announcement
from demos.posture.workout.look import workout_data
from demos.posture.workout.plan import Plan
from demos.posture.workout.workout import State, WorkoutFrame

DONE = (ExerciseSet("squat", 0.0, (), 9, 0.0),)
NOBODY = FrameResult(1.0, None, "squat", None)
FRAME = WorkoutFrame(1.0, State.REST, NOBODY, Plan("squat", 3, 10), 1, 41.2, None, 0.456, DONE)


def test_without_a_workout_there_is_only_what_is_said() -> None:
    said = Announcement(4, "cue", {"en": "Chest up.", "ko": "가슴을 드세요."})
    assert workout_data(None, None, "en") == {"workout": None, "say": None}
    assert workout_data(None, said, "ko") == {"workout": None, "say": [4, "cue", "가슴을 드세요."]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_rest_says_how_long_it_lasts_and_what_was_done(language: str) -> None:
    data = workout_data(FRAME, None, language)
    assert data["workout"] == {
        "state": "rest",
        "set": 1,
        "sets": 3,
        "target": 10,
        "by_time": False,
        "remaining": 42,
        "hand": 46,
        "box": None,
        "done": [[exercises()["squat"].name[language], 9, 0]],
    }
    assert data["advice"] == text("posture.workout_resting", language)
    json.dumps(data)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("exercise", ["auto", *exercises()])
def test_every_state_of_every_exercise_has_its_words(state: State, exercise: str) -> None:
    for problem in (None, "nobody", "unseen:ankle", "turn_side"):
        frame = replace(
            FRAME, state=state, plan=Plan(exercise), problem=problem if state is State.POSITIONING else None
        )
        if state is State.POSITIONING and problem is None:
            continue
        data = workout_data(frame, None, "en")
        assert "advice" in data
        held = exercise != "auto" and exercises()[exercise].kind == "hold"
        assert data["workout"]["by_time"] == (held or frame.plan.by_time)


def test_in_a_set_the_coach_has_the_word_once_it_has_looked() -> None:
    begins = replace(FRAME, state=State.SET)
    assert workout_data(begins, None, "en")["advice"] == ""
    reading = Reading(1.0, Phase.TOP, 170.0, {}, 0, 0.0)
    assert "advice" not in workout_data(replace(begins, result=replace(NOBODY, reading=reading)), None, "en")
