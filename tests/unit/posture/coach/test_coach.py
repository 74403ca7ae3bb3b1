"""The coach on poses put together by hand: what it says, counts and forgets."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from demos.posture.coach.advice import FRAMES
from demos.posture.coach.coach import Coach, Reading
from demos.posture.coach.repetitions import Phase, Rejection
from demos.posture.exercises import Exercise, Limit, Signal
from demos.posture.pose.landmarks import INDEX, Pose
from tests.unit.posture.pose.test_measures import body

RATE = 30
SAYS = {"en": "…", "ko": "…"}
LEAN = Limit("torso_lean", "…", "…", max=20, name="lean", when="effort")
BEND = Exercise(
    slug="bend",
    kind="repetitions",
    name=SAYS,
    plural=SAYS,
    camera=SAYS,
    required=("hip", "knee", "ankle"),
    signal=Signal("knee", full=100, range=45),
    position=(Limit("torso_lean", "…", "…", max=50),),
    cues=(LEAN,),
    shallow=SAYS,
)
STAND_STILL = replace(BEND, kind="hold", signal=Signal("knee"))


def pose(knee: float = 180.0, lean: float = 0.0, hidden: Sequence[str] = ()) -> Pose:
    """Somebody seen from the front with this angle at both knees and this lean of the trunk, in degrees."""
    half, tilt = np.radians((180 - knee) / 2), np.radians(lean)
    world = body(
        shoulder=(0.2, -0.5 * np.cos(tilt), -0.5 * np.sin(tilt)),
        knee=(0.1, 0.45 * np.cos(half), -0.45 * np.sin(half)),
        ankle=(0.1, 0.9 * np.cos(half), 0.0),
    )
    visibility = np.full(33, 0.9)
    visibility[[INDEX[name] for name in hidden]] = 0.1
    return Pose(0.0, np.zeros((33, 3)), world, visibility)


def watched(coach: Coach, poses: Sequence[Pose | None], start: float = 0.0) -> list[Reading]:
    return [coach.update(each, start + number / RATE) for number, each in enumerate(poses)]


def bends(low: float = 80.0, lean: float = 0.0, seconds: float = 2.0) -> list[Pose]:
    """Half a second of standing, one repetition, half a second of standing; `lean` in its deep part."""
    angles = np.interp(np.arange(0, seconds + 1, 1 / RATE), [0.5, 0.5 + seconds / 2, 0.5 + seconds], [178, low, 178])
    return [pose(angle, lean if angle < 140 else 0.0) for angle in angles]


def test_a_repetition_is_read_from_standing_to_standing() -> None:
    coach = Coach(BEND)
    readings = watched(coach, bends())
    phases = list(dict.fromkeys(reading.phase for reading in readings))
    assert phases == [Phase.AWAY, Phase.TOP, Phase.EFFORT]
    assert readings[-1].phase is Phase.TOP
    [finished] = [reading.finished for reading in readings if reading.finished]
    assert (finished.counted, finished.cues, coach.count) == (True, (), 1)
    assert [reading.count for reading in readings] == sorted(reading.count for reading in readings)
    assert readings[0].seconds == 0
    assert readings[0].signal == pytest.approx(178)
    assert min(reading.signal for reading in readings) == pytest.approx(80, abs=5)
    assert readings[0].measures["left_knee"] == pytest.approx(178)
    assert {reading.cue for reading in readings} == {None}


def test_an_angle_that_goes_up_counts_as_one_that_goes_down() -> None:
    """The same poses backwards: from the bent knee up to straight and back, and half of the way for the second."""
    rise = replace(BEND, signal=Signal("knee", direction="up", full=160, range=45))
    coach = Coach(rise)
    angles = np.interp(np.arange(0, 5, 1 / RATE), [0.5, 1.5, 2.5, 3.5, 4.5], [85, 176, 85, 145, 85])
    readings = watched(coach, [pose(angle) for angle in angles])
    assert [attempt.counted for attempt in coach.attempts] == [True, False]
    assert [attempt.top for attempt in coach.attempts] == pytest.approx([85, 85], abs=4)
    assert [attempt.depth for attempt in coach.attempts] == pytest.approx([176, 145], abs=6)
    assert next(reading.finished for reading in readings if reading.finished).depth == coach.attempts[0].depth
    assert max(reading.signal for reading in readings) == coach.attempts[0].depth
    assert {reading.phase for reading in readings} == {Phase.AWAY, Phase.TOP, Phase.EFFORT}
    assert coach.attempts[1].cues == ("shallow",)


def test_a_fault_is_said_and_stays_with_its_repetition() -> None:
    coach = Coach(BEND)
    readings = watched(coach, [*bends(lean=35), *bends()])
    assert [attempt.cues for attempt in coach.attempts] == [("lean",), ()]
    assert "lean" in {reading.cue for reading in readings}
    assert readings[-1].cue is None
    assert [reading.finished.cues for reading in readings if reading.finished] == [("lean",), ()]


@pytest.mark.parametrize(("height", "attempts"), [(0.7, [True]), (0.62, [False]), (0.5, [])])
def test_what_else_is_asked_of_a_deep_one_may_be_missed_by_a_tenth(height: float, attempts: list[bool]) -> None:
    """At 80° the hips stand at 0.64 of a leg's length."""
    deep = (Limit("hip_height", "…", "…", max=height),)
    coach = Coach(replace(BEND, deep=deep))
    readings = watched(coach, bends())
    assert [attempt.counted for attempt in coach.attempts] == attempts
    assert [attempt.cues for attempt in coach.attempts if not attempt.counted] == [("shallow",)] * (attempts == [False])
    assert ("shallow" in {reading.cue for reading in readings}) == (attempts == [False])


