"""What the coach is made of, each by itself: sight, position, form."""

from dataclasses import replace

import numpy as np
import pytest

from demos.common.i18n import LANGUAGES
from demos.posture.coach.advice import LASTS, FormCheck, sentence, view_of
from demos.posture.coach.demands import Demands
from demos.posture.coach.position import PositionTimer, Stillness, first_broken
from demos.posture.coach.repetitions import Rejection, Repetition
from demos.posture.coach.visibility import (
    LOST,
    SEEN,
    SideVisibility,
    believed,
    combine,
    least_seen,
    measures_of,
    parts_of,
    unseen_parts,
    without_guesses,
    without_unseen,
)
from demos.posture.exercises import VIEWS, Exercise, Limit, Signal, Still, exercises
from demos.posture.pose.landmarks import INDEX

BOTH = {"left": 1.0, "right": 1.0}


def visibility(**parts: float) -> np.ndarray:
    """(33,) all in sight but what is given: visibility(left_knee=0.1)."""
    values = np.full(33, 0.9)
    for name, value in parts.items():
        values[INDEX[name]] = value
    return values


def test_a_side_is_believed_from_one_visibility_on_and_until_a_lower_one() -> None:
    sides = SideVisibility(("hip", "knee"))
    between = (SEEN + LOST) / 2
    assert sides.update(visibility(left_knee=between))["left"] == 0
    assert sides.update(visibility(left_knee=SEEN))["left"] == pytest.approx(SEEN**2)
    assert sides.update(visibility(left_knee=between))["left"] == pytest.approx(between**2)
    assert sides.update(visibility(left_knee=LOST - 0.01))["left"] == 0
    assert sides.update(visibility(left_knee=between))["left"] == 0


def test_half_is_enough_to_be_believed_and_a_fifth_to_be_believed_on() -> None:
    sides = SideVisibility(("knee",))
    seen = [sides.update(visibility(left_knee=value))["left"] > 0 for value in (0.45, 0.5, 0.3, 0.2, 0.15, 0.45)]
    assert seen == [False, True, True, True, False, False]


def test_a_side_that_decides_by_itself_does_not_flip_at_each_tremble() -> None:
    """0.59 of the better side's visibility is needed to be believed by itself, 0.45 to be believed on."""
    sides = SideVisibility(("wrist",))
    seen = [
        believed(sides.update(visibility(right_wrist=right)))
        for right in (0.5, 0.55, 0.5, 0.55, 0.44, 0.39, 0.5, 0.55, 0.1)
    ]
    both, left = ["left", "right"], ["left"]
    assert seen == [left, both, both, both, both, left, left, both, left]


def test_what_is_not_required_may_be_hidden() -> None:
    assert all(SideVisibility(("hip", "knee")).update(visibility(left_wrist=0, right_wrist=0)).values())


def test_the_worst_part_of_the_better_side_is_asked_for() -> None:
    seen = visibility(left_hip=0.1, left_knee=0.1, right_knee=0.3)
    assert least_seen(seen, ("hip", "knee", "ankle")) == "knee"


def test_both_sides_make_one_number() -> None:
    values = {"left_knee": 100.0, "right_knee": 160.0, "torso_lean": 20.0}
    assert combine(values, "torso_lean", BOTH) == 20
    assert combine(values, "knee", BOTH) == 130
    assert combine(values, "knee", {"left": 3.0, "right": 1.0}) == 115
    assert combine(values, "knee", BOTH, "straighter") == 160
    assert combine(values, "knee", BOTH, "more_bent") == 100
    assert combine(values, "knee", {"left": 0.0, "right": 0.25}, "more_bent") == 160


def test_a_side_that_is_seen_far_worse_decides_nothing_by_itself() -> None:
    values = {"left_elbow": 160.0, "right_elbow": 70.0}
    for weight, angle in ((0.36, 70.0), (0.34, 160.0)):
        assert combine(values, "elbow", {"left": 1.0, "right": weight}, "more_bent") == angle
    assert combine(values, "elbow", {"left": 0.34, "right": 1.0}, "straighter") == 70
    assert combine(values, "elbow", {"left": 1.0, "right": 0.25}) == pytest.approx(142)


