"""Training as generators: each yields one small record a step, the first before anything is learned. To stop, stop."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count

import torch
from torch import Tensor

from demos.xor.backprop import backward, remember
from demos.xor.data import Points, sample, split
from demos.xor.forward_forward import ForwardForward, layer_loss
from demos.xor.losses import LOSS_SLOPES, LOSSES
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
    """After `step` gradient steps. `layers` is a snapshot for `model.forward`, with N = 1.

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


@dataclass(frozen=True)
class ForwardForwardStep:
    """After `step` steps: `loss`, and mean goodness in the `positive` and `negative` pass, for each layer.

    `layers` is a snapshot of `ForwardForward.layers`. `accuracy`, `solved_at` and `test_accuracy` as for `MLPStep`.
    """

    step: int
    loss: tuple[float, ...]
    positive: tuple[float, ...]
    negative: tuple[float, ...]
    accuracy: float
    layers: Layers
    solved_at: int | None = None
    test_accuracy: float | None = None

    @property
    def diverged(self) -> bool:
        return not all(map(math.isfinite, self.loss))


def learn_perceptron(
    points: Points, lr: float = 0.1, seed: int | None = 0, start: Tensor | None = None
) -> Iterator[PerceptronStep]:
    """Show the points one after another, always in the same order; ends when a line separates them, else never.

    Once the weights after an epoch are those after an earlier one, every step carries the `cycle` as the proof.
    `seed` draws the first weights; None starts from zero. Weights (3,) to `start` from take their place.
    """
    x = torch.cat([torch.from_numpy(points.x), torch.ones(len(points.x), 1, dtype=torch.float64)], dim=1)  # (P, 3)
    y = torch.from_numpy(points.y)  # (P,)
    targets = points.y.tolist()
    neuron = Perceptron(lr, seed)
    if start is not None:
        neuron.start = start.double()
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


@torch.no_grad()
def descend(nets: MLP, x: Tensor, y: Tensor, recipe: Recipe) -> Iterator[tuple[Tensor, Tensor]]:
    """Train N nets at once on x (P, 2), y (P,); before each step their loss (N,) and accuracy (N,) on all points.

    A net's gradient is its own, and all nets see the same batches: they learn together exactly what each would alone.
    """
    layers = nets.layers
    parameters = [parameter for layer in layers for parameter in layer]
    move = OPTIMISERS[recipe.optimiser](parameters, recipe.lr)
    for batch in batches(len(x), recipe):
        logits, memory = remember(layers, x, recipe.activation)  # (N, P)
        yield LOSSES[recipe.loss](logits, y, recipe.output), right(logits, y).double().mean(dim=1)
        if batch is not None:
            logits, memory = remember(layers, x[batch], recipe.activation)  # (N, B)
        slope = LOSS_SLOPES[recipe.loss](logits, y if batch is None else y[batch], recipe.output)
        gradients = backward(layers, memory, slope, recipe.activation)
        if recipe.l1 or recipe.l2:
            for weight, gradient in zip(parameters[::2], gradients[::2], strict=True):  # biases are free
                gradient += recipe.l1 * weight.sign() + recipe.l2 * weight
        move(gradients)


def batches(count: int, recipe: Recipe) -> Iterator[Tensor | None]:
    """For each step the indices of its points, or None for all; each epoch shuffles anew, by the points' seed."""
    random = torch.Generator().manual_seed(recipe.draws_points)
    while True:
        if 0 < recipe.batch < count:
            yield from torch.randperm(count, generator=random).split(recipe.batch)
        else:
            yield None


def right(logits: Tensor, y: Tensor) -> Tensor:
    """(N, P): is the point on its own side?"""
    return (logits > 0) == (y == 1)


def learn_mlp(
    points: Points, recipe: Recipe, held_out: Points | None = None, start: Layers | None = None
) -> Iterator[MLPStep]:
    """Train one MLP for `recipe.steps` steps; ends earlier only if the loss is no longer a number.

    With points `held_out` (from which it does not learn), every record has the loss and accuracy on those too.
    Layers to `start` from take the place of those drawn by the seed.
    """
    net = MLP(recipe.widths, recipe.activation, recipe.init, seeds=[recipe.seed])
    _replace(net.layers, start)
    solved_at: int | None = None
    for step, (loss, accuracy) in enumerate(descend(net, *tensors(points), recipe)):
        if accuracy.item() < 1:
            solved_at = None
        elif solved_at is None:
            solved_at = step
        tested = _test(net, held_out, recipe) if held_out else (None, None)
        yield (latest := MLPStep(step, loss.item(), accuracy.item(), net.snapshot(), solved_at, *tested))
        if latest.diverged or step == recipe.steps:
            return


