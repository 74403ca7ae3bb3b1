"""What the lessons say of the sample clips, measured on them."""

import math
from functools import cache
from statistics import median
from typing import Any

import pytest

from demos.common.lessons import lessons
from demos.posture.coach import repetitions
from demos.posture.coach.set_tracker import FrameResult, SetTracker
from demos.posture.exercises import AUTO, Signal, exercises
from demos.posture.look import shown_angles
from demos.posture.make.lesson_clips import VIEWS
from demos.posture.pose.landmarker import Landmarker
from demos.posture.pose.landmarks import NAMES, Pose
from demos.posture.self_test.run import truth_of
from demos.posture.teach.example import JITTER, example, proposals
from demos.posture.teach.look import shown as taught
from demos.posture.teach.visitor import Teaching
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
            if "clip" in setup:
                assert set(setup) <= {"clip", "exercise", "pause_at"}
                assert clips.clip(setup["clip"]).is_file()
                assert setup.get("exercise", AUTO) in (AUTO, *exercises())
            else:
                assert setup in ({"teach": "calm"}, {"teach": "jittery"}, {"view": "self_test"})


def test_pixels_the_frame_is_what_the_lesson_says_and_the_knee_is_as_wrong() -> None:
    info = video_file.probe(clips.clip("squat"))
    assert info.width * info.height * 3 == 921_600
    assert len(NAMES) == 33
    squats, _ = asked("pixels", "setup")
    truth = truth_of(exercises()["squat"]).angles
    errors = [
        abs(result.reading.signal - angle)
        for result, angle in zip(squats.results, truth, strict=False)
        if result.reading and not math.isnan(result.reading.signal)
    ]
    assert len(errors) > 0.9 * len(truth)
    assert 2 <= median(errors) <= 3


def test_angle_the_clips_stop_where_the_joint_is_bent_most() -> None:
    squats, stops = asked("angle", "setup")
    assert squats.exercise == "squat"
    assert stops.seconds == pytest.approx(squats.main.attempts[0].bottom, abs=0.05)
    assert shown(stops) == pytest.approx(80, abs=4)
    curls, stops = asked("angle", "second")
    assert curls.exercise == "bicep_curl"
    assert stops.seconds == pytest.approx(curls.main.attempts[0].bottom, abs=0.05)
    standing = max(shown(result) for result in squats.results if shown_angles(result))
    assert standing > 165


@pytest.mark.parametrize(("action", "one_line"), [("setup", 8), ("second", 3)])
def test_hysteresis_counts_three_rows_however_the_landmarks_tremble(action: str, one_line: int) -> None:
    jittery = LESSONS["hysteresis"][action]["teach"] == "jittery"
    teaching = Teaching()
    teaching.show(example(jittery), proposals(jittery), 3)
    message = taught(teaching, "en")
    assert (message["measure"], message["full"], message["counted"]) == ("Elbow", 120, 3)
    assert message["one_line"] == one_line
    assert JITTER == 0.06
    assert repetitions.RETURN == 0.65


def test_teach_the_row_is_proposed_by_its_elbow_from_160_to_100_degrees() -> None:
    assert "row" not in exercises()
    best = proposals()[0]
    assert best.exercise.signal == Signal("elbow", full=120, range=25)
    assert len(best.shown) == 3
    for each in best.shown:
        assert (each.rest, each.reached) == pytest.approx((161, 102), abs=4)


def test_unseen_the_same_two_squats_lean_from_the_side_only() -> None:
    assert VIEWS == {"lean_front": "front", "lean_side": "side"}
    front, _ = asked("unseen", "setup")
    side, _ = asked("unseen", "second")
    for found, cues in ((front, ()), (side, ("lean_forward",))):
        assert [attempt.counted for attempt in found.main.attempts] == [True, True]
        assert [attempt.cues for attempt in found.main.attempts] == [cues, cues]
    for one, other in zip(front.main.attempts, side.main.attempts, strict=True):
        assert one.bottom == pytest.approx(other.bottom, abs=0.5)
        assert 6 <= one.depth - other.depth <= 14
    lean = next(cue for cue in exercises()["squat"].cues if cue.name == "lean_forward")
    assert "front" not in lean.views


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
