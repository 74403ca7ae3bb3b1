"""What goes into the classifier: landmark sequences as features, windows of them, and a synthetic athlete to learn from.

The features do not change with the person's size, place or heading: they are angles, directions against gravity, and
heights in lengths of the trunk. Left and right are told apart only by column order, and `mirrored` swaps them.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from demos.posture.athlete import Performance
from demos.posture.landmarker import Pose
from demos.posture.landmarks import INDEX, SIDES
from demos.posture.measures import measures, point

RATE = 10.0  # samples per second
STEPS = 20  # samples in a window: two seconds

CLASSES = ("squat", "push_up", "bicep_curl", "lunge", "plank", "other")

_BONES = (("shoulder", "elbow"), ("elbow", "wrist"), ("hip", "knee"), ("knee", "ankle"))
_HEIGHTS = ("wrist", "knee", "ankle")
_SIDED = ("elbow", "upper_arm", "hip", "knee")
PER_SIDE = len(_SIDED) + len(_BONES) + len(_HEIGHTS)
FEATURES = 2 * PER_SIDE + 3


def features(world: np.ndarray) -> np.ndarray:
    """(T, FEATURES), each about -1 to 1, from world coordinates (T, 33, 3): left side, right side, middle.

    A side: cosines of elbow, upper arm, hip, knee; how steeply upper arm, forearm, thigh and shin point down; heights of
    wrist over the shoulders, of knee and ankle under the hips. The middle: how upright the trunk is, how far apart the
    ankles and the wrists are.
    """
    world = np.asarray(world, dtype=float)
    found = measures(world)
    shoulder, hip = point(world, "shoulder"), point(world, "hip")
    trunk = np.linalg.norm(shoulder - hip, axis=-1) + 1e-6
    columns = []
    for side in SIDES:
        columns += [np.cos(np.radians(found[f"{side}_{name}"])) for name in _SIDED]
        for start, end in _BONES:
            bone = point(world, f"{side}_{end}") - point(world, f"{side}_{start}")
            columns.append(bone[..., 1] / (np.linalg.norm(bone, axis=-1) + 1e-6))
        for name in _HEIGHTS:
            origin = shoulder if name == "wrist" else hip
            columns.append((point(world, f"{side}_{name}") - origin)[..., 1] / trunk / 2)
    columns.append(np.cos(np.radians(found["torso_lean"])))
    for name in ("ankle", "wrist"):
        apart = point(world, f"left_{name}") - point(world, f"right_{name}")
        columns.append(np.linalg.norm(apart, axis=-1) / trunk - 1)
    return np.clip(np.nan_to_num(np.stack(columns, axis=-1)), -2, 2).astype(np.float32)


def mirrored(window: np.ndarray) -> np.ndarray:
    """The features (…, FEATURES) of the same movement in a mirror."""
    left, right, middle = np.split(window, (PER_SIDE, 2 * PER_SIDE), axis=-1)
    return np.concatenate([right, left, middle], axis=-1)


def window(poses: Sequence[Pose], end: float) -> np.ndarray | None:
    """(STEPS, FEATURES): the two seconds before `end`, evenly sampled from uneven poses; None if too few are there."""
    start = end - (STEPS - 1) / RATE
    inside = [pose for pose in poses if start - 0.3 <= pose.seconds <= end + 1e-6]
    if len(inside) < STEPS // 4 or inside[0].seconds > start + 0.3 or inside[-1].seconds < end - 0.3:
        return None
    times = np.array([pose.seconds for pose in inside])
    values = features(np.stack([pose.world for pose in inside]))
    wanted = np.linspace(start, end, STEPS)
    return np.stack([np.interp(wanted, times, column) for column in values.T], axis=-1).astype(np.float32)


def observe(performance: Performance, seed: int, noise: float = 1.0) -> list[Pose]:
    """The performance as a landmarker sees it: trembling, worse in depth, worst where the body hides a limb.

    Errors wander (an AR(1) process of about 0.15 s), since a landmarker smooths over time. `noise` scales them.
    """
    random = np.random.default_rng(seed)
    frames = len(performance.world)
    keep = np.exp(-1 / (0.15 * performance.fps))
    hidden = _hidden_side(performance.world)  # (T, 33) 0 in plain sight to 1 hidden
    scale = noise * np.array([0.012, 0.012, 0.03]) * (1 + 2.0 * hidden[..., None])
    error = np.zeros((frames, 33, 3))
    drift = random.normal(size=(33, 3))
    for frame in range(frames):
        drift = keep * drift + np.sqrt(1 - keep**2) * random.normal(size=(33, 3))
        error[frame] = drift * scale[frame]
    visibility = np.clip(0.97 - 0.75 * hidden + random.normal(0, 0.03, hidden.shape), 0, 1)
    return [
        Pose(
            frame / performance.fps,
            performance.landmarks[frame].astype(np.float32),
            (performance.world[frame] + error[frame]).astype(np.float32),
            visibility[frame].astype(np.float32),
        )
        for frame in range(frames)
    ]


def _hidden_side(world: np.ndarray) -> np.ndarray:
    """(T, 33) from 0 to 1: how much each landmark is hidden, being on the far side of a body seen from the side."""
    hidden = np.zeros(world.shape[:2])
    for side, other in zip(SIDES, reversed(SIDES), strict=True):
        depth = point(world, f"{side}_hip") - point(world, f"{other}_hip")
        far = np.clip(depth[:, 2] / (np.linalg.norm(depth, axis=-1) + 1e-6), 0, 1) ** 3
        for name, index in INDEX.items():
            if name.startswith(side):
                hidden[:, index] = far
    return hidden


def windows(poses: Sequence[Pose], every: float = 0.5) -> Iterator[tuple[float, np.ndarray]]:
    """Every full window of a film as (its end in seconds, (STEPS, FEATURES))."""
    if not poses:
        return
    end = poses[0].seconds + (STEPS - 1) / RATE
    while end <= poses[-1].seconds:
        found = window(poses, end)
        if found is not None:
            yield end, found
        end += every