def test_a_joint_out_of_sight_shows_no_angle() -> None:
    shown = without_unseen({"left_knee": 90.0, "right_knee": 95.0, "torso_lean": 10.0}, visibility(left_knee=0.1))
    assert np.isnan(shown["left_knee"])
    assert (shown["right_knee"], shown["torso_lean"]) == (95.0, 10.0)
    assert without_unseen({"left_knee": 90.0}, visibility(left_knee=0.2)) == {"left_knee": 90.0}


def test_the_first_broken_limit_is_named() -> None:
    limits = (Limit("torso_lean", "Up.", "위로.", max=50), Limit("knee", "Straight.", "곧게.", min=130))
    assert first_broken(limits, {"torso_lean": 20, "left_knee": 170, "right_knee": 170}, BOTH) is None
    assert first_broken(limits, {"torso_lean": 20, "left_knee": 100, "right_knee": 120}, BOTH) == 1
    assert first_broken(limits, {"torso_lean": 60, "left_knee": 100, "right_knee": 120}, BOTH) == 0
    assert first_broken(limits, {"torso_lean": float("nan"), "left_knee": 170, "right_knee": 170}, BOTH) is None


def test_who_is_in_position_leaves_it_a_little_beyond_its_limits() -> None:
    limits = (Limit("torso_lean", max=50), Limit("hands_down", min=-0.3))
    hanging = {"torso_lean": 55.0, "hands_down": -0.2}
    assert (first_broken(limits, hanging, BOTH), first_broken(limits, hanging, BOTH, entered=True)) == (0, None)
    assert first_broken(limits, {**hanging, "torso_lean": 57.0}, BOTH, entered=True) == 0
    higher = {"torso_lean": 20.0, "hands_down": -0.32}
    assert (first_broken(limits, higher, BOTH), first_broken(limits, higher, BOTH, entered=True)) == (1, None)
    assert first_broken(limits, {**higher, "hands_down": -0.34}, BOTH, entered=True) == 1


@pytest.mark.parametrize(("hands", "broken"), [(0.0, None), (-0.2, 0), (float("nan"), 0)])
def test_what_the_image_shows_excuses_what_depth_guesses(hands: float, broken: int | None) -> None:
    limits = (Limit("torso_lean", min=50, unless=Limit("hands_down", min=-0.1)),)
    assert first_broken(limits, {"torso_lean": 20.0, "hands_down": hands}, BOTH) == broken


def test_a_measure_is_still_once_it_has_not_moved_for_the_seconds_asked() -> None:
    still = Stillness(Still("elbow", range=20.0, seconds=1.0))
    seen = []
    for frame in range(60):
        still.update(frame / 20, 90.0 if frame < 30 or frame > 34 else 90.0 + 15 * (frame - 30))
        seen.append((still.moved, still.proven))
    assert seen[19] == (False, False)
    assert seen[20] == seen[30] == (False, True)
    assert seen[38] == (True, False)
    assert seen[59] == (False, True)
    still.restart()
    assert (still.moved, still.proven) == (False, False)
    still.update(9.0, 90.0)
    assert not still.proven


def test_a_jump_of_the_landmarks_is_no_movement() -> None:
    still = Stillness(Still("elbow", range=20.0, seconds=1.0))
    for frame in range(40):
        still.update(frame / 20, 170.0 if frame == 25 else 90.0)
    assert still.proven


def test_position_is_taken_after_a_fifth_of_a_second_and_lost_after_half_a_second() -> None:
    timer = PositionTimer()
    timer.inside(0.0)
    assert not timer.ready(0.15)
    assert timer.ready(0.2)
    assert not timer.outside(0.5)
    assert timer.outside(0.55)


def test_who_was_seen_elsewhere_for_a_fifth_of_a_second_has_arrived() -> None:
    timer = PositionTimer()
    timer.elsewhere(0.0)
    timer.inside(0.1)
    timer.elsewhere(0.2)
    assert not timer.arrived
    timer.elsewhere(0.4)
    assert timer.arrived
    timer.inside(0.5)
    assert timer.arrived


