"""A run: one to three learners on the same points, trained a frame at a time."""

import math
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
import torch

from demos.xor.data import Points
from demos.xor.live.snapshot import LEARNERS, PERCEPTRON_LR, Snapshot
from demos.xor.proof.contradiction import contradiction
from demos.xor.proof.margin import Margin, margin
from demos.xor.recipe import RANGES, Recipe, train_test_points
from demos.xor.standardise import scale_of

FRAMES_PER_SECOND = 30
FASTER_EVERY = 50  # frames after which one frame shows one more step: slow at first, where most happens
LEAST_FRAMES = 60  # of a run, so that nobody misses a quick end
PATIENCE = 40  # epochs to watch the perceptron on points that no line separates; XOR cycles before that
EPOCHS = 300  # and on points that a line separates, until it is asked to go on
MOST_SHOWN = 10**7  # points that the perceptron looks at, however long one goes on
GOAL_FRAMES = 120  # of a run that is to stand at a given step
RESENT_FRAMES = 8  # sent once more with the next ones, should a message be skipped


@dataclass(frozen=True)
class Frame:
    """Frame number `index` of a run: each learner as it was then."""

    index: int
    learners: tuple[Snapshot, ...]


@dataclass(frozen=True)
class Start:
    """Where a run goes on from: after frame `index`, with each learner's step and weights (see `snapshot.flat`)."""

    index: int
    steps: tuple[int, ...]
    numbers: tuple[np.ndarray, ...]


