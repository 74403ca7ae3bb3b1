"""Training as generators: each yields one small record a step, the first before anything is learned. To stop, stop."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count

import torch
import torch.nn.functional as F
from torch import Tensor

from demos.xor.data import Points, sample
from demos.xor.model import MLP, Layers, Perceptron
from demos.xor.optimise import OPTIMISERS
from demos.xor.recipe import Recipe

LONGEST_CYCLE = 64  # epochs of weights kept, to draw a cycle when it closes


@dataclass(frozen=True)
class Cycle:
    """The perceptron's weights after epoch `found` are exactly those after epoch `found - period`.

    What it does next depends on its weights alone, so it repeats these epochs for ever.
    `errors` are the mistakes made in each of them, `weights` (period · P, 3) where it stood after each point.
    """

    period: int
    found: int
    errors: tuple[int, ...]
    weights: Tensor


@dataclass(frozen=True)
class PerceptronStep:
    """After `step` points shown, of which `corrections` moved the weights (3,): w₁, w₂, b.

    `loss` is the perceptron criterion: the mean over all points of |w·x + b| where the point is misplaced, else 0.
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


@dataclass(frozen=True)
class MLPStep:
    """After `step` gradient steps, each over all points. `layers` is a snapshot for `model.forward`, with N = 1.

    `solved_at` is the step from which on every point has been right, None while one is wrong.
    """

    step: int
    loss: float
    accuracy: float
    layers: Layers
    solved_at: int | None = None

    @property
    def diverged(self) -> bool:
        return not math.isfinite(self.loss)


def learn_perceptron(points: Points, lr: float = 0.1, seed: int | None = 0) -> Iterator[PerceptronStep]:
    """Show the points one after another, always in the same order; ends when a line separates them, else never.

    Once the weights after an epoch are those after an earlier one, every step carries the `cycle` as the proof.
    `seed` draws the first weights; None starts from zero.
    """
    x = torch.cat([torch.from_numpy(points.x), torch.ones(len(points.x), 1, dtype=torch.float64)], dim=1)  # (P, 3)
    y = torch.from_numpy(points.y)  # (P,)
    targets = points.y.tolist()
    neuron = Perceptron(lr, seed)
    cycle: Cycle | None = None
    step = corrections = 0

    def now(epoch: int) -> PerceptronStep:
        score = x @ neuron.weights  # (P,)
        wrong = (score > 0) != (y == 1)  # (P,)
        loss, accuracy = float((score.abs() * wrong).mean()), 1 - float(wrong.double().mean())
        return PerceptronStep(step, epoch, corrections, loss, accuracy, neuron.weights, cycle)

    yield (latest := now(0))
    been = {tuple(neuron.moved.tolist()): 0}  # where the weights were after each epoch
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
        seen = been.setdefault(tuple(neuron.moved.tolist()), epoch)
        if cycle is None and seen < epoch:
            period = epoch - seen
            cycle = Cycle(period, epoch, tuple(errors[-period:]), torch.stack(trail[-period * len(x) :]))
        trail = trail[-LONGEST_CYCLE * len(x) :]


# logits (N, P), targets (P,) → loss (N,)
LOSSES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "cross_entropy": lambda logits, y: F.binary_cross_entropy_with_logits(
        logits, y.expand_as(logits), reduction="none"
    ).mean(dim=1),
    "squared": lambda logits, y: 0.5 * (logits.sigmoid() - y).square().sum(dim=1),  # summed over the points
}


def descend(nets: MLP, x: Tensor, y: Tensor, recipe: Recipe) -> Iterator[tuple[Tensor, Tensor]]:
    """Full-batch gradient descent on N nets at once: x (P, 2), y (P,) → per step the loss (N,) and accuracy (N,).

    The loss is summed over the nets, so each net's gradient is its own: they learn together exactly what each would
    learn alone.
    """
    loss_of = LOSSES[recipe.loss]
    parameters = list(nets.parameters())
    move = OPTIMISERS[recipe.optimiser](parameters, recipe.lr)
    while True:
        logits = nets(x)  # (N, P)
        loss = loss_of(logits, y)  # (N,)
        yield loss.detach(), ((logits > 0) == (y == 1)).double().mean(dim=1)
        move(torch.autograd.grad(loss.sum(), parameters))


def learn_mlp(points: Points, recipe: Recipe) -> Iterator[MLPStep]:
    """Train one MLP for `recipe.steps` steps; ends earlier only if the loss is no longer a number."""
    net = MLP(recipe.widths, recipe.activation, recipe.init, seeds=[recipe.seed])
    x, y = torch.from_numpy(points.x).float(), torch.from_numpy(points.y).float()
    solved_at: int | None = None
    for step, (loss, accuracy) in enumerate(descend(net, x, y, recipe)):
        if accuracy.item() < 1:
            solved_at = None
        elif solved_at is None:
            solved_at = step
        yield (latest := MLPStep(step, loss.item(), accuracy.item(), net.snapshot(), solved_at))
        if latest.diverged or step == recipe.steps:
            return


def points_of(recipe: Recipe) -> Points:
    """The points that both learners see. `recipe` must have been `checked`."""
    assert recipe.count is not None
    assert recipe.noise is not None
    return sample(recipe.data, recipe.count, recipe.noise, recipe.seed)
