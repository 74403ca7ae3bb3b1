"""What the lessons say of the sample clips, measured on them."""

from functools import cache
from typing import Any

import pytest

from demos.common.lessons import lessons
from demos.posture.coach import repetitions
from demos.posture.coach.set_tracker import FrameResult, SetTracker
from demos.posture.exercises import AUTO, exercises
from demos.posture.landmarker import Landmarker
from demos.posture.landmarks import NAMES, Pose
from demos.posture.look import shown_angles
from demos.posture.video import clips, video_file
from demos.posture.video.analyse import Analysis, summarise
from demos.posture.video.look import result

LESSONS = {lesson.key: lesson.actions for lesson in lessons("posture")}


@cache
def seen(clip: str) -> list[tuple[float, Pose | None]]:
    with Landmarker() as landmarker:
        frames = video_file.read(clips.clip(clip))
        return [(frame.seconds, landmarker.detect(frame.image, frame.seconds)) for frame in frames]


@cache
def analysis(clip: str, exercise: str) -> Analysis:
    tracker = SetTracker(exercise)
    results = [tracker.update(pose, seconds) for seconds, pose in seen(clip)]
    return summarise(video_file.probe(clips.clip(clip)), results, tracker)


def asked(key: str, action: str) -> tuple[Analysis, Any]:
    """What that action of a lesson shows, and the frame that it stops at."""
    setup = LESSONS[key][action]
    found = analysis(setup["clip"], setup.get("exercise", AUTO))
    stops = min(found.results, key=lambda result: abs(result.seconds - setup.get("pause_at", 0)))
    return found, stops


def shown(frame: FrameResult) -> float:
    """The one angle that is written into the image."""
    [degrees] = shown_angles(frame).values()
    return degrees


def test_each_lesson_shows_a_clip_there_is_as_an_exercise_there_is() -> None:
    for actions in LESSONS.values():
        for setup in actions.values():
            assert set(setup) <= {"clip", "exercise", "pause_at"}
            assert setup["clip"] in clips.samples()
            assert setup.get("exercise", AUTO) in (AUTO, *exercises())


def test_angle_the_clips_stop_where_the_joint_is_bent_most() -> None:
    assert len(NAMES) == 33
    squats, stops = asked("angle", "setup")
    assert squats.exercise == "squat"
    assert stops.seconds == pytest.approx(squats.main.attempts[0].bottom, abs=0.05)
    assert shown(stops) == pytest.approx(80, abs=4)
    curls, stops = asked("angle", "second")
    assert curls.exercise == "bicep_curl"
    assert stops.seconds == pytest.approx(curls.main.attempts[0].bottom, abs=0.05)
    standing = max(shown(result) for result in squats.results if shown_angles(result))
    assert standing > 165


def test_repetition_three_of_four_dips_count_on_the_way_up() -> None:
    squat = exercises()["squat"].signal
    assert (squat.measure, squat.full, repetitions.RETURN) == ("knee", 105, 0.65)
    squats, _ = asked("repetition", "setup")
    assert [attempt.counted for attempt in squats.main.attempts] == [True, True, False, True]
    first = squats.main.attempts[0]
    counted = next(result for result in squats.results if result.reading and result.reading.count == 1)
    way = (counted.reading.signal - first.depth) / (first.top - first.depth)
    assert 0.65 <= way < 0.75
    _, stops = asked("repetition", "second")
    third = squats.main.attempts[2]
    assert stops.seconds == pytest.approx(third.bottom, abs=0.05)
    assert third.depth == pytest.approx(130, abs=2)


def test_told_lunges_are_no_squats_and_count_when_nobody_says_so() -> None:
    told, _ = asked("told", "setup")
    assert (told.exercise, told.main.count) == ("squat", 0)
    assert [attempt.cues for attempt in told.main.attempts] == [("looks_like_lunge",)] * 4
    assert all(attempt.depth < exercises()["squat"].signal.full for attempt in told.main.attempts)
    assert all(attempt.rejection.reached == pytest.approx(0.95, abs=0.1) for attempt in told.main.attempts)
    untold, _ = asked("told", "second")
    assert (untold.exercise, untold.main.count) == ("lunge", 4)
    assert [attempt.cues for attempt in untold.main.attempts] == [(), (), ("torso_lean",), ()]


def test_what_is_shown_without_an_analysis_is_what_an_analysis_finds() -> None:
    """The lessons on the squat, and the opening video, come from a file."""
    found = result(analysis(clips.OPENING, AUTO), "ko", "sample")
    stored = clips.opening()["ko"]
    [before], [now] = stored["report"]["sets"], found["report"]["sets"]
    assert [row["remark"] for row in before["rows"]] == [row["remark"] for row in now["rows"]]
    assert [second for second, _ in stored["report"]["pictures"]] == [
        row["worst_s"] for row in before["report"]["repetitions"]
    ]
    assert [attempt["label"] for attempt in stored["chart"]["attempts"]] == ["1", "2", "세지 않음", "3"]
    for before, now in zip(stored["chart"]["attempts"], found["chart"]["attempts"], strict=True):
        assert before["counted"] == now["counted"]
        for name in ("start", "bottom", "end", "depth"):
            assert before[name] == pytest.approx(now[name], abs=1.0)
    assert len(stored["player"]["frames"]) == len(found["player"]["frames"])
