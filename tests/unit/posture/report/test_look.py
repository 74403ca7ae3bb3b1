"""What the page is told of a report."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from demos.common.i18n import LANGUAGES, text
from demos.posture.coach.repetitions import Rejection
from demos.posture.coach.set_tracker import ExerciseSet
from demos.posture.exercises import exercises
from demos.posture.pose.landmarks import Pose
from demos.posture.report import look
from demos.posture.report.record import Record
from demos.posture.video.video_file import write
from tests.unit.posture.report.test_sets import DEEP, GOOD, SHALLOW, SQUATS, counted, filmed_from_the_hips_up, recorded

SQUAT = exercises()["squat"]


def pose(seconds: float) -> Pose:
    return Pose(seconds, np.full((33, 3), seconds / 10), np.zeros((33, 3)), np.full(33, 0.9))


def said(sets: list[ExerciseSet], record: Record, language: str = "en") -> dict:
    return look.report_message(sets, record, language, pose, 4 / 3, "video")


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_repetition_has_its_remark_its_curve_and_its_poses(language: str) -> None:
    [done] = said([SQUATS], recorded(), language)["sets"]
    assert done["name"] == SQUAT.name[language]
    assert [len(row["curve"]) for row in done["rows"]] == [41, 41, 41]
    assert [len(row["poses"]) for row in done["rows"]] == [look.POSES] * 3
    first, last = done["rows"][0]["poses"][0], done["rows"][0]["poses"][-1]
    assert (first[0], last[0]) == ([100, 100, 90], [350, 350, 90])
    assert done["rows"][1]["points"][0][0] == round(100 * done["report"]["repetitions"][1]["worst_s"])
    assert [row["remark"] for row in done["rows"]][:2] == ["", SQUAT.cues[0].sentence(language)]


@pytest.mark.parametrize(
    ("rejection", "words"),
    [
        (Rejection("shallow", "knee", 130.4, 105), "Not counted: knee reached 130°, asked 105°. "),
        (Rejection("shallow", "knee", 112.0, 105), "Nearly, but not counted: knee reached 112°, asked 105°. "),
        (Rejection("shallow", "knee", 105.3, 105), "Nearly, but not counted: knee reached 105.3°, asked 105.0°. "),
        (
            Rejection("shallow", "hip_height", 0.92, 0.82),
            "Not counted: hip height in leg lengths reached 92%, asked 82%. ",
        ),
    ],
)
def test_what_does_not_count_says_what_was_reached_and_what_was_asked(rejection: Rejection, words: str) -> None:
    assert look.remark(SQUAT, replace(SHALLOW, rejection=rejection), "en") == words + SQUAT.shallow["en"]


@pytest.mark.parametrize(
    ("cue", "words"),
    [
        ("half_way_back", "Not counted: on the way back knee reached only 118°, asked 144°. All the way back before "),
        (
            "unfinished",
            "Not counted: on the way back knee reached only 118°, asked 144°. It ends here, before the way ",
        ),
    ],
)
def test_what_never_came_back_says_how_far_it_came(cue: str, words: str) -> None:
    half_way = replace(SHALLOW, cues=(cue,), rejection=Rejection(cue, "knee", 118.2, 143.6))
    assert look.remark(SQUAT, half_way, "en").startswith(words)


@pytest.mark.parametrize(
    ("language", "required", "other"),
    [
        (
            "en",
            "For 50 % of the time I could not see your hips, and counted",
            "For 100 % of the time I could not see your ankles: ",
        ),
        ("ko", "전체 시간의 50% 동안 골반이 보이지 않아 세지", "전체 시간의 100% 동안 발목이 보이지 않았어요. 그와"),
    ],
)
def test_what_the_camera_did_not_see_is_said_and_what_that_means(language: str, required: str, other: str) -> None:
    raises = ExerciseSet("lateral_raise", 0.0, (), 0, 0.0)
    [done] = said([raises], filmed_from_the_hips_up("unseen:hip"), language)["sets"]
    assert done["tips"][0].startswith(required)
    assert done["tips"][1].startswith(other)


def test_what_is_another_exercise_says_which() -> None:
    lunge = replace(SHALLOW, cues=("looks_like_lunge",), rejection=Rejection("looks_like_lunge", "stride", 0.9, 0.5))
    assert look.remark(SQUAT, lunge, "ko").startswith("세지 않음. 런지처럼")


def test_of_a_set_it_is_said_whether_it_fades_and_by_how_much() -> None:
    fading = counted([80, 83, 86, 89, 92, 95], [2.0] * 6)
    [done] = said([ExerciseSet("squat", 0.0, tuple(fading), 6, 0.0)], Record())["sets"]
    assert done["tips"][0] == text("posture.fade_shallower", "en", degrees="3.0")


def test_left_and_right_are_compared_from_the_front_and_it_is_said_where_that_cannot_be() -> None:
    def tips(record: Record) -> list[str]:
        return said([ExerciseSet("squat", 0.0, (GOOD, DEEP), 2, 0.0)], record)["sets"][0]["tips"]

    assert tips(recorded(left_knee=80.0, right_knee=95.0)) == [text("posture.sides_uneven", "en", left=80, right=95)]
    assert tips(recorded(left_knee=80.0, right_knee=88.0)) == [text("posture.sides_even", "en", left=80, right=88)]
    assert tips(recorded(facing=85.0, left_knee=80.0, right_knee=95.0)) == [text("posture.sides_unseen", "en")]


def test_the_pose_at_a_second_is_that_of_the_nearest_frame() -> None:
    posed = look.posed_in([0.0, 0.1, 0.5], lambda frame: pose(float(frame)))
    found = [posed(second) for second in (-0.1, 0.04, 0.06, 0.29, 0.31, 0.9)]
    assert [each and each.seconds for each in found] == [0, 0, 1, 1, 2, 2]
    assert [posed(second) for second in (-1, 1.1)] == [None, None]
    assert look.posed_in([], pose)(1.0) is None


def test_pictures_are_frames_of_the_video_as_data_and_no_file(tmp_path) -> None:
    from base64 import b64decode

    import cv2

    from demos.posture.report.pictures import SIDE, pictures

    video = tmp_path / "grey.mp4"
    write(video, (np.full((240, 320, 3), 8 * frame, np.uint8) for frame in range(30)), 10)
    found = list(pictures(video, [2.0, 0.5, 2.0]))
    assert [second for second, _ in found] == [0.5, 2.0]
    greys = []
    for _, address in found:
        head, _, data = address.partition(",")
        assert head == "data:image/jpeg;base64"
        image = cv2.imdecode(np.frombuffer(b64decode(data), np.uint8), cv2.IMREAD_COLOR)
        assert max(image.shape[:2]) == SIDE
        assert len(data) < 20_000
        greys.append(image.mean())
    assert greys == pytest.approx([40, 160], abs=4)
    assert all(before < after for before, after in pairwise(greys))
    assert [file.name for file in tmp_path.iterdir()] == ["grey.mp4"]


def test_the_angles_through_a_set_are_those_of_each_side_where_they_can_be_compared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sides = said([SQUATS], recorded(left_knee=80.0, right_knee=95.0))["sets"][0]["angles"]
    assert set(sides["left"]) == {80.0}
    assert set(sides["right"]) == {95.0}
    assert (sides["seconds"][0], sides["seconds"][-1]) == (0.0, 9.5)
    assert sides["signal"][0] == 100
    aside = said([SQUATS], recorded(facing=80.0, left_knee=80.0, right_knee=95.0))["sets"][0]["angles"]
    assert (aside["left"], aside["right"]) == (None, None)
    monkeypatch.setattr(look, "MOST_ANGLES", 10)
    assert 5 <= len(said([SQUATS], recorded())["sets"][0]["angles"]["seconds"]) <= 10
