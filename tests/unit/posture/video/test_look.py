"""What the page is told of an analysed video."""

import math
from dataclasses import replace

import numpy as np
import pytest

from demos.common.i18n import LANGUAGES, text
from demos.posture.coach.coach import Reading
from demos.posture.coach.repetitions import Phase, Rejection, Repetition
from demos.posture.coach.set_tracker import ExerciseSet, FrameResult
from demos.posture.exercises import exercises
from demos.posture.video import look
from demos.posture.video.analyse import Analysis
from demos.posture.video.results import Results
from demos.posture.video.video_file import VideoInfo

GOOD = Repetition(start=1.0, bottom=2.0004, end=3.5, top=175.0, depth=80.26)
SHALLOW = Repetition(start=4.0, bottom=5.0, end=5.5, top=175.0, depth=130.5, counted=False, cues=("shallow",))
LEANING = Repetition(start=6.0, bottom=7.25, end=8.0, top=172.0, depth=85.0, cues=("lean_forward",))
SQUATS = ExerciseSet("squat", 0.0, (GOOD, SHALLOW, LEANING), 2, 0.0)
PLANK = ExerciseSet("plank", 0.0, (), 0, 9.04)


def results(exercise: str, angles: list[float]) -> Results:
    """Frames a quarter of a second apart with these angles; nobody is recognised where there is none (NaN)."""
    found = []
    for number, degrees in enumerate(angles):
        seconds = number / 4
        reading = None if math.isnan(degrees) else Reading(seconds, Phase.TOP, degrees, {}, number, 1.26)
        found.append(FrameResult(seconds, None, exercise if reading else None, reading))
    return Results(found)


def analysed(exercise: str, angles: list[float], *sets: ExerciseSet) -> Analysis:
    return Analysis(VideoInfo(640, 480, 4.0, len(angles) / 4), results(exercise, angles), sets)


def test_the_chart_has_every_angle_and_a_gap_where_the_joint_was_not_seen() -> None:
    chart = look.chart(analysed("squat", [175.04, math.nan, 80.26], SQUATS), "en")
    assert chart["seconds"] == [0.0, 0.25, 0.5]
    assert chart["angles"] == [175.0, None, 80.3]
    assert (chart["x"], chart["y"]) == ("seconds", "Knee °")
    assert chart["asked"] == exercises()["squat"].signal.full


def test_the_chart_numbers_what_counted_and_names_what_did_not() -> None:
    chart = look.chart(analysed("squat", [175.0], SQUATS), "en")
    assert [attempt["label"] for attempt in chart["attempts"]] == ["1", "not counted", "2"]
    assert [attempt["counted"] for attempt in chart["attempts"]] == [True, False, True]
    assert chart["attempts"][0] == {
        "start": 1.0,
        "bottom": 2.0,
        "end": 3.5,
        "depth": 80.3,
        "counted": True,
        "label": "1",
    }


def test_of_a_position_that_is_held_no_depth_is_asked() -> None:
    chart = look.chart(analysed("plank", [170.0], PLANK), "en")
    assert chart["asked"] is None
    assert chart["attempts"] == []
    assert chart["y"] == "Hip °"