@torch.no_grad()
def descend_locally(nets: ForwardForward, x: Tensor, y: Tensor, recipe: Recipe) -> Iterator[None]:
    """Train N Forward-Forward nets at once on x (P, D) and classes y (P,) int64: one step each time it is asked on."""
    parameters = [parameter for layer in nets.layers for parameter in layer]
    move = OPTIMISERS[recipe.optimiser](parameters, recipe.lr)
    random = torch.Generator().manual_seed(recipe.draws_points)
    for batch in batches(len(x), recipe):
        yield
        seen, right = (x, y) if batch is None else (x[batch], y[batch])
        wrong = (right + torch.randint(1, nets.classes, right.shape, generator=random)) % nets.classes
        move(nets.gradients(seen, right, wrong))


@torch.no_grad()
def learn_forward_forward(
    points: Points, recipe: Recipe, held_out: Points | None = None, start: Layers | None = None
) -> Iterator[ForwardForwardStep]:
    """Train one net by the Forward-Forward algorithm; the recipe's loss, output and penalties have no meaning here."""
    net = ForwardForward(2, 2, recipe.hidden, recipe.activation, recipe.init, [recipe.seed])
    _replace(net.layers, start)
    x, y = tensors(points)
    solved_at: int | None = None
    for step, _ in enumerate(descend_locally(net, x, y.long(), recipe)):
        good = net.goodness(x)[:, 0]  # (L, P, 2)
        positive, negative = torch.where(y[:, None] == 1, good.flip(-1), good).unbind(-1)  # (L, P) each
        accuracy = (positive.sum(dim=0) > negative.sum(dim=0)).double().mean().item()
        solved_at = None if accuracy < 1 else step if solved_at is None else solved_at
        tested = _share_right(net, held_out) if held_out else None
        layers = [(weight.clone(), bias.clone()) for weight, bias in net.layers]
        latest = ForwardForwardStep(
            step,
            loss=tuple(layer_loss(positive, negative).tolist()),
            positive=tuple(positive.mean(dim=1).tolist()),
            negative=tuple(negative.mean(dim=1).tolist()),
            accuracy=accuracy,
            layers=layers,
            solved_at=solved_at,
            test_accuracy=tested,
        )
        yield latest
        if latest.diverged or step == recipe.steps:
            return


@torch.no_grad()
def _replace(layers: Layers, start: Layers | None) -> None:
    """Put the numbers of `start`, where there are any, into the layers of a net."""
    for layer, given in zip(layers, start, strict=True) if start else ():
        for own, value in zip(layer, given, strict=True):
            own.copy_(value)


def _share_right(net: ForwardForward, points: Points) -> float:
    x, y = tensors(points)
    return (net.classify(x)[0] == y).double().mean().item()


@torch.no_grad()
def _test(net: MLP, held_out: Points, recipe: Recipe) -> tuple[float, float]:
    x, y = tensors(held_out)
    logits = net(x)
    return LOSSES[recipe.loss](logits, y, recipe.output).item(), right(logits, y).double().mean().item()


def tensors(points: Points) -> tuple[Tensor, Tensor]:
    """x (P, 2) and y (P,) as float32."""
    return torch.from_numpy(points.x).float(), torch.from_numpy(points.y).float()


def all_points_of(recipe: Recipe, points: Points | None = None) -> tuple[Points, Points | None]:
    """The points to learn from, and those held out (None if `recipe.test` is 0). `recipe` must have been `checked`.

    They are a visitor's own `points` where there are any, else drawn by the recipe.
    """
    assert recipe.count is not None
    assert recipe.noise is not None
    points = points or sample(recipe.data, recipe.count, recipe.noise, recipe.draws_points)
    return split(points, recipe.test, recipe.draws_points) if recipe.test else (points, None)


def points_of(recipe: Recipe, points: Points | None = None) -> Points:
    """The first of `all_points_of`: what all learners learn from."""
    return all_points_of(recipe, points)[0]
