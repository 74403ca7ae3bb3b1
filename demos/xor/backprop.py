"""Backpropagation written out: forwards with a memory, then the chain rule from the last layer back to the first.

The tests hold it against torch's autograd. For nets this small it takes half of autograd's time.
(D. Rumelhart, G. Hinton & R. Williams, "Learning representations by back-propagating errors", Nature 323, 1986.)
"""

from typing import NamedTuple

import torch
from torch import Tensor

from demos.xor.dropout import Dropout
from demos.xor.model import Layers
from demos.xor.tables.activations import of_layers


class Remembered(NamedTuple):
    """A layer's sums z, its outputs h and, with dropout, what these were multiplied by; all (N, P, units)."""

    z: Tensor
    h: Tensor
    kept: Tensor | None = None

    @property
    def passed(self) -> Tensor:
        """What the next layer sees."""
        return self.h if self.kept is None else self.h * self.kept


Memory = list[Remembered]


def remember(layers: Layers, x: Tensor, activation: str, dropout: Dropout | None = None) -> tuple[Tensor, Memory]:
    """`model.forward_many` with a memory: x (P, D) → logits (N, P), or (N, P, C), and what each layer made of it.

    The memory begins with the inputs themselves as h, and ends with the last hidden layer. `dropout` is for training:
    it leaves out hidden units.
    """
    h = x.expand(len(layers[0][0]), -1, -1)  # (N, P, D)
    memory = [Remembered(h, h)]
    for (weight, bias), one in zip(layers[:-1], of_layers(activation, len(layers) - 1), strict=True):
        z = torch.baddbmm(bias, memory[-1].passed, weight)  # (N, P, inputs) → (N, P, outputs)
        h = one.value(z)
        memory.append(Remembered(z, h, dropout.kept(h) if dropout else None))
    weight, bias = layers[-1]
    return torch.baddbmm(bias, memory[-1].passed, weight).squeeze(-1), memory


def backward(layers: Layers, memory: Memory, slope: Tensor, activation: str) -> list[Tensor]:
    """The gradient of each layer's weight and bias, in the layers' order, from the loss's slope in the logits.

    `slope` is (N, P), or (N, P, C) for nets with C outputs. `delta` is the slope of the loss in a layer's sums z. A
    weight's gradient is its input times its unit's delta, summed over the points; a unit's delta is what the next
    layer's deltas send back through the weights, times the slope of its activation; what dropout did to the unit it
    does to its delta.
    """
    activations = of_layers(activation, len(layers) - 1)
    gradients: list[Tensor] = []
    delta = slope.view(*memory[-1][1].shape[:2], -1)  # (N, P, C)
    for number in reversed(range(len(layers))):
        (weight, _), layer = layers[number], memory[number]
        of_weight, of_bias = layer.passed.mT @ delta, delta.sum(dim=1, keepdim=True)
        gradients = [of_weight, of_bias, *gradients]  # (N, inputs, outputs), (N, 1, outputs)
        if number:  # the inputs have nothing before them
            slope_of_unit = activations[number - 1].slope(layer.z, layer.h)
            delta = (delta @ weight.mT) * slope_of_unit  # (N, P, outputs) → (N, P, inputs)
            delta = delta if layer.kept is None else delta * layer.kept
    return gradients
