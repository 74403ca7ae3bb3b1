"""The athlete's truth against independent computations: OpenCV's pinhole camera, and angles from plain vectors."""

import cv2
import numpy as np
import pytest

from demos.posture.athlete.camera import Camera
from demos.posture.athlete.performance import perform
from demos.posture.pose.landmarks import INDEX, JOINTS


@pytest.mark.parametrize("view", ["front", "side", "three_quarter", "back", -70.0])
def test_landmarks_are_where_opencv_projects_them(view: str | float) -> None:
    performance = perform("squat", reps=1, view=view, seed=7)
    camera = performance.camera
    width, height = 640, 480
    f = height / 2 / np.tan(np.radians(camera.fov) / 2)
    matrix = np.array([[f, 0, width / 2], [0, f, height / 2], [0, 0, 1]])
    turn = camera.axes
    np.testing.assert_allclose(turn @ turn.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(turn) == pytest.approx(1)
    rotation, _ = cv2.Rodrigues(turn)
    points = performance.skeleton.landmarks[20]
    pixels, _ = cv2.projectPoints(points, rotation, -turn @ camera.position, matrix, None)
    np.testing.assert_allclose(performance.landmarks[20, :, :2] * [width, height], pixels[:, 0], atol=1e-6)


def test_everything_is_in_the_image() -> None:
    for seed in range(8):
        for exercise in ("squat", "push_up", "lunge"):
            x, y = np.moveaxis(perform(exercise, reps=1, view="side", seed=seed).landmarks[..., :2], -1, 0)
            assert 0.03 < x.min() < x.max() < 0.97
            assert 0.03 < y.min() < y.max() < 0.97


def test_world_coordinates_follow_mediapipe() -> None:
    performance = perform("idle", view="front", seed=0, camera=Camera(azimuth=0))
    world = performance.world[0]
    middle = (world[INDEX["left_hip"]] + world[INDEX["right_hip"]]) / 2
    np.testing.assert_allclose(middle, 0, atol=1e-12)
    assert world[INDEX["left_shoulder"], 0] > world[INDEX["right_shoulder"], 0]  # facing us, left is on the right
    assert world[INDEX["nose"], 1] < -0.4  # y grows downwards
    assert world[INDEX["nose"], 2] < world[INDEX["left_ear"], 2]  # the nose is nearer
    assert performance.landmarks[0, INDEX["nose"], 2] < performance.landmarks[0, INDEX["left_ear"], 2]
    # the same distances as in the room
    room = performance.skeleton.landmarks[0]
    np.testing.assert_allclose(
        np.linalg.norm(world[:, None] - world[None], axis=-1), np.linalg.norm(room[:, None] - room[None], axis=-1)
    )


@pytest.mark.parametrize("exercise", ["squat", "lunge", "bicep_curl", "push_up", "plank"])
def test_angles_are_those_of_the_world_landmarks(exercise: str) -> None:
    performance = perform(exercise, reps=1, seconds=2 if exercise == "plank" else None, seed=3)
    for joint, names in JOINTS.items():
        a, b, c = (performance.world[:, INDEX[name]] for name in names)
        # the law of cosines, from the three side lengths
        u, v, w = np.linalg.norm(a - b, axis=1), np.linalg.norm(c - b, axis=1), np.linalg.norm(a - c, axis=1)
        expected = np.degrees(np.arccos(np.clip((u * u + v * v - w * w) / (2 * u * v), -1, 1)))
        np.testing.assert_allclose(performance.angles[joint], expected, atol=1e-3)
