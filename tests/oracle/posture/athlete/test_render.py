"""The drawn athlete: rays against sphere tracing, the outline against the joints, and MediaPipe as a witness."""

import numpy as np
import pytest

from demos.posture.athlete.figure import Shapes
from demos.posture.athlete.performance import perform
from demos.posture.athlete.render import Renderer, render
from demos.posture.pose.landmarks import INDEX, SIDES

JOINTS = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")


def distance(point: np.ndarray, a: np.ndarray, b: np.ndarray, ra: float, rb: float) -> np.ndarray:
    """Signed distance (…) from `point` (…, 3) to a round cone: the nearest of many balls on the way from a to b."""
    share = np.linspace(0, 1, 120)
    centres, radii = a + (b - a) * share[:, None], ra + (rb - ra) * share
    return (np.linalg.norm(point[..., None, :] - centres, axis=-1) - radii).min(-1)


@pytest.mark.parametrize("stretch", [1.0, 0.6, 1.4])
def test_the_closed_form_meets_the_cone_where_sphere_tracing_does(stretch: float) -> None:
    renderer = Renderer(perform("idle", view="front", seconds=1, seed=0), 64, 64)
    random = np.random.default_rng(0)
    axes, eye = renderer.camera.axes, renderer.camera.position
    for _ in range(3):
        a, b = (np.array([0.0, 0.9, 0.0]) + random.normal(0, 0.25, 3) for _ in range(2))
        ra, rb = random.uniform(0.05, 0.35, 2)
        axis = random.normal(size=3)
        axis /= np.linalg.norm(axis)
        shapes = Shapes()
        shapes.cone(a, b, ra, rb, (1, 1, 1), axis, stretch)
        depth, _, cones = renderer.trace(shapes)
        depth = depth[::2, ::2]  # every other pixel is enough
        (ra, rb), a, b = shapes.radii[0], shapes.a[0], shapes.b[0]
        squeeze = np.eye(3) + (1 / stretch - 1) * np.outer(axis, axis)
        x, y = np.meshgrid(renderer.x[0, ::2], renderer.y[::2, 0])
        rays = np.stack([x, y, np.ones_like(x)], -1).astype(float) @ axes
        t = np.zeros(x.shape)
        speed = np.linalg.norm(rays @ squeeze, axis=-1)
        for _ in range(40):
            gap = distance((eye + rays * t[..., None]) @ squeeze, a @ squeeze, b @ squeeze, ra, rb)
            t = np.minimum(t + gap / speed, 50)
        hit = gap < 2e-3
        drawn = np.isfinite(depth)
        assert (hit != drawn).mean() < 0.01  # grazing rays may differ
        both = hit & drawn
        assert both.sum() > 10
        assert np.quantile(np.abs(depth - t)[both], 0.98) < 4e-3
        points = np.stack([x, y, np.ones_like(x)])[:, both] * depth[both]
        normal = renderer._normals(points.astype(np.float32), np.zeros(both.sum(), int), cones)
        np.testing.assert_allclose((normal**2).sum(0), 1, atol=1e-4)
        assert ((normal * points).sum(0) < 1e-2).mean() > 0.99


@pytest.mark.parametrize(
    ("exercise", "view"),
    [
        ("squat", "side"),
        ("squat", "front"),
        ("push_up", "side"),
        ("plank", "side"),
        ("bicep_curl", "front"),
        ("lunge", "side"),
    ],
)
def test_the_outline_covers_the_joints_and_little_else(exercise: str, view: str) -> None:
    performance = perform(exercise, reps=1, view=view, seed=2, seconds=1 if exercise == "plank" else None)
    frame = int(np.argmax(performance.phase))
    mask = Renderer(performance, 320, 240).mask(frame)
    points = performance.landmarks[frame, :, :2] * [320, 240]
    for side in SIDES:
        for joint in JOINTS:
            x, y = points[INDEX[f"{side}_{joint}"]].astype(int)
            assert mask[y, x], f"{side} {joint}"
    rows, columns = np.nonzero(mask)
    slack = 26  # hair, fingers and shoes reach beyond the landmarks
    assert points[:, 0].min() - slack < columns.min() <= columns.max() < points[:, 0].max() + slack
    assert points[:, 1].min() - slack < rows.min() <= rows.max() < points[:, 1].max() + slack


def test_videos_have_the_size_asked_for_and_are_the_same_each_time() -> None:
    performance = perform("bicep_curl", reps=1, seed=1, fps=10)
    video = list(render(performance, 160, 120))
    assert len(video) == len(performance)
    assert all(frame.shape == (120, 160, 3) and frame.dtype == np.uint8 for frame in video)
    again = next(iter(render(performance, 160, 120)))
    np.testing.assert_array_equal(video[0], again)
    fine = next(iter(render(performance, 160, 120, samples=2)))
    assert np.abs(fine.astype(int) - video[0]).mean() < 4  # the same image, smoother
    assert np.abs(video[0].astype(int) - video[len(video) // 2]).max() > 50  # the athlete moves


@pytest.mark.parametrize(
    ("exercise", "view"),
    [
        ("squat", "front"),
        ("squat", "side"),
        ("push_up", "side"),
        ("plank", "side"),
        ("bicep_curl", "three_quarter"),
        ("lunge", "side"),
    ],
)
def test_mediapipe_sees_the_athlete_where_the_truth_is(exercise: str, view: str) -> None:
    from demos.posture.pose.landmarker import Landmarker

    performance = perform(exercise, reps=1, view=view, seed=1, seconds=2 if exercise == "plank" else None)
    near = nearer_side(performance)
    errors, visible = [], []
    renderer = Renderer(performance)
    with Landmarker() as landmarker:
        for frame in range(0, len(performance), 12):
            pose = landmarker.detect(renderer.frame(frame), frame / performance.fps)
            assert pose is not None, f"nobody found in frame {frame}"
            true = performance.landmarks[frame, :, :2] * [640, 480]
            shoulders, hips = (true[[INDEX[f"{s}_{j}"] for s in SIDES]].mean(0) for j in ("shoulder", "hip"))
            torso = np.linalg.norm(shoulders - hips)
            ids = [INDEX[f"{near}_{joint}"] for joint in JOINTS]
            off = np.linalg.norm(pose.image[ids, :2] * [640, 480] - true[ids], axis=1)
            # a trunk that leans towards the camera looks short: never divide by less than a quarter of the image
            errors.append(off / max(torso, 120))
            visible.append(pose.visibility[ids])
    assert np.median(errors) < 0.09
    assert np.quantile(errors, 0.95) < 0.25
    assert np.median(visible) > 0.85


def nearer_side(performance) -> str:  # type: ignore[no-untyped-def]
    depth = performance.camera.to_camera(performance.skeleton.landmarks)[..., 2].mean(0)
    return min(SIDES, key=lambda side: depth[INDEX[f"{side}_hip"]])
