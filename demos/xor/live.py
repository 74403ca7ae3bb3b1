"""The two learners on the same points, a picture's worth of training at a time."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

import torch

from demos.xor.learn import learn_mlp, learn_perceptron, points_of
from demos.xor.recipe import Recipe
from demos.xor.separable import witness

PICTURES_PER_SECOND = 25
FASTER_EVERY = 50  # pictures after which one picture shows one more step: slow at first, where most happens
AT_LEAST = 90  # pictures, so that nobody misses a quick end
PERCEPTRON_LR = 0.1  # from start weights in [-1, 1]; its size relative to them is all that it changes
PATIENCE = 40  # epochs to watch the perceptron on points that no line separates; XOR cycles before that
EPOCHS = 300  # and on points that a line separates
CURVE = 240  # points of a curve kept

T = TypeVar("T")


@dataclass
class Curve:
    """Loss and accuracy over the steps, thinned out when it gets long."""

    step: list[int] = field(default_factory=list)
    loss: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)

    def add(self, step: int, loss: float, accuracy: float) -> None:
        if self.step and step <= self.step[-1]:
            return
        self.step.append(step)
        self.loss.append(loss)
        self.accuracy.append(accuracy)
        if len(self.step) > CURVE:
            for column in (self.step, self.loss, self.accuracy):
                del column[1:-1:2]


class Race:
    """A perceptron and an MLP that learn the same points by one recipe. `advance` until `over`."""

    def __init__(self, recipe: Recipe) -> None:
        """Draws the points and the first weights of both; nothing is learned yet. Raises BadInput."""
        self.recipe = recipe.checked()
        self.points = points_of(self.recipe)
        self.witness = witness(self.points)
        self._perceptrons = learn_perceptron(self.points, PERCEPTRON_LR, self.recipe.seed)
        self._mlps = learn_mlp(self.points, self.recipe)
        self.perceptron, self.mlp = next(self._perceptrons), next(self._mlps)
        self.perceptron_curve, self.mlp_curve = Curve(), Curve()
        self.pictures = 0
        self._one_at_a_time = threading.Lock()
        self._note()

    @property
    def perceptron_is_done(self) -> bool:
        last = self.perceptron
        return last.converged or last.cycle is not None or last.epoch > (PATIENCE if self.witness else EPOCHS)

    @property
    def mlp_is_done(self) -> bool:
        """Solved, and trained as long again so that the picture clears; or out of steps; or lost."""
        last = self.mlp
        settled = last.solved_at is not None and last.step >= 2 * last.solved_at + 60
        return settled or last.diverged or last.step >= self.recipe.steps

    @property
    def over(self) -> bool:
        return self.perceptron_is_done and self.mlp_is_done and self.pictures >= AT_LEAST and self._line_shows

    @property
    def _line_shows(self) -> bool:
        """Does the perceptron's line run between points? A cycle should not be left at a moment when it is far away."""
        score = torch.from_numpy(self.points.x) @ self.perceptron.weights[:2] + self.perceptron.weights[2]
        return self.perceptron.cycle is None or bool((score > 0).any() and (score <= 0).any())

    def advance(self) -> None:
        """Train both a little. The perceptron goes round its cycle as long as the MLP still learns."""
        with self._one_at_a_time:
            pace = 1 + self.pictures // FASTER_EVERY
            if not self.perceptron.converged:
                quarter = max(1, len(self.points.y) // 4)
                shown = quarter * (1 if self.perceptron.cycle else pace)
                *_, self.perceptron = islice(self._perceptrons, shown)
            if not self.mlp_is_done:
                *_, self.mlp = islice(self._mlps, pace)
            self.pictures += 1
            self._note()

    def _note(self) -> None:
        self.perceptron_curve.add(self.perceptron.step, self.perceptron.loss, self.perceptron.accuracy)
        self.mlp_curve.add(self.mlp.step, self.mlp.loss, self.mlp.accuracy)


def _alone() -> None:
    """One thread of computation for this worker: for matrices this small a team costs far more than it saves.

    torch keeps the number for the calling thread and as the default of threads to come; the latter is put back.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    helper = threading.Thread(target=torch.set_num_threads, args=(before,))
    helper.start()
    helper.join()


_workers = ThreadPoolExecutor(max_workers=4, thread_name_prefix="xor", initializer=_alone)


def alone(work: Callable[[], T]) -> T:
    """The result of `work`, done in a worker whose torch uses one thread."""
    return _workers.submit(work).result()
