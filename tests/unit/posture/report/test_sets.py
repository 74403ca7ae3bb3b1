"""The report of sets that were made up: what is best, what fades, what a spreadsheet reads."""

import csv
import io
from dataclasses import replace

import numpy as np
import pytest

from demos.posture.coach.coach import Reading
from demos.posture.coach.repetitions import Phase, Rejection, Repetition
from demos.posture.coach.set_tracker import ExerciseSet, FrameResult
from demos.posture.exercises import exercises
from demos.posture.pose.landmarks import INDEX, Pose
from demos.posture.report.columns import COLUMNS
from demos.posture.report.measure import POINTS, best, curve, worst_moment
from demos.posture.report.record import MOST, Record
from demos.posture.report.sets import csv_of, fade, report_of

SQUAT = exercises()["squat"]
GOOD = Repetition(start=1.0, bottom=2.0, end=3.5, top=175.0, depth=92.0)
DEEP = Repetition(start=4.0, bottom=5.0, end=6.0, top=175.0, depth=80.26, cues=("lean_forward",))
WHY = Rejection("shallow", "knee", 130.456, 105)
SHALLOW = Repetition(7.0, 8.0, 8.5, 175.0, 130.5, counted=False, cues=("shallow",), rejection=WHY)
SQUATS = ExerciseSet("squat", 0.0, (GOOD, DEEP, SHALLOW), 2, 0.0)


def recorded(exercise: str = "squat", facing: float = 5.0, **measures: float) -> Record:
    """Ten seconds at ten frames a second in which the knee's angle is 100 and a tenth of it more each moment."""
    return Record(
        FrameResult(
            frame / 10,
            None,
            exercise,
            Reading(frame / 10, Phase.EFFORT, 100 + frame, {"facing": facing, **measures}, 0, 0.0),
        )
        for frame in range(100)
    )


def test_the_best_repetition_has_the_fewest_faults_and_then_goes_furthest() -> None:
    assert best(SQUAT, [DEEP, GOOD, SHALLOW]) == 1
    assert best(SQUAT, [GOOD, replace(GOOD, depth=85.0)]) == 1
    assert best(SQUAT, [SHALLOW]) is None
    press = exercises()["overhead_press"]  # its effort takes the angle up
    assert best(press, [replace(GOOD, depth=150.0), replace(GOOD, depth=170.0)]) == 1


def test_a_curve_turns_in_its_middle_whatever_the_tempo_and_there_is_none_where_nothing_was_seen() -> None:
    record = recorded()
    for start, bottom, end in ((1.0, 2.0, 3.0), (1.0, 8.0, 9.0)):
        points = curve(replace(GOOD, start=start, bottom=bottom, end=end), record.between(start, end))
        assert points is not None
        assert len(points) == POINTS
        expected = [100 + 10 * second for second in (start, bottom, end)]
        assert (points[0], points[POINTS // 2], points[-1]) == pytest.approx(expected)
    assert curve(GOOD, record.between(20, 30)) is None


def test_of_a_swing_the_worst_moment_is_where_it_went_furthest() -> None:
    record = recorded("bicep_curl", facing=90.0, forward_lean=3.0)
    swung = replace(GOOD, cues=("body_swing",))
    assert worst_moment(exercises()["bicep_curl"], swung, record.between(1.0, 3.5)) == swung.bottom


def test_the_worst_moment_is_where_the_first_fault_is_largest_or_where_it_went_furthest() -> None:
    leaning = Record(
        FrameResult(s / 10, None, "squat", Reading(s / 10, Phase.EFFORT, 90, {"torso_lean": 90 - abs(s - 47)}, 0, 0.0))
        for s in range(100)
    )
    assert worst_moment(SQUAT, DEEP, leaning.between(4, 6)) == pytest.approx(4.7)
    assert worst_moment(SQUAT, GOOD, leaning.between(1, 3.5)) == 2.0
    assert worst_moment(SQUAT, DEEP, []) == 5.0


def test_the_report_says_of_each_attempt_what_it_was_and_why_it_does_not_count() -> None:
    [done] = report_of([SQUATS], recorded(left_knee=90.0, right_knee=101.5))
    assert (done["count"], done["best"], done["view"], done["asked_degrees"]) == (2, 1, "front", 105)
    assert (done["start_s"], done["end_s"], done["fade"]) == (1.0, 8.5, None)
    assert [row["verdict"] for row in done["repetitions"]] == ["good", "faults", "not_counted"]
    assert [row["faults"] for row in done["repetitions"]] == [[], ["lean_forward"], []]
    assert [row["rejection"] for row in done["repetitions"]] == [
        None,
        None,
        {"reason": "shallow", "measure": "knee", "reached": 130.46, "asked": 105},
    ]
    assert done["symmetry"] == {"left_degrees": 90.0, "right_degrees": 101.5, "difference_degrees": -11.5}


@pytest.mark.parametrize("facing", [45.0, 85.0])
def test_from_the_side_and_halfway_left_and_right_are_not_compared(facing: float) -> None:
    [done] = report_of([SQUATS], recorded(facing=facing, left_knee=90.0, right_knee=101.5))
    assert done["symmetry"] is None
    assert {row["symmetry"] for row in done["repetitions"]} == {None}


def test_of_legs_that_take_turns_left_and_right_are_not_compared() -> None:
    lunges = replace(SQUATS, exercise="lunge", attempts=(GOOD,))
    [done] = report_of([lunges], recorded("lunge", left_knee=90.0, right_knee=101.5))
    assert done["symmetry"] is None


def counted(depths: list[float], seconds: list[float]) -> list[Repetition]:
    return [
        Repetition(10.0 * place, 10.0 * place + long / 2, 10.0 * place + long, 175, depth)
        for place, (depth, long) in enumerate(zip(depths, seconds, strict=True))
    ]


@pytest.mark.parametrize(
    ("depths", "seconds", "verdict"),
    [
        ([80, 83, 84, 88, 91, 93], [2.0, 2.1, 1.9, 2.0, 2.1, 2.0], "shallower"),
        ([80, 81, 79, 80, 82, 80], [2.0, 2.1, 2.2, 2.3, 2.5, 2.6], "slower"),
        ([80, 83, 84, 88, 91, 93], [2.0, 2.1, 2.2, 2.3, 2.5, 2.6], "shallower_and_slower"),
        ([80.0, 80.4, 80.6, 80.9, 81.3, 82.0], [2.0, 2.01, 2.02, 2.03, 2.04, 2.05], "steady"),  # sure, but too little
        ([93, 91, 88, 84, 83, 80], [2.6, 2.5, 2.3, 2.2, 2.1, 2.0], "steady"),  # what gets better does not fade
    ],
)
def test_a_set_fades_where_it_clearly_gets_shallower_or_slower(
    depths: list[float], seconds: list[float], verdict: str
) -> None:
    found = fade(SQUAT, counted(depths, seconds))
    assert found is not None
    assert found["verdict"] == verdict


def test_an_effort_that_goes_up_fades_when_it_goes_less_far_up() -> None:
    press = exercises()["overhead_press"]
    found = fade(press, counted([170, 166, 163, 160, 158], [2.0] * 5))
    assert found is not None
    assert found["verdict"] == "shallower"
    assert found["depth_lost_degrees"] > 2


def test_a_spreadsheet_reads_every_attempt_with_its_reason_and_korean_opens_right() -> None:
    text = csv_of(report_of([SQUATS, ExerciseSet("plank", 9.0, (), 0, 4.0)], recorded(left_knee=90.0, right_knee=95.0)))
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text[1:])))
    assert tuple(rows[0]) == tuple(COLUMNS)
    assert [row["set"] for row in rows] == ["1", "1", "1", "2"]
    assert [row["counted"] for row in rows] == ["1", "1", "0", "1"]
    assert (rows[2]["rejection_measure"], rows[2]["rejection_reached"], rows[2]["faults"]) == ("knee", "130.46", "")
    assert (rows[0]["left_degrees"], rows[1]["faults"], rows[1]["depth_degrees"]) == ("90", "lean_forward", "80.3")
    assert (rows[3]["exercise"], rows[3]["depth_degrees"]) == ("plank", "")