def test_out_of_sight_is_remembered_for_two_seconds() -> None:
    timer = PositionTimer()
    assert timer.forgotten(0.0)
    timer.inside(1.0)
    assert (timer.forgotten(3.0), timer.forgotten(3.1)) == (False, True)


def test_position_counts_after_a_moment_and_forgives_one() -> None:
    timer = PositionTimer()
    assert timer.outside(0.0)
    assert timer.inside(1.0) == 0
    assert not timer.ready(1.0)
    assert not timer.ready(1.1)
    assert timer.inside(1.5) == 0.5
    assert timer.ready(1.5)
    assert not timer.outside(1.9)
    assert timer.inside(2.0) == 0.5
    assert timer.outside(2.7)
    assert not timer.ready(3.0)
    assert timer.inside(3.0) == 0


LEAN = Limit("torso_lean", "Chest up.", "가슴을 펴세요.", max=50, name="lean", when="effort", views=("side",))
SAG = Limit("hip_sag", "Hips up.", "엉덩이를 드세요.", max=15, name="sag")


def checked(cues: tuple[Limit, ...], frames: int, effort: bool = True, **values: float) -> FormCheck:
    form = FormCheck(cues)
    for frame in range(frames):
        form.update(frame / 30, {"facing": 90.0, **values}, BOTH, effort)
    return form


def test_a_limit_broken_for_some_frames_is_said_for_a_while() -> None:
    assert checked((LEAN,), 4, torso_lean=60).advice(0.2) is None
    form = checked((LEAN,), 5, torso_lean=60)
    said = 4 / 30
    assert form.advice(said + LASTS - 0.01) == "lean"
    assert form.advice(said + LASTS + 0.01) is None


def test_an_advice_can_be_read_for_two_seconds() -> None:
    form = FormCheck((LEAN,))
    form.say("lean", 10.0)
    assert form.advice(11.9) == form.advice(12.0) == "lean"
    assert form.advice(12.1) is None


@pytest.mark.parametrize(
    ("effort", "values"), [(False, {"torso_lean": 60.0}), (True, {"torso_lean": 60.0, "facing": 10.0})]
)
def test_a_limit_is_not_judged_at_rest_nor_from_where_it_cannot_be(effort: bool, values: dict[str, float]) -> None:
    form = checked((LEAN,), 30, effort, **values)
    assert form.advice(0.5) is None
    assert form.broken() == ()


def test_a_limit_for_always_is_judged_at_rest_too() -> None:
    assert checked((SAG,), 30, effort=False, hip_sag=20).advice(0.5) == "sag"


def test_a_repetition_has_broken_what_a_good_part_of_its_frames_broke() -> None:
    form = FormCheck((LEAN, SAG))
    for frame in range(20):
        lean, sag = (60.0 if frame < 10 else 20.0), (20.0 if frame < 3 else 0.0)
        form.update(frame / 30, {"facing": 90.0, "torso_lean": lean, "hip_sag": sag}, BOTH, True)
    assert form.broken() == ("lean",)
    form.restart()
    assert form.broken() == ()


@pytest.mark.parametrize(("frames", "of", "broken"), [(3, 10, ()), (4, 10, ("lean",)), (1, 3, ("lean",)), (0, 3, ())])
def test_a_good_part_is_more_than_three_frames_of_ten(frames: int, of: int, broken: tuple[str, ...]) -> None:
    form = FormCheck((LEAN,))
    for frame in range(of):
        form.update(frame / 30, {"facing": 90.0, "torso_lean": 60.0 if frame < frames else 20.0}, BOTH, True)
    assert form.broken() == broken


HIGH = Limit("hip_sag", "Hips down.", "엉덩이를 내리세요.", min=-15, name="high")


