"""Which exercise is being done right now? The network's answers over the last two seconds, made steady."""

from collections import deque

import numpy as np
import torch

from demos.common.threads import single_threaded
from demos.posture import learn
from demos.posture.coach.plausible import Plausible
from demos.posture.data import RATE, STEPS, window
from demos.posture.exercises import Exercise, exercises
from demos.posture.landmarks import Pose, without_side
from demos.posture.measures import measures
from demos.posture.model import ExerciseNet

EVERY = 0.25  # seconds between two answers
MEMORY = 0.8  # seconds: how slowly the answers are blended
BELIEVE, CHANGE = 0.5, 0.6  # probability to begin with an exercise, and to leave it for another
REST = 8.0  # seconds of nothing after which a set is over
MOVED = 20.0  # degrees by which the angle that counts has moved when repetitions begin: somebody who stands does none


class Recogniser:
    """Takes poses in order; `exercise` is the one being done (a slug) or None, `probabilities` the blended answers."""

    def __init__(self, network: ExerciseNet | None = None) -> None:
        self.network = network or learn.load_network()
        self.known = [name for name in self.network.classes if name in exercises()]
        self.exercise: str | None = None
        self.probabilities = dict.fromkeys(self.network.classes, 0.0)
        self._plausible = Plausible()
        self._poses: deque[Pose] = deque()
        self._next = 0.0
        self._active = 0.0

    def update(self, pose: Pose | None, seconds: float) -> str | None:
        """Take in the next pose; the exercise being done at `seconds`."""
        if pose is not None and self._plausible.accepts(pose):
            self._poses.append(pose)
        while self._poses and self._poses[0].seconds < seconds - STEPS / RATE - 0.5:
            self._poses.popleft()
        if seconds < self._next:
            return self.exercise
        self._next = seconds + EVERY
        values = window(self._poses, seconds)
        if values is not None:
            self._blend(values)
        self._decide(seconds)
        return self.exercise

    @torch.no_grad()
    def _blend(self, values: np.ndarray) -> None:
        with single_threaded():
            answer = self.network(torch.from_numpy(values)[None]).softmax(-1)[0].tolist()
        fresh = not any(self.probabilities.values())
        share = 1.0 if fresh else EVERY / (EVERY + MEMORY)
        self.probabilities = {
            name: (1 - share) * before + share * now
            for (name, before), now in zip(self.probabilities.items(), answer, strict=True)
        }

    def _decide(self, seconds: float) -> None:
        best = max(self.known, key=self.probabilities.__getitem__)
        needed = BELIEVE if self.exercise in (None, best) else CHANGE
        if self.probabilities[best] >= needed and (self.exercise == best or self._moves(exercises()[best])):
            self.exercise, self._active = best, seconds
        elif self.exercise and seconds - self._active > REST:
            self.exercise = None

    def _moves(self, exercise: Exercise) -> bool:
        """Whether the angle that the exercise is counted by has moved, on either side, as the last poses show it."""
        if exercise.kind == "hold":
            return True
        found = measures(np.stack([pose.world for pose in self._poses]))
        angles = [values for name, values in found.items() if without_side(name) == exercise.signal.measure]
        return any(np.ptp(np.quantile(values, (0.1, 0.9))) >= MOVED for values in angles)
