"""Which exercise is being done right now? The network's answers over the last two seconds, made steady."""

from collections import deque
from dataclasses import dataclass

import numpy as np
import torch

from demos.common.scheduling.threads import single_threaded
from demos.posture import learn
from demos.posture.coach.plausible import Plausible
from demos.posture.data import RATE, STEPS, window
from demos.posture.exercises import Exercise, exercises
from demos.posture.model import ExerciseNet
from demos.posture.pose.landmarks import Pose, without_side
from demos.posture.pose.measures import measures

EVERY = 0.25  # seconds between two answers
MEMORY = 0.8  # seconds: how slowly the answers are blended
FEWEST = 3  # answers before an exercise is believed: the first ones are of less than two seconds
BELIEVE, CHANGE = 0.5, 0.6  # probability to begin with an exercise, and to leave it for another
REST = 8.0  # seconds of nothing after which a set is over
MOVED = 20.0  # degrees by which the angle that counts has moved when repetitions begin: somebody who stands does none
HELD = 18.0  # degrees that the calmer side moves less when a position begins: 97% of the athlete's holds below 17
MOVED_SHARE = 0.8  # or this share of what is asked, if that is less


@dataclass(frozen=True)
class Answer:
    """What the network says of the two seconds before `seconds`, as probabilities.

    exercises: of each class. phase: how far on the repetition is now, from 0 at rest to 1 where it turns. faults: of
    each named fault of the likeliest class.
    """

    seconds: float
    exercises: dict[str, float]
    phase: float
    faults: dict[str, float]


class Recogniser:
    """Takes poses in order; `exercise` is the one being done (a slug) or None, `probabilities` the blended answers.

    `answer` is the network's newest, None as long as too little was seen.
    """

    def __init__(self, network: ExerciseNet | None = None) -> None:
        self.network = network or learn.load_network()
        self.known = [name for name in self.network.classes if name in exercises()]
        self.exercise: str | None = None
        self.probabilities = dict.fromkeys(self.network.classes, 0.0)
        self.answer: Answer | None = None
        self._answers = 0
        self._plausible = Plausible()
        self._poses: deque[Pose] = deque()
        self._next = 0.0
        self._active = 0.0

    @property
    def guess(self) -> str | None:
        """The likeliest exercise, of a film that ended before there were answers enough to believe it; else None."""
        best = max(self.known, key=self.probabilities.__getitem__)
        return best if 0 < self._answers < FEWEST and self.probabilities[best] >= CHANGE else None

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
            self.answer = self.ask(values, seconds)
            self._blend(self.answer.exercises)
        self._decide(seconds)
        return self.exercise

    @torch.no_grad()
    def ask(self, values: np.ndarray, seconds: float) -> Answer:
        """What the network says of a window (STEPS, FEATURES) that ends at `seconds`."""
        with single_threaded():
            outputs = self.network(torch.from_numpy(values)[None])
        likely = dict(zip(self.network.classes, outputs.exercise[0].softmax(-1).tolist(), strict=True))
        best = max(likely, key=likely.__getitem__)
        made = zip(self.network.faults, outputs.faults[0].sigmoid().tolist(), strict=True)
        faults = {name.partition(":")[2]: chance for name, chance in made if name.startswith(f"{best}:")}
        return Answer(seconds, likely, float(outputs.phase[0, -1].sigmoid()), faults)

    def _blend(self, answer: dict[str, float]) -> None:
        share = 1.0 if self._answers == 0 else EVERY / (EVERY + MEMORY)
        self._answers += 1
        self.probabilities = {
            name: (1 - share) * before + share * answer[name] for name, before in self.probabilities.items()
        }

    def _decide(self, seconds: float) -> None:
        if self._answers < FEWEST:
            return
        best = max(self.known, key=self.probabilities.__getitem__)
        needed = BELIEVE if self.exercise in (None, best) else CHANGE
        if self.probabilities[best] >= needed and (self.exercise == best or self._moves(exercises()[best])):
            self.exercise, self._active = best, seconds
        elif self.exercise and seconds - self._active > REST:
            self.exercise = None

    def _moves(self, exercise: Exercise) -> bool:
        """Whether the angle that the exercise is counted by moves as it does there, as the last poses show it.

        Of repetitions on either side; of a position that is held it does not, on the calmer side: at the bottom of a
        squat somebody may look as if they sat on a wall.
        """
        if not self._poses:
            return False
        found = measures(np.stack([pose.world for pose in self._poses]))
        angles = [values for name, values in found.items() if without_side(name) == exercise.signal.measure]
        moved = [float(np.ptp(np.quantile(values, (0.1, 0.9)))) for values in angles]
        if exercise.kind == "hold":
            return min(moved) < HELD
        return max(moved) >= min(MOVED, MOVED_SHARE * exercise.signal.range)
