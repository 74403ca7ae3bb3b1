"""What is said of how a body stands, on bodies put together by hand: metres, y down, z away from the camera."""

import numpy as np
import pytest

from demos.posture.pose.landmarks import INDEX
from demos.posture.pose.measures import MEASURES, measures, picture_measures, point

STANDING = {  # of the left side; the right one is its mirror image
    "shoulder": (0.2, -0.5, 0.0),
    "elbow": (0.2, -0.2, 0.0),
    "wrist": (0.2, 0.05, 0.0),
    "hip": (0.1, 0.0, 0.0),
    "knee": (0.1, 0.45, 0.0),
    "ankle": (0.1, 0.85, 0.0),
    "heel": (0.1, 0.9, 0.05),
    "foot_index": (0.1, 0.9, -0.15),
}
Place = tuple[float, float, float]


def body(**places: Place) -> np.ndarray:
    """(33, 3) somebody who stands and looks at the camera, but for what is given: body(left_knee=…, hip=…)."""
    world = np.zeros((33, 3))
    for part, (x, y, z) in STANDING.items():
        world[INDEX[f"left_{part}"]], world[INDEX[f"right_{part}"]] = (x, y, z), (-x, y, z)
    for name, place in places.items():
        if name in INDEX:
            world[INDEX[name]] = place
        else:
            world[INDEX[f"left_{name}"]], world[INDEX[f"right_{name}"]] = place, (-place[0], *place[1:])
    return world


def turned(world: np.ndarray, degrees: float) -> np.ndarray:
    """The body turned about the vertical."""
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return world @ np.array([[cosine, 0, -sine], [0, 1, 0], [sine, 0, cosine]])


def test_a_point_without_a_side_is_the_middle_of_both() -> None:
    world = body(left_knee=(0.3, 0.4, -0.2), right_knee=(-0.1, 0.5, 0.1))
    assert point(world, "knee") == pytest.approx([0.1, 0.45, -0.05])
    assert point(world, "left_knee") == pytest.approx([0.3, 0.4, -0.2])
    assert point(np.stack([world, 2 * world]), "knee")[1] == pytest.approx([0.2, 0.9, -0.1])


def test_somebody_who_stands_straight() -> None:
    found = {name: float(value) for name, value in measures(body()).items()}
    assert found["torso_lean"] == pytest.approx(0)
    assert found["left_knee"] == found["right_knee"] == pytest.approx(180)
    assert found["left_upper_arm"] == pytest.approx(0)
    assert found["knee_width"] == pytest.approx(1)
    assert found["heel_lift"] == pytest.approx(0)
    assert found["hip_height"] == pytest.approx(1)
    assert found["facing"] == pytest.approx(0)
    assert {"knee", "upper_arm", "torso_lean", "facing"} < MEASURES


@pytest.mark.parametrize("degrees", [0, 20, 90, 130, 180])
def test_the_trunk_leans_from_upright_over_level_to_head_down(degrees: float) -> None:
    sine, cosine = np.sin(np.radians(degrees)), np.cos(np.radians(degrees))
    found = measures(body(shoulder=(0.2, -0.5 * cosine, -0.5 * sine)))
    assert found["torso_lean"] == pytest.approx(degrees, abs=1e-4)


@pytest.mark.parametrize("view", [0, 40, 90, 150])
@pytest.mark.parametrize("degrees", [-95, -20, 0, 20, 90, 110])
def test_the_trunk_leans_forwards_or_backwards_wherever_the_camera_is(degrees: float, view: float) -> None:
    sine, cosine = np.sin(np.radians(degrees)), np.cos(np.radians(degrees))
    leaning = turned(body(shoulder=(0.2, -0.5 * cosine, -0.5 * sine)), view)
    assert measures(leaning)["forward_lean"] == pytest.approx(degrees, abs=1e-4)
    # what a lean costs is in the image when seen from the side, and guessed depth does not change it
    if view == 90:
        assert measures(leaning * (1, 1, 0.6))["forward_lean"] == pytest.approx(degrees, abs=1e-4)
    sideways = turned(body(left_shoulder=(0.5, -0.4, 0), right_shoulder=(0.1, -0.4, 0)), view)
    assert measures(sideways)["forward_lean"] == pytest.approx(0, abs=1e-4)