def test_what_is_kept_of_a_stream_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("demos.posture.report.record.MOST", 50)
    record = recorded()
    assert len(record.moments) <= 50
    assert record.moments[-1].seconds == pytest.approx(9.9)
    assert MOST >= 20 * 3600  # an hour of a camera


def test_an_exercise_that_a_visitor_has_taught_is_called_by_its_name() -> None:
    row = replace(SQUAT, slug="own-1", name={"en": "Row", "ko": "Row"})
    taught = replace(SQUATS, exercise="own-1", own=row)
    assert report_of([taught], Record())[0]["exercise"] == "Row"
    asked_less = replace(SQUATS, own=replace(SQUAT))  # one of ours, asked of a visitor with a range of their own
    assert report_of([asked_less], Record())[0]["exercise"] == "squat"
    squat = replace(taught, own=replace(row, name={"en": "squat", "ko": "squat"}))
    assert report_of([squat], Record())[0]["exercise"] == "squat (own)"  # in a history they are two exercises


def filmed_from_the_hips_up(cue: str | None) -> Record:
    """Two seconds of raises, of which the second half says `cue`; ankles are a guess."""
    visibility = np.full(33, 0.9)
    visibility[[INDEX["left_ankle"], INDEX["right_ankle"]]] = 0.0, 0.3
    body = Pose(0.0, np.zeros((33, 3)), np.zeros((33, 3)), visibility)
    return Record(
        FrameResult(
            frame / 10,
            body,
            "lateral_raise",
            Reading(frame / 10, Phase.TOP, 9.0, {}, 0, 0.0, cue if frame > 9 else None),
        )
        for frame in range(20)
    )


def test_a_set_says_what_of_the_body_the_camera_did_not_see_and_for_how_much_of_the_time() -> None:
    raises = ExerciseSet("lateral_raise", 0.0, (), 0, 0.0)
    [done] = report_of([raises], filmed_from_the_hips_up("unseen:hip"))
    assert done["unseen"] == {"hip": 0.5, "ankle": 1.0}
    [done] = report_of([raises], filmed_from_the_hips_up("elbows_bent"))
    assert done["unseen"] == {"ankle": 1.0}
    both = report_of([raises, replace(raises, start=1.0)], filmed_from_the_hips_up("unseen:hip"))
    assert [one["unseen"] for one in both] == [{"ankle": 1.0}, {"hip": 1.0, "ankle": 1.0}]
