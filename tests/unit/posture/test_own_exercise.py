"""An exercise that stands in no file of ours, on its way through a video and the page's data."""

from dataclasses import replace

import numpy as np

from demos.posture.athlete.examples import simulate_landmarks
from demos.posture.athlete.performance import perform
from demos.posture.coach.set_tracker import SetTracker
from demos.posture.exercises import exercises
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
    shown = result(analysis, "ko")
    assert shown["player"]["frames"][-1]["exercise"] == "내 동작"
    assert shown["chart"]["asked"] == OWN.signal.full
    assert len(shown["table"]["rows"]) == 2
    annotate(np.zeros((48, 64, 3), np.uint8), analysis.results[-1])
    assert "own" not in exercises()