def test_the_knee_of_the_leg_in_front_is_measured_against_its_toes() -> None:
    assert measures(body())["knee_over_toe"] == pytest.approx(-0.15 / 0.2)
    lunge = body(
        left_knee=(0.1, 0.5, -0.9), left_ankle=(0.1, 0.85, -0.6), left_heel=(0.1, 0.9, -0.55),
        left_foot_index=(0.1, 0.9, -0.75), right_knee=(-0.1, 0.6, 0.4), right_ankle=(-0.1, 0.8, 0.8),
        right_heel=(-0.1, 0.7, 0.85), right_foot_index=(-0.1, 0.9, 0.8),
    )  # fmt: skip
    foot = (0.2 + np.hypot(0.2, 0.05)) / 2  # of both feet, roughly: the middle of heels and toes
    for view in (0, 90, -60):
        assert measures(turned(lunge, view))["knee_over_toe"] == pytest.approx(0.15 / foot, rel=0.35)


def test_arms_and_legs_by_hand() -> None:
    spread = body(elbow=(0.5, -0.5, 0.0), left_wrist=(0.8, -0.75, 0.0), right_wrist=(-0.8, -0.25, 0.0))
    found = measures(spread)
    assert found["elbow_width"] == pytest.approx(1.0 / 0.4)
    assert found["elbow_span"] == pytest.approx(1.0 / 0.5)
    assert (found["left_wrist_height"], found["right_wrist_height"]) == pytest.approx((0.5, -0.5))
    assert found["arm_difference"] == pytest.approx(0, abs=1e-4)
    assert measures(body(left_elbow=(0.5, -0.5, 0.0)))["arm_difference"] == pytest.approx(90)
    assert measures(body(ankle=(0.35, 0.85, 0.0)))["stance"] == pytest.approx(3.5)
    lifted = measures(body(left_knee=(0.1, 0.0, -0.45), right_knee=(-0.1, -0.3, -0.3), left_ankle=(0.1, -0.25, -0.6)))
    assert (lifted["left_thigh_lift"], lifted["right_thigh_lift"]) == pytest.approx((0, 45), abs=1e-4)
    assert measures(body())["left_thigh_lift"] == pytest.approx(-90)
    assert (lifted["left_ankle_height"], lifted["right_ankle_height"]) == pytest.approx((0.5, -1.7))


@pytest.mark.parametrize(("left", "right"), [(0, 90), (30, 180), (120, 10)])
def test_each_upper_arm_has_its_angle_to_the_trunk(left: float, right: float) -> None:
    def elbow(side: int, degrees: float) -> Place:
        sine, cosine = np.sin(np.radians(degrees)), np.cos(np.radians(degrees))
        return 0.2 * side, -0.5 + 0.3 * cosine, -0.3 * sine

    found = measures(body(left_elbow=elbow(1, left), right_elbow=elbow(-1, right)))
    assert found["left_upper_arm"] == pytest.approx(left, abs=1e-4)
    assert found["right_upper_arm"] == pytest.approx(right, abs=1e-4)


def test_an_upper_arm_along_a_trunk_that_leans_hangs_all_the_same() -> None:
    leaning = body(shoulder=(0.2, 0.0, -0.5), elbow=(0.2, 0.0, -0.2))
    assert measures(leaning)["left_upper_arm"] == pytest.approx(0, abs=1e-4)