class Run:
    """Learners that learn the same points by one recipe; Forward-Forward has the MLP's hidden layers.

    `speed` is 1 for the usual pace; below 1 a frame is one step, and fewer frames are made a second; above 1 each
    shows more steps, as many as there is time for. `stop` ends the run soon after all learners are done, else it ends
    at the recipe's last step. Both may change at any time.
    """

    def __init__(
        self,
        recipe: Recipe,
        models: Sequence[str] = ("perceptron", "mlp"),
        own: Points | None = None,
        start: Start | None = None,
        speed: float = 1.0,
        stop: bool = True,
    ) -> None:
        """Draws the points, if they are not a visitor's `own`, and all first weights. Raises BadInput."""
        self.recipe, self.models, self.own, self.start = recipe.checked(), tuple(models), own, start
        self.speed, self.stop = speed, stop
        self.points, self.held_out = train_test_points(self.recipe, own)
        two = self.points.classes == 2 and not self.points.are_values
        self.contradiction = contradiction(self.points) if two else None
        self.shapes = tuple(self.recipe.widths_of(model, self.points.classes) for model in self.models)
        self._before = start.steps if start else (0,) * len(self.models)
        numbers = start.numbers if start else (None,) * len(self.models)
        endless = replace(self.recipe, steps=RANGES["steps"][1])
        self._learners = [
            LEARNERS[model](endless, self.points, self.held_out, first)
            for model, first in zip(self.models, numbers, strict=True)
        ]
        self.epochs, self.most_shown = EPOCHS, self.recipe.steps
        self.frame_count = 0
        self._one_at_a_time = threading.Lock()
        self.frames = [Frame(self.first, tuple(map(next, self._learners)))]  # the last ones
        line = self.now.get("perceptron")
        self._first_line = torch.from_numpy(line.numbers).double() if line else None

    @property
    def first(self) -> int:
        """The number of its first frame."""
        return self.start.index + 1 if self.start else 0

    @property
    def last_step(self) -> int:
        """Where the learners stop at the latest, counted on from where the run started."""
        return self.recipe.steps + max(self._before)

    @property
    def now(self) -> dict[str, Snapshot]:
        """Each learner as it is, its steps counted from where the run started."""
        return dict(zip(self.models, self.frames[-1].learners, strict=True))

    @property
    def all_points(self) -> Points:
        """Those learned from and those held out."""
        if self.held_out is None:
            return self.points
        x, y = (np.concatenate([getattr(part, of) for part in (self.points, self.held_out)]) for of in "xy")
        return replace(self.points, x=x, y=y)

    @property
    def seconds(self) -> float:
        """From one frame to the next."""
        return 1 / (FRAMES_PER_SECOND * min(1.0, self.speed))

    def is_done(self, model: str) -> bool:
        """Is there nothing more to see? A net that solved the points goes on as long again, so that its map clears."""
        last = self.now[model]
        if model == "perceptron":
            patience = PATIENCE if self.contradiction else self.epochs
            return last.accuracy == 1 or last.cycle is not None or last.epoch > patience
        settled = last.solved_at is not None and last.step >= 2 * last.solved_at + 60
        return settled or self.is_spent(model)

    def is_spent(self, model: str) -> bool:
        """May it not go on? Beside others the perceptron has no last step: it goes round as long as they learn."""
        last = self.now[model]
        if model == "perceptron":
            return last.accuracy == 1 or last.step >= self.most_shown
        return last.diverged or last.step >= self.recipe.steps

    @property
    def over(self) -> bool:
        waits = {model: self.stop or (model == "perceptron" and len(self.models) > 1) for model in self.models}
        done = all(self.is_done(model) if waits[model] else self.is_spent(model) for model in self.models)
        return done and self.frame_count >= LEAST_FRAMES and self._line_shows

    @property
    def _line_shows(self) -> bool:
        """Does the perceptron's line run between points? A cycle should not be left at a moment when it is far away."""
        last = self.now.get("perceptron")
        if last is None or last.cycle is None:
            return True
        weights = last.numbers.reshape(3, -1)  # (3, 1), or (3, C)
        sums = self.points.x @ weights[:2] + weights[2]
        said = sums.argmax(axis=1) if self.points.classes > 2 else sums[:, 0] > 0
        return len(np.unique(said)) > 1

    @property
    def must_converge(self) -> bool:
        """Has the perceptron not found a line although there is one? Of more classes than two it is not known."""
        stuck = "perceptron" in self.now and self.now["perceptron"].accuracy < 1
        return stuck and not self.contradiction and self.points.classes == 2

    def margin(self) -> tuple[Margin, float] | None:
        """The margin of the points as they are learned, and the most corrections that the perceptron can make.

        None where no line separates them, or none that can be told apart from none.
        """
        scale = scale_of(self.points, self.recipe.standardise)
        if self.points.classes > 2:
            return None
        found = None if self.contradiction else margin(scale.points(self.points))
        if found is None or self._first_line is None:
            return None
        first = float(scale.line_to_learn(self._first_line).norm())
        return found, found.bound(first, PERCEPTRON_LR)

    def go_on(self) -> None:
        """Where the perceptron was left before it found a line, it goes on as long again."""
        if self.over and self.must_converge:
            last = self.now["perceptron"]
            self.epochs, self.most_shown = last.epoch + EPOCHS, last.step + self.recipe.steps

    def advance(self) -> None:
        """Train all learners for one more frame, in no more time than there is for one."""
        steps = 1 if self.speed < 1 else round(self.speed * (1 + self.frame_count // FASTER_EVERY))
        points = 1 if self.speed < 1 else self._shown(steps)
        self._train({"perceptron": points, "mlp": steps, "forward-forward": steps}, 1 / FRAMES_PER_SECOND)

    def _shown(self, pace: int) -> int:
        """Points that the perceptron looks at for one frame: first a quarter, at most all; round a cycle slowly."""
        quarter, count = max(1, len(self.points.y) // 4), len(self.points.y)
        cycling = "perceptron" in self.now and self.now["perceptron"].cycle
        return quarter if cycling else min(quarter * pace, round(count * max(1.0, self.speed)))

    def step(self) -> None:
        """One frame: the perceptron looks at one point, the others take one step."""
        self._train(dict.fromkeys(self.models, 1))

    def epoch(self) -> None:
        """One frame: all learners see every point once."""
        count = len(self.points.y)
        steps = -(-count // self.recipe.batch) if 0 < self.recipe.batch < count else 1
        self._train({"perceptron": count, "mlp": steps, "forward-forward": steps})

    def approach(self, goal: Mapping[str, int]) -> None:
        """One frame on the way to the `goal`, a step for each learner: all go the same share of their way."""
        way = min(GOAL_FRAMES, max(1, *goal.values()))
        share = min(1.0, (self.frame_count + 1) / way)
        self._train({model: round(share * goal.get(model, 0)) - one.step for model, one in self.now.items()})

    def arrived(self, goal: Mapping[str, int]) -> bool:
        """Has every learner come as far as the goal, or as it can?"""
        return self.frame_count >= min(GOAL_FRAMES, max(1, *goal.values()))

    def _train(self, steps: Mapping[str, int], seconds: float = math.inf) -> None:
        with self._one_at_a_time:
            moved = []
            for model, learner, last in zip(self.models, self._learners, self.frames[-1].learners, strict=True):
                deadline = time.monotonic() + seconds / len(self.models)
                most = MOST_SHOWN if model == "perceptron" else self.recipe.steps
                moved.append(last)
                for moved[-1] in islice(learner, max(0, min(steps[model], most - last.step))):
                    if time.monotonic() > deadline:
                        break
            self.frame_count += 1
            self.frames = [*self.frames[-RESENT_FRAMES:], Frame(self.frames[-1].index + 1, tuple(moved))]

    def counted(self, frame: Frame) -> Frame:
        """The frame with the steps counted on from where the run started."""
        if not self.start:
            return frame
        return replace(frame, learners=tuple(map(_counted_on, frame.learners, self._before)))


def _counted_on(one: Snapshot, before: int) -> Snapshot:
    return replace(one, step=one.step + before, solved_at=None if one.solved_at is None else one.solved_at + before)