def test_of_a_measure_that_wavers_neither_is_said() -> None:
    """The hips seem to hang in one frame and to stand high in the next."""
    form = FormCheck((SAG, HIGH))
    for frame in range(40):
        form.update(frame / 30, {"facing": 90.0, "hip_sag": 27.0 if frame % 2 else -27.0}, BOTH, True)
    assert (form.advice(40 / 30), form.broken()) == (None, ())


def test_of_two_opposite_cues_the_one_that_most_frames_broke_is_the_repetitions() -> None:
    form = FormCheck((SAG, HIGH))
    for frame in range(60):
        form.update(frame / 30, {"facing": 90.0, "hip_sag": 27.0 if frame < 18 else -27.0}, BOTH, True)
    assert form.broken() == ("high",)
    assert form.advice(2.0) == "sag"  # said first; its opposite waits until it can't be taken back in one breath


SWING = Limit("forward_lean", "Don't swing.", "흔들지 마세요.", range=11, name="swing", views=("side",))


@pytest.mark.parametrize("tilted", [0.0, 8.0, -8.0])  # degrees that the camera looks up or down
@pytest.mark.parametrize(("swing", "broken"), [(5, ()), (15, ("swing",))])
def test_a_swing_is_a_swing_however_the_camera_is_tilted(tilted: float, swing: float, broken: tuple[str, ...]) -> None:
    form = FormCheck((SWING,))
    for frame in range(40):
        lean = tilted - swing * np.sin(np.pi * frame / 40) ** 2
        form.update(frame / 30, {"facing": 90.0, "forward_lean": lean}, BOTH, effort=frame > 10, resting=frame == 0)
    assert form.broken() == broken
    assert form.advice(1.4) == (broken[0] if broken else None)


def test_how_somebody_sways_between_two_repetitions_is_no_swing_of_either() -> None:
    form = FormCheck((SWING,))
    for frame in range(40):
        lean = 20.0 if frame < 20 else 0.0
        form.update(frame / 30, {"facing": 90.0, "forward_lean": lean}, BOTH, effort=False, resting=frame < 21)
    assert form.broken() == ()


BENDING = Exercise(
    slug="bending",
    kind="repetitions",
    name={},
    plural={},
    camera={},
    required=("knee",),
    signal=Signal("knee", full=100, range=45),
    deep=(Limit("hip_height", max=0.8),),
    defining=(Limit("stride", "A lunge.", "런지예요.", name="looks_like_lunge", max=0.5),),
)


def demanded(*frames: tuple[float, float, float]) -> Demands:
    """After frames of (knee, hip_height, stride)."""
    demands = Demands(BENDING)
    for knee, height, stride in frames:
        demands.update(knee, {"left_knee": knee, "right_knee": knee, "hip_height": height, "stride": stride}, BOTH)
    return demands


def attempt(depth: float, counted: bool) -> Repetition:
    return Repetition(start=1.0, bottom=2.0, end=3.0, top=175.0, depth=depth, counted=counted)


def test_what_counts_has_no_rejection_and_what_was_shallow_says_by_how_much() -> None:
    assert demanded((90, 0.7, 0.1)).rejection(attempt(90, True), 100) is None
    assert demanded((112, 0.9, 0.1)).rejection(attempt(112, False), 100) == Rejection("shallow", "knee", 112, 100)
    assert demanded((90, 0.85, 0.1)).rejection(attempt(90, False), 100) == Rejection("shallow", "hip_height", 0.85, 0.8)
    short_of_top = Repetition(1.0, 2.0, 3.0, top=140.0, depth=98.0, counted=False)
    assert demanded((98, 0.7, 0.1)).rejection(short_of_top, 100) == Rejection("shallow", "knee", 98, 95)


def test_what_is_another_exercise_through_most_of_its_depth_does_not_count() -> None:
    lunge = demanded((140, 0.9, 0.1), (95, 0.7, 0.3), (80, 0.6, 0.9), (85, 0.6, 0.8))
    assert lunge.rejection(attempt(80, True), 100) == Rejection("looks_like_lunge", "stride", 0.8, 0.5)
    lunge.restart()
    assert lunge.rejection(attempt(80, True), 100) is None
    assert demanded((95, 0.7, 0.3), (80, 0.6, 0.9), (85, 0.6, 0.2)).rejection(attempt(80, True), 100) is None