@pytest.mark.parametrize("below", [-0.2, -0.05, 0.0, 0.05, 0.2])
def test_hips_below_the_line_from_shoulders_to_ankles_sag_and_above_it_they_do_not(below: float) -> None:
    """The line slopes: the shoulders are higher than the feet."""
    shoulder, ankle = np.array([0.0, -0.3, -0.6]), np.array([0.0, 0.1, 0.9])
    along = (ankle - shoulder) / np.linalg.norm(ankle - shoulder)
    hip = shoulder + 0.6 * along + (0.0, below, 0.0)
    towards = [shoulder - hip, ankle - hip]
    angle = np.degrees(np.arccos(towards[0] @ towards[1] / np.prod(np.linalg.norm(towards, axis=1))))
    wide = {"shoulder": 0.2, "hip": 0.1, "ankle": 0.1}
    lying = body(**{
        name: (wide[name], *place[1:])
        for name, place in (("shoulder", shoulder), ("hip", hip), ("ankle", ankle))
    })  # fmt: skip
    assert measures(lying)["hip_sag"] == pytest.approx(np.sign(below) * (180 - angle), abs=1e-4)
    assert abs(measures(lying)["hip_sag"]) > 5 or abs(below) < 0.04


def test_the_line_is_met_under_the_hips_not_halfway() -> None:
    """Somebody bent at the hips, whose hips are near the shoulders: which side of the line they are on."""
    for sign in (-1, 1):
        bent = body(shoulder=(0.2, 0.0, 0.0), hip=(0.1, 0.3 + 0.1 * sign, 0.3), ankle=(0.1, 1.0, 1.0))
        assert np.sign(measures(bent)["hip_sag"]) == sign


def test_knees_that_fall_in_are_less_apart_than_the_ankles() -> None:
    found = measures(body(knee=(0.06, 0.45, -0.1), ankle=(0.15, 0.85, 0.0)))
    assert found["knee_width"] == pytest.approx(0.4)
    askew = body(left_knee=(0.3, 0.45, 0.4), right_knee=(0.0, 0.45, 0.0))
    assert measures(askew)["knee_width"] == pytest.approx(0.5 / 0.2)  # in the room, not in the image alone


@pytest.mark.parametrize("degrees", [-20, 0, 30, 60])
def test_a_heel_is_lifted_by_a_share_of_the_foot(degrees: float) -> None:
    sine, cosine = np.sin(np.radians(degrees)), np.cos(np.radians(degrees))
    found = measures(body(heel=(0.1, 0.9 - 0.25 * sine, -0.15 + 0.25 * cosine)))
    assert found["heel_lift"] == pytest.approx(sine)
    assert found["left_foot_pitch"] == found["right_foot_pitch"] == pytest.approx(degrees)


def test_the_hips_height_is_over_the_lower_ankle_in_lengths_of_a_leg() -> None:
    sitting = body(knee=(0.1, 0.0, -0.45), ankle=(0.1, 0.4, -0.45))
    assert measures(sitting)["hip_height"] == pytest.approx(0.4 / 0.85)
    on_one_leg = body(left_knee=(0.1, 0.0, -0.45), left_ankle=(0.1, 0.4, -0.45))
    assert measures(on_one_leg)["hip_height"] == pytest.approx(1)
    assert measures(turned(on_one_leg, 180) * (-1, 1, 1))["hip_height"] == pytest.approx(1)
    uneven = body(left_knee=(0.1, 0.55, 0.0), left_ankle=(0.1, 1.05, 0.0))
    assert measures(uneven)["hip_height"] == pytest.approx(1.05 / ((0.85 + 1.05) / 2))


@pytest.mark.parametrize("aside", [-0.3, -0.1, 0.1, 0.3])
def test_hips_beside_the_line_do_not_sag(aside: float) -> None:
    """A guess at depth that is wrong, or a trunk that is turned, says nothing of how high the hips are."""
    lying = body(
        shoulder=(0.2, -0.3, -0.6),
        left_hip=(0.1 + aside, -0.06, 0.3),
        right_hip=(-0.1 + aside, -0.06, 0.3),
        ankle=(0.1, 0.1, 0.9),
    )
    assert abs(float(measures(lying)["hip_sag"])) < 3