def test_nothing_is_remarked_before_somebody_has_stood_on_top() -> None:
    always = replace(BEND, cues=(replace(LEAN, when="always"),))
    readings = watched(Coach(always), [pose(120, lean=30)] * 30)
    assert {(reading.phase, reading.cue) for reading in readings} == {(Phase.AWAY, None)}
    readings = watched(Coach(always), [pose(178, lean=30)] * 30)
    assert (readings[-1].phase, readings[-1].cue) == (Phase.TOP, "lean")


def test_who_is_gone_for_a_moment_goes_on_and_for_longer_begins_anew() -> None:
    """After half a second it is said that nobody is there; what was seen of a repetition holds for two."""
    down, up = bends()[:45], bends()[45:]
    for frames, count, said in ((12, 1, False), (18, 1, True), (57, 1, True), (64, 0, True)):
        coach = Coach(BEND)
        watched(coach, down)
        away = watched(coach, [None] * frames, start=45 / RATE)
        assert away[0].cue is None
        assert away[0].phase is Phase.EFFORT
        assert (away[-1].cue, away[-1].phase) == (("nobody", Phase.AWAY) if said else (None, Phase.EFFORT))
        assert np.isnan(away[-1].signal)
        watched(coach, up, start=(45 + frames) / RATE)
        assert coach.count == count


def test_what_was_under_way_when_the_video_began_counts_unless_they_got_into_position_before_it() -> None:
    from_the_middle = bends()[32:]
    coach = Coach(BEND)
    assert watched(coach, from_the_middle)[0].phase is Phase.AWAY
    assert coach.count == 1
    coach = Coach(BEND)
    watched(coach, [pose(lean=90 - 10 * max(0, number - 3)) for number in range(8)])
    watched(coach, from_the_middle, start=8 / RATE)
    assert coach.count == 0


def test_who_comes_back_is_not_smoothed_with_who_left() -> None:
    coach = Coach(BEND)
    watched(coach, [pose(178)] * 30)
    watched(coach, [None] * 30, start=1)
    assert coach.update(pose(100), 2.0).signal == pytest.approx(100)


def test_what_was_broken_before_an_absence_is_forgotten() -> None:
    coach = Coach(replace(BEND, cues=(replace(LEAN, when="always"),)))
    assert watched(coach, [pose()] * 15 + [pose(lean=30)] * 10)[-1].cue == "lean"
    watched(coach, [None] * 90, start=1.0)
    back = watched(coach, [*[pose()] * 10, *[pose(lean=40)] * 2, *[pose()] * 10], start=4.0)
    broken = sum(reading.measures["torso_lean"] > 20 for reading in back)
    assert 1 <= broken < FRAMES  # too few to be said
    assert back[-1].phase is Phase.TOP
    assert {reading.cue for reading in back} == {None}


def test_a_body_out_of_position_or_of_sight_is_told() -> None:
    coach = Coach(BEND)
    assert coach.update(pose(lean=60), 0.0).cue == "position:0"
    assert coach.update(pose(lean=60), 0.1).phase is Phase.AWAY
    hidden = pose(hidden=("left_ankle", "right_ankle"))
    reading = Coach(BEND).update(hidden, 0.0)
    assert (reading.cue, reading.measures) == ("unseen:ankle", {})
    one_side = Coach(BEND).update(pose(170, hidden=("left_knee",)), 0.0)
    assert one_side.signal == pytest.approx(170)
    assert np.isnan(one_side.measures["left_knee"])
    assert one_side.measures["right_knee"] == pytest.approx(170)