def test_what_the_rest_before_it_must_show_is_remembered_until_the_repetition_is_judged() -> None:
    low = Limit("wrist_height", "From below.", "아래에서.", name="hands_up", when="rest", max=-0.3)
    demands = Demands(replace(BENDING, defining=(low,), deep=()))
    for punching in (False, True, False):
        for knee, height in ((170, -0.05 if punching else -0.9), (150, -0.1), (80, -0.1), (120, -0.1)):
            values = {"left_knee": knee, "right_knee": knee, "wrist_height": height}
            demands.update(knee, values, BOTH)
            if knee == 170:
                demands.leave_rest()
        rejection = demands.rejection(attempt(80, True), 100)
        assert (rejection and rejection.cue) == ("hands_up" if punching else None)
        demands.restart()


def test_nothing_is_said_of_feet_that_are_only_guessed() -> None:
    values = {"heel_lift": 0.6, "knee_over_toe": 0.1, "left_knee": 90.0}
    guessed = {"left_heel": 0.4, "right_foot_index": SEEN - 0.01}
    found = without_guesses(values, visibility(**guessed), ())
    assert np.isnan([found["heel_lift"], found["knee_over_toe"]]).all()
    assert found["left_knee"] == 90.0
    assert without_guesses(values, visibility(left_heel=0.1), ()) == values  # the other foot shows it


def test_nothing_is_judged_by_a_part_that_neither_side_shows() -> None:
    values = {"stance": 2.2, "left_knee": 90.0, "right_knee": 95.0, "left_elbow": 70.0, "torso_lean": 4.0, "facing": 3}
    seen = visibility(left_ankle=0.02, right_ankle=SEEN - 0.01)
    found = without_guesses(values, seen, ("elbow",))
    assert unseen_parts(seen) == ["ankle"]
    assert np.isnan([found[name] for name in ("stance", "left_knee", "right_knee")]).all()
    assert (found["left_elbow"], found["torso_lean"]) == (70.0, 4.0)
    assert without_guesses(values, seen, ("ankle",)) == values  # nothing is judged at all if that is not believed
    assert without_guesses(values, visibility(left_ankle=0.02), ()) == values  # the other side shows where it may be


def test_which_part_a_measure_is_made_of_is_found_out_from_the_measures_themselves() -> None:
    assert {"stance", "stride", "hip_height", "left_knee", "knee_width", "hands_down"} <= measures_of("ankle")
    assert not {"left_hip", "torso_lean", "left_elbow", "trunk_height"} & measures_of("ankle")
    assert {"left_elbow", "right_wrist_height", "hands_down"} <= measures_of("wrist")
    assert not {"left_shoulder", "elbow_width", "left_upper_arm", "hip_height"} & measures_of("wrist")
    assert {"heel_lift", "left_foot_pitch"} <= measures_of("heel")
    assert "facing" not in measures_of("hip")


def test_an_exercise_is_judged_by_more_parts_than_it_requires() -> None:
    raises = exercises()["lateral_raise"]
    assert "ankle" not in raises.required
    assert {*raises.required, "ankle"} <= {*parts_of(raises)}
    assert "wrist" not in parts_of(exercises()["squat"])


def test_a_defining_limit_of_what_is_not_seen_makes_no_other_exercise_of_it() -> None:
    """Somebody filmed from the hips up: how far their feet are apart is a guess."""
    apart = Limit("stance", "…", "…", max=1.9, name="looks_like_jumping_jack")
    signal = Signal("upper_arm", direction="up", full=64, range=35)
    raises = replace(exercises()["lateral_raise"], signal=signal, defining=(apart,), deep=())
    for stances, found in (
        ([2.2, 2.2, 2.2], apart.name),
        ([float("nan")] * 3, None),
        ([float("nan"), 2.2], apart.name),
    ):
        demands = Demands(raises)
        for stance in stances:
            demands.update(-80, {"stance": stance}, BOTH)
        rejection = demands.rejection(attempt(-80, True), -64)
        assert (rejection and rejection.cue) == found


