"""What goes into the classifier: landmark sequences as features, and windows of two seconds of them.

The features do not change with the person's size, place or heading: they are angles, directions against gravity, and
heights in lengths of the trunk. Left and right are told apart only by the order of the columns; SWAP is their order in
a mirror.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from demos.posture.landmarks import SIDES, Pose
from demos.posture.measures import measures, point

RATE = 10.0  # samples per second
STEPS = 20  # samples in a window: two seconds


_BONES = (("shoulder", "elbow"), ("elbow", "wrist"), ("hip", "knee"), ("knee", "ankle"))
_HEIGHTS = ("wrist", "knee", "ankle")
_SIDED = ("elbow", "upper_arm", "hip", "knee")
PER_SIDE = len(_SIDED) + len(_BONES) + len(_HEIGHTS)
FEATURES = 2 * PER_SIDE + 3


def features(world: np.ndarray) -> np.ndarray:
    """(T, FEATURES), each about -1 to 1, from world coordinates (T, 33, 3): left side, right side, middle.

    A side: cosines of elbow, upper arm, hip, knee; how steeply upper arm, forearm, thigh and shin point down; heights
    of wrist over the shoulders, of knee and ankle under the hips. The middle: how upright the trunk is, how far apart
    the ankles and the wrists are.
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
    rows: np.ndarray = np.clip(np.nan_to_num(np.stack(columns, axis=-1)), -2, 2).astype(np.float32)
    return rows


SWAP = [*range(PER_SIDE, 2 * PER_SIDE), *range(PER_SIDE), *range(2 * PER_SIDE, FEATURES)]  # columns in the mirror


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


def windows(poses: Sequence[Pose], every: float = 0.5) -> Iterator[tuple[float, np.ndarray]]:
    """Every full window of a video without gaps as (its end in seconds, (STEPS, FEATURES))."""
    if len(poses) < 2:
        return
    times = np.array([pose.seconds for pose in poses])
    columns = features(np.stack([pose.world for pose in poses])).T
    length = (STEPS - 1) / RATE
    for end in np.arange(times[0] + length, times[-1], every):
        wanted = np.linspace(end - length, end, STEPS)
        yield float(end), np.stack([np.interp(wanted, times, column) for column in columns], axis=-1).astype(np.float32)
