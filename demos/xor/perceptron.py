"""Rosenblatt's perceptron: its rule, its training, and how it is caught in a cycle."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count

import torch
import torch.nn.functional as F
from torch import Tensor

from demos.common.errors import BadInput
from demos.xor.data import Points
from demos.xor.model import predicted
from demos.xor.standardise import AS_GIVEN, Scale

LONGEST_CYCLE = 64  # epochs of weights kept, to draw a cycle when it closes


class Perceptron:
    """One neuron with a threshold: class 1 where w₁x₁ + w₂x₂ + b > 0, a line in the plane.

    Of C > 2 classes each has a neuron of its own, and the largest sum says the class. A mistake then adds the point to
    the weights of its class and subtracts it from those of the class that was said (R. Duda & P. Hart, "Pattern
    Classification and Scene Analysis", 1973, section 5.12: Kesler's construction).

    It learns from its mistakes only: a point of class 1 that it missed is added to the weights, a point of class 0 that
    it took is subtracted. If some line separates the points, it finds one after finitely many mistakes.
    (F. Rosenblatt, "The perceptron", Psychological Review 65, 1958; convergence: A. Novikoff, 1962.)

    The weights are kept as start + lr · moved, where `moved` is the plain sum of the points added and subtracted. For
    points with whole coordinates that sum is exact, so weights that return to an earlier state return to it exactly.
    """

    def __init__(self, lr: float, seed: int | None = 0, classes: int = 2) -> None:
        """Weights uniform in [-1, 1] from `seed`; all zero if it is None."""
        self.lr = lr
        self.start = torch.zeros((3,) if classes == 2 else (3, classes), dtype=torch.float64)  # w₁, w₂, b
        if seed is not None:
            self.start.uniform_(-1, 1, generator=torch.Generator().manual_seed(seed))
        self.moved = torch.zeros_like(self.start)  # (3,), or (3, C)

    @property
    def weights(self) -> Tensor:
        """(3,): w₁, w₂, b; or (3, C)."""
        return self.start + self.lr * self.moved

    def correct(self, point: Tensor, target: int) -> bool:
        """Look at one point (3,) = (x₁, x₂, 1); move the weights if it is on the wrong side. True if they moved."""
        sums = point @ self.weights  # a number, or (C,)
        if sums.dim():
            said = int(sums.argmax())
            ways = F.one_hot(torch.tensor([target, said]), len(sums)).double()  # (2, C)
            self.moved = self.moved + point[:, None] * (ways[0] - ways[1])
            return said != target
        error = target - int(sums > 0)  # 0, or +1 for a missed 1, or -1 for a mistaken 1
        self.moved = self.moved + error * point
        return error != 0


@dataclass(frozen=True)
class Cycle:
    """The perceptron's weights after epoch `found` are exactly those after epoch `found - period`.

    What it does next depends on its weights alone, so it repeats these epochs for ever.
    `errors` are the mistakes made in each of them, `weights` (period · P, 3), or (period · P, 3, C), where it stood
    after each point.
    """

    period: int
    found: int
    errors: tuple[int, ...]
    weights: Tensor


@dataclass(frozen=True)
class PerceptronStep:
    """After `step` points shown, of which `corrections` moved the weights (3,): w₁, w₂, b; of C classes (3, C).

    `loss` and `accuracy` are those of `criterion`.
    """

    step: int
    epoch: int
    corrections: int
    loss: float
    accuracy: float
    weights: Tensor
    cycle: Cycle | None = None

    @property
    def converged(self) -> bool:
        return self.accuracy == 1


def criterion(sums: Tensor, y: Tensor) -> tuple[float, float]:
    """The perceptron criterion and the accuracy, from sums (P,), or (P, C), and classes (P,).

    The criterion is the mean over all points of |w·x + b| where the point is misplaced, else 0; with C classes of how
    far the sum of its own class is below the largest.
    """
    wrong = predicted(sums[None])[0] != y  # (P,)
    far = sums.amax(dim=1) - sums.gather(1, y[:, None])[:, 0] if sums.dim() == 2 else sums.abs() * wrong
    return float(far.mean()), 1 - float(wrong.double().mean())


def learn_perceptron(
    points: Points,
    lr: float = 0.1,
    seed: int | None = 0,
    start: Tensor | None = None,
    scale: Scale = AS_GIVEN,
) -> Iterator[PerceptronStep]:
    """Show the points one after another, always in the same order; ends when a line separates them, else never.

    Once the weights after an epoch are those after an earlier one, every step carries the `cycle` as the proof.
    `seed` draws the first weights; None starts from zero. Weights (3,), or (3, C), to `start` from take their place. It
    learns the points on a `scale`; all weights told are those for the points as given. Raises BadInput for values.
    """
    if points.are_values:
        raise BadInput("xor.classes_only")
    x = torch.cat(
        [torch.from_numpy(scale.points(points).x), torch.ones(len(points.x), 1, dtype=torch.float64)], dim=1
    )  # (P, 3)
    y = torch.from_numpy(points.y)  # (P,)
    targets = points.y.tolist()
    neuron = Perceptron(lr, seed, points.classes)
    if start is not None:
        neuron.start = scale.line_to_learn(start.double().view_as(neuron.start))
    cycle: Cycle | None = None
    step = corrections = 0

    def now(epoch: int) -> PerceptronStep:
        found = criterion(x @ neuron.weights, y)
        return PerceptronStep(step, epoch, corrections, *found, scale.line_in_units(neuron.weights), cycle)

    yield (latest := now(0))
    been = {tuple(neuron.moved.flatten().tolist()): 0}  # where the weights were after each epoch
    errors: list[int] = []
    trail: list[Tensor] = []
    for epoch in count(1):
        before = corrections
        for point, target in zip(x, targets, strict=True):
            if latest.converged:
                return
            step += 1
            if neuron.correct(point, target):
                corrections += 1
                latest = now(epoch)
            else:
                latest = replace(latest, step=step, epoch=epoch, cycle=cycle)
            trail.append(latest.weights)
            yield latest
        errors.append(corrections - before)
        seen = been.setdefault(tuple(neuron.moved.flatten().tolist()), epoch)
        if cycle is None and seen < epoch:
            period = epoch - seen
            cycle = Cycle(period, epoch, tuple(errors[-period:]), torch.stack(trail[-period * len(x) :]))
        trail = trail[-LONGEST_CYCLE * len(x) :]