def test_a_deep_limit_of_what_is_not_seen_is_not_asked() -> None:
    demands = Demands(exercises()["lunge"])
    demands.update(90, {"hip_height": float("nan"), "stride": 1.0}, BOTH)
    assert (demands.deep, demands.nearly, demands.were_deep) == (True, True, True)


def test_a_depth_that_no_frame_shows_is_judged_by_where_the_frames_around_it_lead() -> None:
    """At six frames a second the deepest one is at 120 degrees, and the curve through them turns at 100."""
    for strides, found in (
        ([0.1, 0.45, 0.1], "looks_like_lunge"),
        ([0.1, 0.3, 0.1], None),
        ([0.5, 0.6, 0.5], "looks_like_lunge"),
    ):
        demands = demanded(*((knee, 0.7, stride) for knee, stride in zip([160, 120, 160], strides, strict=True)))
        rejection = demands.rejection(attempt(100, True), 110)
        assert (rejection and rejection.cue) == found
        demands.leave_rest()
        assert demands.rejection(attempt(100, True), 110) is None  # of the next one nothing is known


def test_what_never_came_near_the_depth_is_shallow_and_no_other_exercise() -> None:
    demands = demanded((160, 1.0, 0.1), (130, 0.95, 0.6), (160, 1.0, 0.1))
    assert demands.rejection(attempt(130, False), 100) == Rejection("shallow", "knee", 130, 100)


def test_of_what_is_not_finished_nobody_knows_which_exercise_it_would_have_become() -> None:
    demands = demanded((90, 0.95, 0.9))
    assert demands.rejection(attempt(90, True), 100) is not None
    late = demands.rejection(attempt(112, False), 100, unfinished=True)
    assert late == Rejection("shallow", "knee", 112, 100)
    turned = replace(attempt(90, False), back=110.0)
    assert demands.rejection(turned, 100, unfinished=True) == Rejection("unfinished", "knee", 110.0, 90 + 0.65 * 85)


def test_a_limit_says_which_side_it_means() -> None:
    one_leg = {"left_knee": 95.0, "right_knee": 172.0}
    standing = Limit("knee", "…", "…", min=140, sides="straighter")
    assert first_broken([standing], one_leg, BOTH) is None
    assert first_broken([Limit("knee", "…", "…", min=140, sides="more_bent")], one_leg, BOTH) == 0
    assert first_broken([Limit("knee", "…", "…", min=140)], one_leg, BOTH) == 0
    assert first_broken([standing], one_leg, {"left": 1.0, "right": 0.0}) == 0  # the leg that stands is not seen


@pytest.mark.parametrize(("height", "deep", "nearly"), [(0.8, True, True), (0.87, False, True), (0.89, False, False)])
def test_nearly_deep_is_a_tenth_more(height: float, deep: bool, nearly: bool) -> None:
    demands = demanded((90, height, 0.1))
    assert (demands.deep, demands.nearly) == (deep, nearly)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_cue_has_its_sentence(language: str) -> None:
    push_up = exercises()["push_up"]
    assert sentence(push_up, "shallow", language) == push_up.shallow[language]
    for number, limit in enumerate(push_up.position):
        assert sentence(push_up, f"position:{number}", language) == limit.sentence(language)
    for limit in push_up.cues:
        assert sentence(push_up, limit.name, language) == limit.sentence(language)
    lunge = exercises()["lunge"]
    assert sentence(lunge, "looks_like_squat", language) == lunge.defining[0].sentence(language) != ""
    for cue in (None, "", "nobody", "unseen:wrist"):
        assert sentence(push_up, cue, language) == ""


def test_every_direction_of_the_camera_has_a_name() -> None:
    assert [view_of(degrees) for degrees in (0, 29.9, 30, 61.9, 62, 90)] == [
        "front",
        "front",
        "three_quarter",
        "three_quarter",
        "side",
        "side",
    ]
    assert {view_of(degrees) for degrees in range(91)} == set(VIEWS)
