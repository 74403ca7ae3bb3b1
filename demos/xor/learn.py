"""The MLP's training by gradient descent, as a generator: one record a step, the first before anything is learned.

To stop, stop iterating. `descend` trains N nets at once, those of the lottery; `learn_mlp` trains one.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from demos.xor.backprop import backward, remember
from demos.xor.data import Points
from demos.xor.dropout import Dropout
from demos.xor.model import MLP, Layers, copy_layers, forward, one_of, predicted
from demos.xor.recipe import Recipe
from demos.xor.standardise import scale_of
from demos.xor.tables.features import input_points
from demos.xor.tables.losses import LOSSES, OUTPUTS, Output
from demos.xor.tables.optimisers import OPTIMISERS

TOLERANCE = 0.05  # a value counts as right if the output is no further from it, of the way from 0 to 1


@dataclass(frozen=True)
class MLPStep:
    """After `step` gradient steps. `layers` is a snapshot for `model.forward_many` (N = 1), of inputs as given.

    `loss` (without the penalties L1 and L2) and `accuracy` are over all points learned from, `test_loss` and
    `test_accuracy` over those held out, if any. `solved_at` is the step from which on every point learned from has been
    right, None while one is wrong.
    """

    step: int
    loss: float
    accuracy: float
    layers: Layers
    solved_at: int | None = None
    test_loss: float | None = None
    test_accuracy: float | None = None

    @property
    def diverged(self) -> bool:
        return not math.isfinite(self.loss)


@torch.no_grad()
def descend(
    nets: MLP, x: Tensor, y: Tensor, recipe: Recipe, are_values: bool = False
) -> Iterator[tuple[Tensor, Tensor]]:
    """Train N nets at once on x (P, D), y (P,); before each step their loss (N,) and accuracy (N,) on all points.

    A net's gradient is its own, and so is what dropout takes from it, and all nets see the same batches: they learn
    together exactly what each would alone. Loss and accuracy are those of the whole nets, without dropout.
    """
    layers = nets.layers
    parameters = [parameter for layer in layers for parameter in layer]
    step = OPTIMISERS[recipe.optimiser](parameters, recipe.lr)
    loss, output = LOSSES[recipe.loss], OUTPUTS[recipe.output]
    dropout = Dropout(recipe.dropout, nets.randoms) if recipe.dropout else None
    for batch in batches(len(x), recipe):
        logits, memory = remember(layers, x, recipe.activation)  # (N, P), or (N, P, C)
        judged = output if are_values else None
        yield loss.value(logits, y, output), right(logits, y, judged).double().mean(dim=1)
        if batch is not None or dropout:
            logits, memory = remember(layers, x if batch is None else x[batch], recipe.activation, dropout)  # (N, B)
        slope = loss.slope(logits, y if batch is None else y[batch], output)
        gradients = backward(layers, memory, slope, recipe.activation)
        if recipe.l1 or recipe.l2:
            for weight, gradient in zip(parameters[::2], gradients[::2], strict=True):  # biases are free
                gradient += recipe.l1 * weight.sign() + recipe.l2 * weight
        step(gradients)


def batches(count: int, recipe: Recipe) -> Iterator[Tensor | None]:
    """For each step the indices of its points, or None for all; each epoch shuffles anew, by the points' seed."""
    random = torch.Generator().manual_seed(recipe.seed_of_points)
    while True:
        if 0 < recipe.batch < count:
            yield from torch.randperm(count, generator=random).split(recipe.batch)
        else:
            yield None


def right(logits: Tensor, y: Tensor, output: Output | None = None) -> Tensor:
    """(N, P): does the net say the point's own class? With an `output`: is that near the point's own value?"""
    return predicted(logits) == y if output is None else (output.share(logits) - y).abs() <= TOLERANCE


def learn_mlp(
    points: Points, recipe: Recipe, held_out: Points | None = None, start: Layers | None = None
) -> Iterator[MLPStep]:
    """Train one MLP for `recipe.steps` steps; ends earlier only if the loss is no longer a number.

    With points `held_out` (from which it does not learn), every record has the loss and accuracy on those too.
    Layers to `start` from take the place of those drawn by the seed.
    """
    net = MLP(recipe.widths_of("mlp", points.classes), recipe.activation, recipe.init, seeds=[recipe.seed])
    told = input_points(points, recipe.features)
    scale = scale_of(told, recipe.standardise)
    copy_layers(net.layers, scale.to_learn(start) if start else None)
    tested_on = scale.points(input_points(held_out, recipe.features)) if held_out else None
    solved_at: int | None = None
    for step, (loss, accuracy) in enumerate(descend(net, *tensors(scale.points(told)), recipe, points.are_values)):
        if accuracy.item() < 1:
            solved_at = None
        elif solved_at is None:
            solved_at = step
        tested = _test(net, tested_on, recipe) if tested_on else (None, None)
        layers = scale.in_units(net.snapshot())
        yield (latest := MLPStep(step, loss.item(), accuracy.item(), layers, solved_at, *tested))
        if latest.diverged or step == recipe.steps:
            return


@torch.no_grad()
def _test(net: MLP, held_out: Points, recipe: Recipe) -> tuple[float, float]:
    x, y = tensors(held_out)
    logits = forward(one_of(net.layers), x, recipe.activation)[None]  # (1, P), or (1, P, C)
    loss = LOSSES[recipe.loss].value(logits, y, OUTPUTS[recipe.output])
    judged = OUTPUTS[recipe.output] if held_out.are_values else None
    return loss.item(), right(logits, y, judged).double().mean().item()


def tensors(points: Points) -> tuple[Tensor, Tensor]:
    """x (P, 2), or inputs (P, D), and y (P,) as float32."""
    return torch.from_numpy(points.x).float(), torch.from_numpy(points.y).float()
