"""Backpropagation written out: forwards with a memory, then the chain rule from the last layer back to the first.

The tests hold it against torch's autograd. For nets this small it takes half of autograd's time.
(D. Rumelhart, G. Hinton & R. Williams, "Learning representations by back-propagating errors", Nature 323, 1986.)
"""

import torch
from torch import Tensor

from demos.xor.model import Layers
from demos.xor.tables.activations import ACTIVATIONS

Memory = list[tuple[Tensor, Tensor]]


def remember(layers: Layers, x: Tensor, activation: str) -> tuple[Tensor, Memory]:
    """`model.forward_many` with a memory: x (P, D) → logits (N, P), or (N, P, C), and each layer's sums z and
    outputs h, (N, P, units).

    The memory begins with the inputs themselves as h, and ends with the last hidden layer.
    """
    activate = ACTIVATIONS[activation].value
    h = x.expand(len(layers[0][0]), -1, -1)  # (N, P, D)
    memory = [(h, h)]
    for weight, bias in layers[:-1]:
        z = torch.baddbmm(bias, h, weight)  # (N, P, inputs) → (N, P, outputs)
        h = activate(z)
        memory.append((z, h))
    weight, bias = layers[-1]
    return torch.baddbmm(bias, h, weight).squeeze(-1), memory


def backward(layers: Layers, memory: Memory, slope: Tensor, activation: str) -> list[Tensor]:
    """The gradient of each layer's weight and bias, in the layers' order, from the loss's slope in the logits.

    `slope` is (N, P), or (N, P, C) for nets with C outputs. `delta` is the slope of the loss in a layer's sums z. A
    weight's gradient is its input times its unit's delta, summed over the points; a unit's delta is what the next
    layer's deltas send back through the weights, times the slope of its activation.
    """
    slope_of = ACTIVATIONS[activation].slope
    gradients: list[Tensor] = []
    delta = slope.view(*memory[-1][1].shape[:2], -1)  # (N, P, C)
    for number in reversed(range(len(layers))):
        (weight, _), (z, h) = layers[number], memory[number]
        gradients = [h.mT @ delta, delta.sum(dim=1, keepdim=True), *gradients]  # (N, inputs, outputs), (N, 1, outputs)
        if number:  # the inputs have nothing before them
            delta = (delta @ weight.mT) * slope_of(z, h)  # (N, P, outputs) → (N, P, inputs)
    return gradients
