"""The multi-layer perceptron (MLP): one net in a dozen lines, then N nets of the same shape as one.

Shapes: P points, D inputs (x₁ and x₂, or what `tables/features.py` makes of them), N nets, C classes where there are
more than two: then a net has C outputs and gives (…, P, C) in place of (…, P).
"""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from demos.xor.tables.activations import of_layers
from demos.xor.tables.initialisations import INITIALISATIONS

Layers = Sequence[tuple[Tensor, Tensor]]  # a weight and a bias for each layer


def forward(layers: Layers, x: Tensor, activation: str) -> Tensor:
    """The whole MLP: x (P, D) → logits (P,); class 1 where the logit is positive. Or (P, C): the largest says which.

    `layers` holds a weight (inputs, outputs) and a bias (outputs,) for each layer. Each hidden unit applies the
    activation of its layer to a weighted sum of what is before it; the logit is a weighted sum of the last ones.
    """
    h = x  # (P, D)
    for (weight, bias), one in zip(layers[:-1], of_layers(activation, len(layers) - 1), strict=True):
        h = one.value(h @ weight + bias)  # (P, inputs) → (P, outputs)
    weight, bias = layers[-1]
    return (h @ weight + bias).squeeze(-1)  # (P,), or (P, C)


def forward_many(layers: Layers, x: Tensor, activation: str) -> Tensor:
    """`forward` of N nets at once: x (P, D) → logits (N, P).

    `layers` holds a weight (N, inputs, outputs) and a bias (N, 1, outputs) for each layer.
    """
    h = x.expand(len(layers[0][0]), -1, -1)  # (N, P, D): every net sees the same points
    for (weight, bias), one in zip(layers[:-1], of_layers(activation, len(layers) - 1), strict=True):
        h = one.value(torch.baddbmm(bias, h, weight))  # (N, P, inputs) → (N, P, outputs)
    weight, bias = layers[-1]
    return torch.baddbmm(bias, h, weight).squeeze(-1)  # (N, P), or (N, P, C)


def predicted(logits: Tensor) -> Tensor:
    """The class that the logits (N, P), or (N, P, C), say of each point, (N, P) int64."""
    return logits.argmax(dim=-1) if logits.dim() == 3 else (logits > 0).long()


def one_of(layers: Layers, index: int = 0) -> Layers:
    """One of N nets, for `forward`: weights (inputs, outputs) and biases (outputs,)."""
    return [(weight[index], bias[index, 0]) for weight, bias in layers]


class MLP(nn.Module):
    """N multi-layer perceptrons of the same shape, each from its own seed, trained side by side as one.

    A net's first weights depend on its seed alone, not on its neighbours; what dropout leaves out is then drawn by the
    same `randoms`, one for each net. Weights and biases are uniform between the
    bounds of `tables/initialisations.py`, so that the first lines do not all pass through the origin.
    """

    def __init__(
        self,
        widths: Sequence[int] = (2, 4, 1),
        activation: str = "tanh",
        init: str = "xavier",
        seeds: Sequence[int] = (0,),
    ) -> None:
        super().__init__()
        self.activation = activation
        self.randoms = [torch.Generator().manual_seed(seed) for seed in seeds]
        self.weights, self.biases = nn.ParameterList(), nn.ParameterList()
        for inputs, outputs in pairwise(widths):
            low, high = INITIALISATIONS[init](inputs, outputs)
            uniform = torch.stack([torch.rand(inputs + 1, outputs, generator=random) for random in self.randoms])
            first = low + (high - low) * uniform  # (N, inputs + 1, outputs): the last row is the bias
            self.weights.append(nn.Parameter(first[:, :-1].clone()))  # (N, inputs, outputs)
            self.biases.append(nn.Parameter(first[:, -1:].clone()))  # (N, 1, outputs)

    @property
    def layers(self) -> list[tuple[Tensor, Tensor]]:
        return list(zip(self.weights, self.biases, strict=True))

    def forward(self, x: Tensor) -> Tensor:
        """x (P, D) → logits (N, P)."""
        return forward_many(self.layers, x, self.activation)

    def snapshot(self) -> list[tuple[Tensor, Tensor]]:
        """A copy of the layers as they are now, for `forward_many`."""
        return [(weight.detach().clone(), bias.detach().clone()) for weight, bias in self.layers]


@torch.no_grad()
def copy_layers(to: Layers, layers: Layers | None) -> None:
    """Put the numbers of `layers`, where there are any, into those of a net."""
    for own, given in zip(to, layers, strict=True) if layers else ():
        for parameter, value in zip(own, given, strict=True):
            parameter.copy_(value)