@pytest.mark.parametrize("heading", [0, 45, 90, 200])
def test_a_stride_is_how_far_one_foot_is_ahead_of_the_other_whatever_their_width(heading: float) -> None:
    wide = body(ankle=(0.4, 0.85, 0.0))
    assert measures(turned(wide, heading))["stride"] == pytest.approx(0, abs=1e-9)
    lunge = body(left_ankle=(0.1, 0.85, -0.5), right_ankle=(-0.1, 0.85, 0.3))
    legs = 0.45 + (np.hypot(0.5, 0.4) + np.hypot(0.3, 0.4)) / 2
    assert measures(turned(lunge, heading))["stride"] == pytest.approx(0.8 / legs)


def test_the_image_alone_shows_where_the_hands_are_and_how_upright_the_trunk_is() -> None:
    standing = picture_measures(body())
    assert float(standing["hands_down"]) == pytest.approx(-0.8 / 1.4)
    assert float(standing["trunk_height"]) == pytest.approx(0.5 / 1.4)
    flat = body()
    flat[:, 2] = 0
    assert picture_measures(3 * flat[:, :2] + 1) == pytest.approx(standing)
    on_all_fours = body(wrist=(0.2, 0.9, -0.5))
    assert float(picture_measures(on_all_fours)["hands_down"]) == pytest.approx(0.05 / 1.4)


@pytest.mark.parametrize(
    ("degrees", "facing"), [(0, 0), (25, 25), (70, 70), (90, 90), (130, 50), (180, 0), (-40, 40), (-100, 80)]
)
def test_where_the_camera_is_of_who_lies_on_a_side(degrees: float, facing: float) -> None:
    lying = turned(body() @ np.array([[0.0, 1, 0], [-1, 0, 0], [0, 0, 1]]), degrees)
    assert measures(lying)["facing"] == pytest.approx(facing, abs=1e-4)
    assert measures(lying)["roll"] == pytest.approx(90, abs=1e-4)


@pytest.mark.parametrize("degrees", [0, 20, 55, 90])
def test_how_far_a_lying_body_is_turned_on_its_side(degrees: float) -> None:
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    about_its_length = np.array([[cosine, 0, sine], [0, 1, 0], [-sine, 0, cosine]])
    face_up = np.array([[0.0, 0, 1], [-1, 0, 0], [0, 1, 0]])  # head to the left of the image
    assert measures(body() @ about_its_length @ face_up)["roll"] == pytest.approx(degrees, abs=1e-4)
    assert measures(body() @ about_its_length)["roll"] == pytest.approx(0, abs=1e-4)  # who stands only turns round


@pytest.mark.parametrize(
    ("degrees", "facing"), [(0, 0), (25, 25), (70, 70), (90, 90), (130, 50), (180, 0), (-40, 40), (-100, 80)]
)
def test_where_the_camera_is(degrees: float, facing: float) -> None:
    assert measures(turned(body(), degrees))["facing"] == pytest.approx(facing, abs=1e-4)


def test_shoulders_and_hips_say_together_where_the_camera_is() -> None:
    twisted = body()
    for part in ("shoulder",):
        sides = [INDEX[f"left_{part}"], INDEX[f"right_{part}"]]
        twisted[sides] = turned(twisted, 90)[sides]
    # the shoulders, 0.4 apart, look aside; the hips, 0.2 apart, at the camera
    assert measures(twisted)["facing"] == pytest.approx(np.degrees(np.arctan2(0.4, 0.2)))


def test_several_bodies_at_once_are_measured_like_each() -> None:
    bodies = np.stack([body(), body(knee=(0.1, 0.3, -0.3)), turned(body(), 50)])
    together = measures(bodies)
    for number, each in enumerate(bodies):
        for name, value in measures(each).items():
            assert together[name][number] == pytest.approx(float(value), nan_ok=True), name


def test_neither_size_nor_place_changes_a_measure() -> None:
    askew = body(left_shoulder=(0.25, -0.45, -0.1), right_knee=(-0.1, 0.3, -0.3), left_ankle=(0.12, 0.8, 0.1))
    before, after = measures(askew), measures(1.7 * askew + (3.0, -2.0, 5.0))
    assert before["facing"] > 5
    for name, value in before.items():
        assert after[name] == pytest.approx(float(value), nan_ok=True), name
