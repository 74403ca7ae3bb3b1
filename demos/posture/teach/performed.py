"""The repetitions of a recording, by the coach of an exercise: what good and bad are learned from."""

from dataclasses import dataclass, field

import numpy as np

from demos.posture.coach.coach import Coach
from demos.posture.data import poses_around
from demos.posture.exercises import Exercise
from demos.posture.teach.recording import Recording


@dataclass(frozen=True)
class Performed:
    """One repetition: poses (T, 33, 3) at `seconds` (T,), from `start` to `end`."""

    seconds: np.ndarray = field(repr=False)
    world: np.ndarray = field(repr=False)
    start: float
    end: float


def performed(exercise: Exercise, recording: Recording) -> tuple[Performed, ...]:
    """Every repetition that somebody tried in the recording, whether it counts or not."""
    coach, found = Coach(exercise), []
    for when, pose in recording.frames:
        coach.update(pose, when)
    poses = [pose for _, pose in recording.frames if pose is not None]
    for attempt in coach.attempts:
        seen = poses_around(poses, attempt.start, attempt.end)
        if seen is not None:
            found.append(Performed(*seen, attempt.start, attempt.end))
    return tuple(found)
