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


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_languages_say_it(language: str) -> None:
    chart = look.chart(analysed("squat", [175.0], SQUATS), language)
    assert chart["x"] == text("posture.chart_seconds", language)
    assert chart["y"] == f"{text('posture.measure_knee', language)} °"
    assert chart["attempts"][1]["label"] == text("posture.not_counted", language)


def test_the_player_gets_every_frame_with_the_size_of_the_video() -> None:
    player = look.player(analysed("squat", [175.0, 120.0, 80.0], SQUATS), "en")
    frames = player.pop("frames")
    [done] = player.pop("sets")
    assert (done["name"], done["done"], done["total"], done["began"]) == ("Squat", "2", 2, 1.0)
    assert player.pop("offer") is None
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


def test_what_counts_nowhere_may_be_counted_as_something_else() -> None:
    nothing = look.player(analysed("squat", [np.nan] * 6), "en")["offer"]
    assert nothing["said"].startswith("I recognised no exercise")
    assert [slug for slug, _ in nothing["choices"]] == list(exercises())
    untold = look.player(analysed("squat", [90.0], ExerciseSet("squat", 0.0, (SHALLOW,), 0, 0.0)), "ko")["offer"]
    assert "스쿼트" in untold["said"]
    assert "squat" not in dict(untold["choices"])
    taken = replace(SHALLOW, second_opinion=("another:lunge", "doubted:knees_in"))
    lunges = look.player(analysed("squat", [90.0], ExerciseSet("squat", 0.0, (taken,), 0, 0.0)), "en")
    assert lunges["offer"]["choices"][:2] == [["lunge", "Lunge"], ["push_up", "Push-up"]]
    assert lunges["sets"][0]["total"] is None  # "0 of 0" says nothing
    assert dict(untold["choices"])["plank"] == exercises()["plank"].name["ko"]
    assert look.player(analysed("plank", [90.0], PLANK), "en")["offer"] is None


@pytest.mark.parametrize(
    ("cues", "why"),
    [
        (["unseen:hip"] * 4, "I can't see your hips"),
        (["unseen:hip", "position:0", "position:0"], "Stand upright to begin."),
        (["unseen:hip", None, None, "shallow"], "Nothing in this video"),
    ],
)
def test_where_nothing_counts_it_is_said_what_kept_it_from_that_most_of_the_time(
    cues: list[str | None], why: str
) -> None:
    frames = [
        FrameResult(number / 4, None, "squat", Reading(number / 4, Phase.AWAY, 90.0, {}, 0, 0.0, cue))
        for number, cue in enumerate(cues)
    ]
    shown = Analysis(VideoInfo(640, 480, 4.0, 1.0), Results(frames), (ExerciseSet("squat", 0.0, (), 0, 0.0),))
    said = look.player(shown, "en")["offer"]["said"]
    assert said.startswith(why)
    assert said.endswith("Nothing in this video counted as “Squat”. Count it as:")


def test_where_nothing_came_near_enough_to_be_an_attempt_it_is_said_how_far_it_went() -> None:
    nothing = ExerciseSet("squat", 0.0, (), 0, 0.0)
    said = look.player(analysed("squat", [170.0, 150.0, 160.0], nothing), "en")["offer"]["said"]
    assert said.startswith("Not counted: knee reached 150°, asked 105°. Nothing"), said
    deep = look.player(analysed("squat", [170.0, 90.0, 160.0], nothing), "en")["offer"]["said"]
    assert deep.startswith("Nothing"), deep


def test_a_curve_of_an_hour_keeps_its_lows_and_highs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(look, "MOST_POINTS", 100)
    seconds = np.arange(5000) / 30
    angles = 130 + 45 * np.cos(seconds)
    angles[700], angles[3000:3300] = 12.5, np.nan
    kept, curve = look.thinned(seconds, angles)
    assert len(kept) <= 100
    assert (np.diff(kept) > 0).all()
    assert np.nanmin(curve) == 12.5
    assert np.isnan(curve).any()


def test_what_is_nothing_has_no_chart_and_no_report() -> None:
    held = look.result(analysed("plank", [170.0], PLANK), "en", "video")
    assert held["chart"]["y"] == "Hip °"
    assert held["report"]["sets"][0]["kind"] == "hold"
    nothing = look.result(analysed("squat", [np.nan, np.nan]), "en", "video")
    assert (nothing["chart"], nothing["report"]) == (None, None)
    assert len(nothing["player"]["frames"]) == 2


def test_every_set_is_shown_in_its_order() -> None:
    shown = look.result(analysed("squat", [175.0, 80.0], SQUATS, PLANK, SQUATS), "en", "video")
    assert [(done["name"], len(done["rows"])) for done in shown["report"]["sets"]] == [
        ("Squat", 3),
        ("Plank", 0),
        ("Squat", 3),
    ]
    assert (shown["chart"]["y"], shown["chart"]["asked"]) == ("Angle °", None)
    assert len(shown["chart"]["attempts"]) == 6
    two = look.chart(analysed("squat", [175.0, 80.0], SQUATS, SQUATS), "en")
    assert (two["y"], two["asked"]) == ("Knee °", exercises()["squat"].signal.full)


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