def test_seconds_are_held_from_the_first_moment_in_position_and_over_short_absences() -> None:
    coach = Coach(STAND_STILL)
    first = watched(coach, [pose()] * 31)
    assert first[5].hold == 0
    assert first[-1].hold == coach.hold == pytest.approx(1)
    assert first[-1].phase is Phase.HOLDING
    assert first[-1].finished is None
    watched(coach, [pose()] * 31, start=1.4)
    assert coach.hold == pytest.approx(2.4)
    assert coach.update(pose(lean=60), 3.5).phase is Phase.AWAY
    watched(coach, [pose()] * 31, start=5.0)
    assert coach.hold == pytest.approx(3.4)
    assert (coach.count, coach.attempts) == (0, [])


def test_whose_range_ends_shortly_before_what_is_asked_is_asked_for_what_they_reach() -> None:
    """Asked are 100°; three first repetitions to 105° count when the third has ended, and so do the next."""
    coach = Coach(BEND)
    readings = watched(coach, [*bends(low=105), *bends(low=105)])
    assert [attempt.counted for attempt in coach.attempts] == [False, False]
    assert {attempt.rejection.asked for attempt in coach.attempts if attempt.rejection} == {100}
    readings = watched(coach, bends(low=105), start=6.0)
    assert [reading.finished.counted for reading in readings if reading.finished] == [True]
    assert (coach.count, [attempt.cues for attempt in coach.attempts]) == (3, [()] * 3)
    watched(coach, [*bends(low=105), *bends(low=118)], start=9.0)
    assert [attempt.counted for attempt in coach.attempts] == [True] * 4 + [False]


@pytest.mark.parametrize("lows", [(80, 105, 105, 105), (105, 105, 118, 105), (112, 112, 112, 112)])
def test_what_is_shallow_stays_shallow_once_something_counted_or_when_it_is_far_from_deep(
    lows: tuple[int, ...],
) -> None:
    coach = Coach(BEND)
    watched(coach, [each for low in lows for each in bends(low=low)])
    assert [attempt.counted for attempt in coach.attempts] == [low == 80 for low in lows]


def test_who_is_near_in_the_angle_but_not_in_the_rest_has_no_range_of_their_own() -> None:
    coach = Coach(replace(BEND, deep=(Limit("hip_height", max=0.76),)))  # at 105 degrees the hips are at 0.79
    watched(coach, [each for _ in range(4) for each in bends(low=105)])
    assert [attempt.counted for attempt in coach.attempts] == [False] * 4


def test_an_attempt_that_went_back_half_way_says_so_and_how_far() -> None:
    coach = Coach(BEND)
    angles = np.interp(np.arange(0, 6, 1 / RATE), [0.5, 1.5, 2.5, 3.5, 4.5], [178, 80, 125, 80, 178])
    readings = watched(coach, [pose(angle) for angle in angles])
    half_way, whole = coach.attempts
    assert (half_way.counted, whole.counted, coach.count) == (False, True, 1)
    assert half_way.rejection == Rejection(
        "half_way_back", "knee", pytest.approx(125, abs=3), pytest.approx(80 + 0.65 * 98, abs=3)
    )
    assert "half_way_back" in {reading.cue for reading in readings}


def test_what_is_under_way_at_the_end_is_judged_as_it_is() -> None:
    coach = Coach(BEND)
    watched(coach, bends(80)[: round(2.2 * RATE)])
    assert coach.attempts == []
    coach.finish(2.2)
    assert [attempt.rejection and attempt.rejection.cue for attempt in coach.attempts] == ["unfinished"]
    coach = Coach(BEND)
    watched(coach, bends(110)[: round(1.8 * RATE)])
    coach.finish(1.8)
    assert [attempt.rejection and attempt.rejection.cue for attempt in coach.attempts] == ["shallow"]


def test_who_has_left_before_the_end_leaves_nothing_to_judge() -> None:
    coach = Coach(BEND)
    watched(coach, [*bends(80)[: round(1.8 * RATE)], *[None] * 3 * RATE])
    coach.finish(5.0)
    assert coach.attempts == []