def test_the_table_says_of_each_attempt_how_deep_how_long_and_what_the_coach_remarks() -> None:
    table = look.table(analysed("squat", [175.0], SQUATS), "en")
    assert table["headings"] == ["No.", "Reached", "There", "Back", "Remark"]
    assert table["rows"] == [
        {"counted": True, "cells": ("1", "80°", "1.0 s", "1.5 s", "")},
        {
            "counted": False,
            "cells": ("–", "130°", "1.0 s", "0.5 s", "not counted. Lower: get your thighs level with the floor."),
        },
        {"counted": True, "cells": ("2", "85°", "1.2 s", "0.8 s", "Chest up: your trunk leans far forward.")},
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_languages_say_it(language: str) -> None:
    table = look.table(analysed("squat", [175.0], SQUATS), language)
    assert table["headings"][4] == text("posture.column_remark", language)
    remarks = [row["cells"][4] for row in table["rows"]]
    assert remarks[1] == f"{text('posture.not_counted', language)}. {exercises()['squat'].shallow[language]}"
    assert remarks[2] == exercises()["squat"].cues[0].sentence(language)
    chart = look.chart(analysed("squat", [175.0], SQUATS), language)
    assert chart["x"] == text("posture.chart_seconds", language)
    assert chart["y"] == f"{text('posture.measure_knee', language)} °"
    assert chart["attempts"][1]["label"] == text("posture.not_counted", language)


def test_the_player_gets_every_frame_with_the_size_of_the_video() -> None:
    player = look.player(analysed("squat", [175.0, 120.0, 80.0], SQUATS), "en")
    frames = player.pop("frames")
    assert player == {"mode": "analysed", "width": 640, "height": 480, "seconds": 0.75}
    assert [(frame["t"], frame["count"], frame["hold"]) for frame in frames] == [
        (0.0, 0, 1.3),
        (0.25, 1, 1.3),
        (0.5, 2, 1.3),
    ]


@pytest.mark.parametrize(("frames", "every"), [(12, 1), (13, 2), (24, 2), (25, 3)])
def test_of_a_long_video_the_player_gets_every_second_or_third_frame(
    frames: int, every: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(look, "MOST_FRAMES", 12)
    sent = look.player(analysed("squat", [90.0] * frames, SQUATS), "en")["frames"]
    assert [frame["t"] for frame in sent] == [number / 4 for number in range(0, frames, every)]
    assert len(sent) <= 12


def test_a_hold_has_a_chart_and_no_table_and_nothing_has_neither() -> None:
    held = look.result(analysed("plank", [170.0], PLANK), "en")
    assert held["chart"]["y"] == "Hip °"
    assert held["table"] is None
    nothing = look.result(analysed("squat", [np.nan, np.nan]), "en")
    assert (nothing["chart"], nothing["table"]) == (None, None)
    assert len(nothing["player"]["frames"]) == 2


def test_every_set_is_shown_in_its_order() -> None:
    shown = look.result(analysed("squat", [175.0, 80.0], SQUATS, PLANK, SQUATS), "en")
    rows = [row["cells"] for row in shown["table"]["rows"]]
    assert shown["table"]["headings"] == ["Set", "No.", "Reached", "There", "Back", "Remark"]
    assert [cells[:2] for cells in rows] == [
        ("Squat", "1"),
        ("Squat", "–"),
        ("Squat", "2"),
        ("Plank", "–"),
        ("Squat", "1"),
        ("Squat", "–"),
        ("Squat", "2"),
    ]
    assert rows[3] == ("Plank", "–", "–", "9.0 s", "–", "held")
    assert {len(cells) for cells in rows} == {6}
    assert (shown["chart"]["y"], shown["chart"]["asked"]) == ("Angle °", None)
    assert len(shown["chart"]["attempts"]) == 6
    two = look.chart(analysed("squat", [175.0, 80.0], SQUATS, SQUATS), "en")
    assert (two["y"], two["asked"]) == ("Knee °", exercises()["squat"].signal.full)


@pytest.mark.parametrize(
    ("rejection", "words"),
    [
        (Rejection("shallow", "knee", 130.4, 105), "not counted: knee reached 130°, asked 105°. "),
        (Rejection("shallow", "knee", 112.0, 105), "nearly, but not counted: knee reached 112°, asked 105°. "),
        (Rejection("shallow", "knee", 105.3, 105), "nearly, but not counted: knee reached 105.3°, asked 105.0°. "),
        (
            Rejection("shallow", "hip_height", 0.92, 0.82),
            "not counted: hip height in leg lengths reached 92%, asked 82%. ",
        ),
    ],
)
def test_what_does_not_count_says_what_was_reached_and_what_was_asked(rejection: Rejection, words: str) -> None:
    attempt = replace(SHALLOW, rejection=rejection)
    remark = look.table(analysed("squat", [175.0], ExerciseSet("squat", 0.0, (attempt,), 0, 0.0)), "en")
    [row] = remark["rows"]
    assert row["cells"][4] == words + exercises()["squat"].shallow["en"]


def test_what_is_another_exercise_says_which() -> None:
    lunge = replace(SHALLOW, cues=("looks_like_lunge",), rejection=Rejection("looks_like_lunge", "stride", 0.9, 0.5))
    squats = ExerciseSet("squat", 0.0, (lunge,), 0, 0.0)
    [row] = look.table(analysed("squat", [175.0], squats), "ko")["rows"]
    assert row["cells"][4].startswith("세지 않음. 런지처럼")


def test_the_report_counts_every_set_and_says_why_an_attempt_does_not_count() -> None:
    attempt = replace(SHALLOW, rejection=Rejection("shallow", "knee", 130.456, 105))
    second = ExerciseSet("squat", 9.0, (GOOD, attempt), 1, 0.0)
    report = analysed("squat", [175.0], SQUATS, PLANK, second).report()
    assert (report["exercise"], report["count"], report["hold_seconds"]) == ("squat", 3, 0.0)
    assert [done["exercise"] for done in report["sets"]] == ["squat", "plank", "squat"]
    rows = report["sets"][2]["repetitions"]
    assert [row["rejection"] for row in rows] == [
        None,
        {"reason": "shallow", "measure": "knee", "reached": 130.46, "asked": 105},
    ]
