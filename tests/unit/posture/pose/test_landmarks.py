"""Landmarks and measures: small things that must be exactly right."""

import numpy as np
import pytest

from demos.posture.pose.landmarks import EDGES, INDEX, JOINTS, MIRROR, angle, fused, joint_angles
from demos.posture.pose.measures import measures


@pytest.mark.parametrize("degrees", [0, 1, 45, 90, 137.5, 180])
def test_angle_is_the_angle(degrees: float) -> None:
    radians = np.radians(degrees)
    a, b, c = np.array([3.0, 0, 1]), np.array([1.0, 0, 1]), np.array([1 + np.cos(radians), np.sin(radians), 1])
    assert angle(a, b, c) == pytest.approx(degrees, abs=1e-6)


def test_angle_of_coinciding_points_is_not_a_number() -> None:
    assert np.isnan(angle([1, 1], [1, 1], [2, 1]))


def test_mirror_swaps_sides_and_is_its_own_inverse() -> None:
    assert (MIRROR[MIRROR] == np.arange(33)).all()
    assert MIRROR[INDEX["left_knee"]] == INDEX["right_knee"]
    assert MIRROR[INDEX["mouth_left"]] == INDEX["mouth_right"]
    assert MIRROR[0] == 0


def test_edges_and_joints_name_landmarks() -> None:
    assert all(0 <= a < 33 and 0 <= b < 33 and a != b for a, b in EDGES)
    assert all(name in INDEX for points in JOINTS.values() for name in points)


def test_angles_do_not_change_with_size_place_and_turn() -> None:
    random = np.random.default_rng(0)
    world = random.normal(size=(33, 3))
    turn = np.linalg.qr(random.normal(size=(3, 3)))[0]
    before, after = joint_angles(world), joint_angles(2.5 * world @ turn + 7)
    assert all(before[joint] == pytest.approx(after[joint]) for joint in JOINTS)


def test_fused_takes_place_from_the_image_and_depth_from_the_world() -> None:
    random = np.random.default_rng(1)
    world = random.normal(size=(5, 33, 3))
    world -= (world[:, [23]] + world[:, [24]]) / 2
    image = 0.5 + 0.1 * world[..., :2] / (1.6, 1.0)
    assert fused(image, world, 1.6) == pytest.approx(world, abs=1e-9)


def test_measures_of_somebody_standing() -> None:
    from demos.posture.athlete.performance import perform

    found = measures(perform("idle", seconds=1, view="front", seed=3).world[5])
    assert found["torso_lean"] < 8
    assert found["hip_height"] == pytest.approx(1, abs=0.05)
    assert found["facing"] < 25
    assert found["left_knee"] > 165
