"""The Forward-Forward algorithm: learning without going backwards.

G. Hinton, "The Forward-Forward Algorithm: Some Preliminary Investigations", arXiv 2212.13345, 2022. No error travels
back through the layers. Each layer sees the points twice: with their right label (the positive pass) and with a wrong
one (the negative pass), and changes its own weights so that its goodness is high in the first and low in the second.

Measured: 4 tanh units solve XOR from 1000 of 1000 seeds, 8 the circles from 120 of 120, two layers of 16 the moons from
118 of 120 (in 2,000 steps of Adam, learning rate 0.1; more in README.md).

Shapes: P points of D coordinates, C classes, L layers, N nets that are trained at once, each from its own seed.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from demos.common.errors import BadInput
from demos.xor.data import Points
from demos.xor.learn import batches, tensors
from demos.xor.model import MLP, Layers, copy_layers
from demos.xor.recipe import Recipe
from demos.xor.standardise import scale_of
from demos.xor.tables.activations import of_layers
from demos.xor.tables.optimisers import OPTIMISERS

THRESHOLD = 0.5  # θ: goodness above it says "this is real"; halfway for tanh, whose goodness is at most 1
SHARPNESS = 128.0  # how sure a layer is when its goodness is a little above; a blunt one settles for a line on moons


class ForwardForward:
    """N nets with the hidden layers of an MLP, but no output layer: the label is part of the input (section 3.3)."""

    def __init__(
        self,
        inputs: int = 2,
        classes: int = 2,
        hidden: Sequence[int] = (4,),
        activation: str = "tanh",
        init: str = "xavier",
        seeds: Sequence[int] = (0,),
    ) -> None:
        self.classes, self.activations = classes, of_layers(activation, len(hidden))
        # (N, D + C, units), then (N, units before, units); biases (N, 1, units)
        self.layers = MLP((inputs + classes, *hidden), activation, init, seeds).snapshot()

    def labelled(self, x: Tensor, labels: Tensor) -> Tensor:
        """x (P, D) and labels (P,) → (P, D + C): beside the coordinates the label, 1 at its place and −1 elsewhere."""
        return torch.cat([x, 2.0 * F.one_hot(labels, self.classes) - 1], dim=1)

    def passes(self, labelled: Tensor) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
        """One forward pass: per layer what came in, its sums z and its activities h, (N, P, units)."""
        seen = labelled.expand(len(self.layers[0][0]), -1, -1)  # (N, P, D + C)
        for (weight, bias), one in zip(self.layers, self.activations, strict=True):
            z = torch.baddbmm(bias, seen, weight)  # (N, P, units)
            h = one.value(z)
            yield seen, z, h
            # The next layer sees only the direction of the activities, not their length: else it could read off how
            # good they were (section 2.1).
            seen = h / (h.square().mean(dim=-1, keepdim=True).sqrt() + 1e-4)

    def goodness(self, x: Tensor) -> Tensor:
        """(L, N, P, C): how good each layer finds each point with each of the labels."""
        return torch.stack(
            [
                torch.stack([goodness(h) for _, _, h in self.passes(self.labelled(x, label))])  # (L, N, P)
                for label in torch.arange(self.classes)[:, None].expand(-1, len(x))
            ],
            dim=-1,
        )

    def classify(self, x: Tensor) -> Tensor:
        """(N, P): the label with the greatest goodness, summed over the layers.

        Section 3.3 leaves the first layer out of the sum; here it may be the only one.
        """
        return self.goodness(x).sum(dim=0).argmax(dim=-1)

    def gradients(self, x: Tensor, right: Tensor, wrong: Tensor) -> list[Tensor]:
        """Of each layer's weight and bias, from that layer's own loss: nothing is passed down from the layer above."""
        both = torch.cat([self.labelled(x, right), self.labelled(x, wrong)])  # (2P, D + C)
        positive = torch.tensor([1.0, -1.0]).repeat_interleave(len(x))  # (2P,)
        found = []
        for (seen, z, h), one in zip(self.passes(both), self.activations, strict=True):
            # d loss / d goodness: strong where the layer is mistaken, nothing where it is sure and right
            push = -positive * SHARPNESS * (positive * SHARPNESS * (THRESHOLD - goodness(h))).sigmoid()  # (N, 2P)
            # d goodness / d z, by the definition of goodness and the slope of the activation
            delta = (push / len(x)).unsqueeze(-1) * 2 * h / h.shape[-1] * one.slope(z, h)  # (N, 2P, units)
            found += [seen.mT @ delta, delta.sum(dim=1, keepdim=True)]
        return found


def goodness(h: Tensor) -> Tensor:
    """(…, units) → (…): the mean of the squared activities (section 2; the paper's sum, per unit)."""
    return h.square().mean(dim=-1)


def by_label(good: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Of the goodness (…, P, C) with each label that with the right one, y (P,), and those with others: (…, P, C−1)."""
    others = (y[:, None] + torch.arange(1, good.shape[-1])) % good.shape[-1]  # (P, C−1)
    index = torch.cat([y[:, None], others], dim=1).expand(good.shape)
    sorted_ = good.gather(-1, index)
    return sorted_[..., 0], sorted_[..., 1:]


def layer_loss(positive: Tensor, negative: Tensor) -> Tensor:
    """A layer's loss from its goodness in both passes, (…, P) each → (…).

    The probability that a point is real is σ(sharpness · (goodness − θ)) (equation 1, with a sharpness); the loss is
    −log of the probability given to the truth, in the mean over the points.
    """
    missed, mistaken = THRESHOLD - positive, negative - THRESHOLD
    return (F.softplus(SHARPNESS * missed) + F.softplus(SHARPNESS * mistaken)).mean(dim=-1)


@dataclass(frozen=True)
class ForwardForwardStep:
    """After `step` steps: `loss`, and mean goodness in the `positive` and `negative` pass, for each layer.

    Of C > 2 classes the negative pass is the mean over all wrong labels; a step of the training draws one of them.

    `layers` is a snapshot of `ForwardForward.layers`, for the points as given. `accuracy`, `solved_at` and
    `test_accuracy` as for `learn.MLPStep`.
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


@torch.no_grad()
def descend_locally(nets: ForwardForward, x: Tensor, y: Tensor, recipe: Recipe) -> Iterator[None]:
    """Train N Forward-Forward nets at once on x (P, D) and classes y (P,) int64: one step each time it is asked on."""
    parameters = [parameter for layer in nets.layers for parameter in layer]
    step = OPTIMISERS[recipe.optimiser](parameters, recipe.lr)
    random = torch.Generator().manual_seed(recipe.seed_of_points)
    for batch in batches(len(x), recipe):
        yield
        seen, right = (x, y) if batch is None else (x[batch], y[batch])
        wrong = (right + torch.randint(1, nets.classes, right.shape, generator=random)) % nets.classes
        step(nets.gradients(seen, right, wrong))


@torch.no_grad()
def learn_forward_forward(
    points: Points, recipe: Recipe, held_out: Points | None = None, start: Layers | None = None
) -> Iterator[ForwardForwardStep]:
    """Train one net by the Forward-Forward algorithm; the recipe's loss, output and penalties have no meaning here.

    Raises BadInput if the recipe has no hidden layer, or the points have values in place of classes.
    """
    if not recipe.hidden:
        raise BadInput("xor.forward_needs_hidden")
    if points.are_values:
        raise BadInput("xor.classes_only")
    net = ForwardForward(2, points.classes, recipe.hidden, recipe.activation, recipe.init, [recipe.seed])
    scale = scale_of(points, recipe.standardise)
    copy_layers(net.layers, scale.to_learn(start) if start else None)
    x, y = tensors(scale.points(points))[0], torch.from_numpy(points.y)
    solved_at: int | None = None
    for step, _ in enumerate(descend_locally(net, x, y, recipe)):
        positive, negative = by_label(net.goodness(x)[:, 0], y)  # (L, P) and (L, P, C−1)
        best_other = negative.sum(dim=0).amax(dim=-1)  # (P,)
        accuracy = (positive.sum(dim=0) > best_other).double().mean().item()
        losses = torch.stack([layer_loss(positive, each) for each in negative.unbind(-1)])  # (C−1, L)
        solved_at = None if accuracy < 1 else step if solved_at is None else solved_at
        tested = _share_right(net, scale.points(held_out)) if held_out else None
        layers = scale.in_units([(weight.clone(), bias.clone()) for weight, bias in net.layers])
        latest = ForwardForwardStep(
            step,
            loss=tuple(losses.mean(dim=0).tolist()),
            positive=tuple(positive.mean(dim=1).tolist()),
            negative=tuple(negative.mean(dim=(1, 2)).tolist()),
            accuracy=accuracy,
            layers=layers,
            solved_at=solved_at,
            test_accuracy=tested,
        )
        yield latest
        if latest.diverged or step == recipe.steps:
            return


def _share_right(net: ForwardForward, points: Points) -> float:
    x, y = tensors(points)
    return (net.classify(x)[0] == y).double().mean().item()
