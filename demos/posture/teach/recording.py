"""A recording of a movement as the coach would see it: every angle that could be counted by, over time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from demos.posture.coach.coach import BETA, CUTOFF
from demos.posture.coach.plausible import Plausible
from demos.posture.coach.visibility import SideVisibility, combine
from demos.posture.exercises import COMBINED, COUNTABLE, Signal
from demos.posture.pose.landmarks import JOINTS, SIDES, Pose, without_side
from demos.posture.pose.measures import measures, picture_measures
from demos.posture.pose.one_euro import OneEuro

_LEGS, _ARMS = ("hip", "knee", "ankle"), ("shoulder", "elbow", "hip")
# The parts of a body that must be seen for a measure that is no joint's.
_PARTS = {
    "upper_arm": _ARMS,
    "arm_difference": _ARMS,
    "elbow_span": _ARMS,
    "hip_height": _LEGS,
    "stride": _LEGS,
    "stance": _LEGS,
    "torso_lean": ("shoulder", "hip"),
    "hip_sag": ("shoulder", "hip", "ankle"),
    "foot_pitch": ("ankle", "heel", "foot_index"),
}


def parts_of(measure: str) -> tuple[str, ...]:
    """The parts of the body (one side) that must be seen for a measure that repetitions can be counted by."""
    found = next((points for joint, points in JOINTS.items() if without_side(joint) == measure), ())
    return tuple(map(without_side, found)) or _PARTS[measure]


@dataclass(frozen=True)
class Recording:
    """T frames in which somebody was seen, smoothed as the coach smooths them.

    seconds: (T,). visibility: (T, 33) from 0 to 1. values: {measure: (T,)} as in `measures.py`, left and right by
    themselves. frames: what was recorded, a pose or nobody, with its second. aspect: the image's width over its height.
    """

    seconds: np.ndarray
    visibility: np.ndarray = field(repr=False)
    values: dict[str, np.ndarray] = field(repr=False)
    frames: tuple[tuple[float, Pose | None], ...] = field(repr=False)
    aspect: float = 4 / 3

    def __len__(self) -> int:
        return len(self.seconds)

    def curve(self, measure: str, sides: str = "mean") -> np.ndarray:
        """(T,) degrees: what a coach would count by, NaN where neither side of it is seen."""
        return combined(self, measure, parts_of(measure), sides)


def record(frames: Sequence[tuple[float, Pose | None]], aspect: float = 4 / 3) -> Recording:
    """The recording of frames (second, pose or nobody) in the order of time."""
    plausible, smooth = Plausible(), OneEuro(CUTOFF, BETA)
    seen = [(seconds, pose) for seconds, pose in frames if pose is not None and plausible.accepts(pose)]
    if not seen:
        return Recording(np.zeros(0), np.zeros((0, 33)), {}, tuple(frames), aspect)
    world = np.stack([smooth(pose.world, seconds) for seconds, pose in seen])
    image = np.stack([pose.upright_image for _, pose in seen])
    values = measures(world) | picture_measures(image)
    seconds, visibility = np.array([seconds for seconds, _ in seen]), np.stack([pose.visibility for _, pose in seen])
    return Recording(seconds, visibility, values, tuple(frames), aspect)


def combined(recording: Recording, measure: str, required: tuple[str, ...], sides: str) -> np.ndarray:
    """(T,): both sides of a measure as one number, each weighed by how well its `required` parts are seen."""
    sight = SideVisibility(required)
    names = [name for name in (measure, *(f"{side}_{measure}" for side in SIDES)) if name in recording.values]
    rows = []
    for frame, visibility in enumerate(recording.visibility):
        weights = sight.update(visibility)
        now = {name: float(recording.values[name][frame]) for name in names}
        rows.append(combine(now, measure, weights, sides) if any(weights.values()) else np.nan)
    return np.array(rows)


def candidates(recording: Recording) -> Iterator[tuple[Signal, np.ndarray]]:
    """Every signal (without its thresholds) with its curve (T,); those that are hardly ever seen are left out."""
    for measure in sorted(COUNTABLE):
        sided = f"left_{measure}" in recording.values
        for sides in COMBINED if sided else COMBINED[:1]:
            curve = recording.curve(measure, sides)
            if np.isfinite(curve).mean() > 0.8:
                for direction in ("down", "up"):
                    yield Signal(measure, sides, direction), curve
