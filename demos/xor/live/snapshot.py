"""A learner at one moment: what all three models have in common, and all that the page needs to draw it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import torch

from demos.common.errors import BadInput
from demos.xor.data import Points
from demos.xor.forward_forward import learn_forward_forward
from demos.xor.learn import learn_mlp
from demos.xor.model import Layers
from demos.xor.perceptron import Cycle, PerceptronStep, criterion, learn_perceptron
from demos.xor.recipe import Recipe
from demos.xor.standardise import scale_of

PERCEPTRON_LR = 0.1  # from start weights in [-1, 1]; its size relative to them is all that it changes
FARTHEST_WEIGHT = 1e6  # of a net that a visitor hands in


@dataclass(frozen=True)
class Snapshot:
    """After `step` (see `recipe.Recipe.steps`). `numbers` (W,) float32 holds for each layer its weight, then its bias.

    Loss and accuracy are over the points learned from, test_loss and test_accuracy over those held out, if any.
    `solved_at` as for `learn.MLPStep`. Only the perceptron has `epoch`, `corrections` and `cycle`, only
    Forward-Forward the mean goodness of each layer in the `positive` and `negative` pass (and no test_loss).
    """

    step: int
    loss: float
    accuracy: float
    numbers: np.ndarray
    solved_at: int | None = None
    test_loss: float | None = None
    test_accuracy: float | None = None
    epoch: int = 0
    corrections: int = 0
    cycle: Cycle | None = None
    positive: tuple[float, ...] = ()
    negative: tuple[float, ...] = ()

    @property
    def diverged(self) -> bool:
        return not np.isfinite(self.loss)


Snapshots = Iterator[Snapshot]


def flat(layers: Layers) -> np.ndarray:
    """(W,) float32: for each layer its weight (inputs × outputs, row by row), then its bias. Of N nets the first."""
    return torch.cat([part[0].detach().flatten() for layer in layers for part in layer]).float().numpy()


def unflat(numbers: np.ndarray, shape: tuple[int, ...]) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """The layers that `flat` made these numbers of. Raises BadInput if they do not fit, or are no moderate numbers."""
    if len(numbers) != sum((inputs + 1) * outputs for inputs, outputs in pairwise(shape)):
        raise BadInput("xor.bad_weights", shape="–".join(map(str, shape)))
    if not np.all(np.abs(numbers) <= FARTHEST_WEIGHT):  # NaN is not
        raise BadInput("xor.bad_weight", far=f"{FARTHEST_WEIGHT:,.0f}")
    layers, rest = [], torch.from_numpy(numbers.astype(np.float32))
    for inputs, outputs in pairwise(shape):
        weight, bias, rest = rest.tensor_split([inputs * outputs, (inputs + 1) * outputs])
        layers.append((weight.view(1, inputs, outputs), bias.view(1, 1, outputs)))
    return layers


def perceptron(recipe: Recipe, points: Points, held_out: Points | None, start: np.ndarray | None) -> Snapshots:
    shape = recipe.widths_of("perceptron", points.classes)
    first = None if start is None else torch.from_numpy(flat(unflat(start, shape)))
    scale = scale_of(points, recipe.standardise)
    for one in learn_perceptron(points, PERCEPTRON_LR, recipe.seed, first, scale):
        test_loss, test_accuracy = _tested(one, held_out) if held_out else (None, None)
        yield Snapshot(
            one.step,
            one.loss,
            one.accuracy,
            one.weights.float().flatten().numpy(),
            one.step if one.converged else None,
            test_loss,
            test_accuracy,
            one.epoch,
            one.corrections,
            one.cycle,
        )


def _tested(one: PerceptronStep, held_out: Points) -> tuple[float, float]:
    x, y = torch.from_numpy(held_out.x), torch.from_numpy(held_out.y)
    return criterion(x @ one.weights[:2] + one.weights[2], y)


def mlp(recipe: Recipe, points: Points, held_out: Points | None, start: np.ndarray | None) -> Snapshots:
    first = None if start is None else unflat(start, recipe.widths_of("mlp", points.classes))
    for one in learn_mlp(points, recipe, held_out, first):
        numbers = flat(one.layers)
        yield Snapshot(one.step, one.loss, one.accuracy, numbers, one.solved_at, one.test_loss, one.test_accuracy)


def forward_forward(recipe: Recipe, points: Points, held_out: Points | None, start: np.ndarray | None) -> Snapshots:
    first = None if start is None else unflat(start, recipe.widths_of("forward-forward", points.classes))
    for one in learn_forward_forward(points, replace(recipe, lr=recipe.forward_lr), held_out, first):
        yield Snapshot(
            one.step,
            sum(one.loss),
            one.accuracy,
            flat(one.layers),
            one.solved_at,
            test_accuracy=one.test_accuracy,
            positive=one.positive,
            negative=one.negative,
        )


LEARNERS: dict[str, Callable[[Recipe, Points, Points | None, np.ndarray | None], Snapshots]] = {
    "perceptron": perceptron,
    "mlp": mlp,
    "forward-forward": forward_forward,
}
