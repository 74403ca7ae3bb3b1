"""An exercise that stands in no file of ours, on its way through a video and the page's data."""

from dataclasses import replace

import numpy as np
import pytest

from demos.common.errors import BadInput
from demos.posture.athlete.examples import simulate_landmarks
from demos.posture.athlete.performance import perform
from demos.posture.coach.set_tracker import SetTracker
from demos.posture.exercises import exercises
from demos.posture.live.settings import read_settings
from demos.posture.own_exercises import MOST, OwnExercises, checked_name
from demos.posture.teach.exercise_file import write
from demos.posture.video.analyse import summarise
from demos.posture.video.annotate import annotate
from demos.posture.video.look import result
from demos.posture.video.video_file import VideoInfo

OWN = replace(exercises()["squat"], slug="own", name={"en": "My dip", "ko": "내 동작"})


def test_a_visitors_own_exercise_is_counted_and_named_like_one_of_ours() -> None:
    tracker = SetTracker(OWN)
    results = [tracker.update(pose, pose.seconds) for pose in simulate_landmarks(perform("squat", reps=2, fps=12), 1)]
    analysis = summarise(VideoInfo(640, 480, 12, 0.0), results, tracker)
    assert (analysis.exercise, analysis.count) == ("own", 2)
    shown = result(analysis, "ko", "video")
    assert shown["player"]["frames"][-1]["exercise"] == "내 동작"
    assert shown["chart"]["asked"] == OWN.signal.full
    [done] = shown["report"]["sets"]
    assert (done["name"], len(done["rows"])) == ("내 동작", 2)
    annotate(np.zeros((48, 64, 3), np.uint8), analysis.results[-1])
    assert "own" not in exercises()


def test_own_exercises_are_one_visitors_and_the_same_name_takes_the_same_place() -> None:
    mine, other = OwnExercises(), OwnExercises()
    first = mine.add(OWN)
    again = mine.add(replace(OWN, required=("knee",)))
    assert first.slug == again.slug != mine.add(exercises()["squat"]).slug
    assert mine.named(first.slug) == again
    assert (other.named(first.slug), other.choices("en")) == (first.slug, [])
    assert mine.choices("ko") == [("내 동작", "own-1"), ("스쿼트", "own-2")]
    for number in range(MOST - 2):
        mine.add(replace(OWN, name={"en": f"{number}", "ko": f"{number}"}))
    with pytest.raises(BadInput):
        mine.add(replace(OWN, name={"en": "one more", "ko": "하나 더"}))


def test_a_name_is_one_short_line() -> None:
    assert checked_name("  my \n dip ") == {"en": "my dip", "ko": "my dip"}
    for bad in ("  ", "x" * 41):
        with pytest.raises(BadInput):
            checked_name(bad)


def test_a_camera_is_told_a_visitors_own_exercise_by_its_file() -> None:
    told = read_settings({"exercise": "own-1", "language": "ko", "definition": write(OWN)}).told
    assert told == replace(OWN, slug="own", movement=None, sample=None, order=1000, recognise=False, by_rules=False)
    assert read_settings({"exercise": "squat", "definition": ""}).told == "squat"
    for wrong in ({"exercise": "own-1"}, {"definition": "path = 1"}, {"told": "squat"}):
        with pytest.raises(BadInput):
            read_settings(wrong)
