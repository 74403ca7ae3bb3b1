"""What goes into the classifier: landmark sequences as features, and windows of two seconds of them.

The features do not change with the person's size, place or heading: they are angles, directions against gravity, and
heights in lengths of the trunk. Left and right are told apart only by the order of the columns; SWAP is their order in
a mirror. COLUMNS names them.
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from demos.posture.pose.landmarks import SIDES, Pose
from demos.posture.pose.measures import measures, point

RATE = 10.0  # samples per second
STEPS = 20  # samples in a window: two seconds
LEAST = 0.8  # seconds of poses that a window needs: before the first of them it is taken to have stood still
FEWEST = 6  # poses of a repetition that is looked at as a whole
AROUND = 0.5  # seconds before and after it in which poses still tell of its ends

_ANGLES = ("elbow", "upper_arm", "hip", "knee", "ankle")  # cosines
_BONES = (  # how steeply they point down: -1 up, 0 level, 1 down
    ("shoulder", "elbow"),
    ("elbow", "wrist"),
    ("hip", "knee"),
    ("knee", "ankle"),
    ("heel", "foot_index"),
)
_HEIGHTS = (("wrist", "shoulder"), ("knee", "hip"), ("ankle", "hip"), ("wrist", "floor"), ("heel", "floor"))
_SIDE = (
    *_ANGLES,
    *(f"{start}_to_{end}" for start, end in _BONES),
    *(f"{name}_under_{origin}" for name, origin in _HEIGHTS),
)
_TRUNK = ("torso_lean", "forward_lean", "hip_sag")  # the cosine of how upright it is; sines of two angles with a sign
_APART = ("ankle", "knee", "wrist", "elbow")  # distances of left and right
_LEGS = ("stride", "knee_over_toe", "hip_height")
COLUMNS: tuple[str, ...] = (
    *(f"{side}_{name}" for side in SIDES for name in _SIDE),
    *_TRUNK,
    *(f"{name}s_apart" for name in _APART),
    *_LEGS,
)
FEATURES = len(COLUMNS)
_OTHER_SIDE = dict(zip(SIDES, reversed(SIDES), strict=True))
SWAP = [  # columns in the mirror
    COLUMNS.index(f"{_OTHER_SIDE[side]}_{rest}") if (side := name.partition("_")[0]) in SIDES else index
    for index, name in enumerate(COLUMNS)
    for rest in (name.partition("_")[2],)
]


def features(world: np.ndarray) -> np.ndarray:
    """(T, FEATURES), each about -1 to 1, from world coordinates (T, 33, 3): left side, right side, middle.

    Heights are in two lengths of the trunk, downwards positive; the floor is where the lowest point of the feet is.
    """
    world = np.asarray(world, dtype=float)
    found = measures(world)
    shoulder, hip = point(world, "shoulder"), point(world, "hip")
    trunk = np.linalg.norm(shoulder - hip, axis=-1) + 1e-6
    feet = [point(world, f"{side}_{part}")[..., 1] for side in SIDES for part in ("ankle", "heel", "foot_index")]
    levels = {"shoulder": shoulder[..., 1], "hip": hip[..., 1], "floor": np.max(feet, axis=0)}
    columns = []
    for side in SIDES:
        columns += [np.cos(np.radians(found[f"{side}_{name}"])) for name in _ANGLES]
        for start, end in _BONES:
            bone = point(world, f"{side}_{end}") - point(world, f"{side}_{start}")
            columns.append(bone[..., 1] / (np.linalg.norm(bone, axis=-1) + 1e-6))
        for name, origin in _HEIGHTS:
            columns.append((point(world, f"{side}_{name}")[..., 1] - levels[origin]) / trunk / 2)
    columns += [turn(np.radians(found[name])) for name, turn in zip(_TRUNK, (np.cos, np.sin, np.sin), strict=True)]
    for name in _APART:
        apart = point(world, f"left_{name}") - point(world, f"right_{name}")
        columns.append(np.linalg.norm(apart, axis=-1) / trunk - 1)
    columns += [found[name] for name in _LEGS]
    rows: np.ndarray = np.clip(np.nan_to_num(np.stack(columns, axis=-1)), -2, 2).astype(np.float32)
    return rows


def window(poses: Sequence[Pose], end: float) -> np.ndarray | None:
    """(STEPS, FEATURES): the two seconds before `end`, evenly sampled from uneven poses; None if too few are there.

    Who has been seen for less than two seconds is taken to have stood before as in the first pose.
    """
    start = end - (STEPS - 1) / RATE
    inside = [pose for pose in poses if start - 0.3 <= pose.seconds <= end + 1e-6]
    if not inside or inside[-1].seconds < end - 0.3:
        return None
    seen = min(end - inside[0].seconds, end - start)
    if seen < LEAST or len(inside) < seen * RATE / 4:
        return None
    return sampled(
        np.array([pose.seconds for pose in inside]), features(np.stack([pose.world for pose in inside])), end
    )


def windows(poses: Sequence[Pose], every: float = 0.5) -> Iterator[tuple[float, np.ndarray]]:
    """Every full window of a video without gaps as (its end in seconds, (STEPS, FEATURES))."""
    if len(poses) < 2:
        return
    times = np.array([pose.seconds for pose in poses])
    rows = features(np.stack([pose.world for pose in poses]))
    for end in np.arange(times[0] + (STEPS - 1) / RATE, times[-1], every):
        yield float(end), sampled(times, rows, end)


def sampled(times: np.ndarray, rows: np.ndarray, end: float) -> np.ndarray:
    """(STEPS, K): rows (T, K), known at `times` (T,), at the samples of the window that ends at `end`."""
    wanted = np.linspace(end - (STEPS - 1) / RATE, end, STEPS)
    return np.stack([np.interp(wanted, times, column) for column in rows.T], axis=-1).astype(np.float32)


def poses_around(poses: Iterable[Pose], start: float, end: float) -> tuple[np.ndarray, np.ndarray] | None:
    """Seconds (T,) and poses (T, 33, 3) of a repetition and what lies around it; None if it was hardly seen."""
    near = [pose for pose in poses if start - AROUND <= pose.seconds <= end + AROUND]
    if len(near) < FEWEST:
        return None
    return np.array([pose.seconds for pose in near]), np.stack([pose.world for pose in near])


def repetition_window(seconds: np.ndarray, world: np.ndarray, start: float, end: float) -> np.ndarray:
    """(STEPS, FEATURES): a repetition from `start` to `end`, however long, of poses (T, 33, 3) at `seconds` (T,)."""
    rows, at = features(world), np.linspace(start, end, STEPS)
    return np.stack([np.interp(at, seconds, column) for column in rows.T], axis=-1).astype(np.float32)
