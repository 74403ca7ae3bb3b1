"""The two machines: Rosenblatt's perceptron, and the multi-layer perceptron (MLP).

Shapes: P points, N nets. The MLP code trains N nets at once, each from its own seed; on the screen N is 1.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from demos.xor.activations import ACTIVATIONS


class Perceptron:
    """One neuron with a threshold: class 1 where w₁x₁ + w₂x₂ + b > 0, a line in the plane.

    It learns from its mistakes only: a point of class 1 that it missed is added to the weights, a point of class 0 that
    it took is subtracted. If some line separates the points, it finds one after finitely many mistakes.
    (F. Rosenblatt, "The perceptron", Psychological Review 65, 1958; convergence: A. Novikoff, 1962.)

    The weights are kept as start + lr · moved, where `moved` is the plain sum of the points added and subtracted. For
    points with whole coordinates that sum is exact, so weights that return to an earlier state return to it exactly.
    """

    def __init__(self, lr: float, seed: int | None = 0) -> None:
        """Weights uniform in [-1, 1] from `seed`; all zero if it is None."""
        self.lr = lr
        self.start = torch.zeros(3, dtype=torch.float64)  # (3,): w₁, w₂, b
        if seed is not None:
            self.start.uniform_(-1, 1, generator=torch.Generator().manual_seed(seed))
        self.moved = torch.zeros_like(self.start)  # (3,)

    @property
    def weights(self) -> Tensor:
        """(3,): w₁, w₂, b."""
        return self.start + self.lr * self.moved

    def correct(self, point: Tensor, target: int) -> bool:
        """Look at one point (3,) = (x₁, x₂, 1); move the weights if it is on the wrong side. True if they moved."""
        error = target - int(self.weights @ point > 0)  # 0, or +1 for a missed 1, or -1 for a mistaken 1
        self.moved = self.moved + error * point
        return error != 0


# From a layer's inputs and outputs: the bounds of the uniform distribution its weights are drawn from.
INITIALISATIONS: dict[str, Callable[[int, int], tuple[float, float]]] = {
    "xavier": lambda inputs, outputs: (-((6 / (inputs + outputs)) ** 0.5), (6 / (inputs + outputs)) ** 0.5),
    "he": lambda inputs, outputs: (-((6 / inputs) ** 0.5), (6 / inputs) ** 0.5),
    "uniform": lambda inputs, outputs: (-1.0, 1.0),
    "positive": lambda inputs, outputs: (0.0, 1.0),
    "zeros": lambda inputs, outputs: (0.0, 0.0),
}

Layers = Sequence[tuple[Tensor, Tensor]]


def forward(layers: Layers, x: Tensor, activation: str) -> Tensor:
    """The whole MLP: x (P, 2) → logits (N, P); class 1 where the logit is positive.

    `layers` holds a weight (N, inputs, outputs) and a bias (N, 1, outputs) for each layer.
    """
    squash = ACTIVATIONS[activation].value
    h = x.expand(len(layers[0][0]), -1, -1)  # (N, P, 2): every net sees the same points
    for weight, bias in layers[:-1]:
        h = squash(torch.baddbmm(bias, h, weight))  # (N, P, inputs) → (N, P, outputs)
    weight, bias = layers[-1]
    return torch.baddbmm(bias, h, weight).squeeze(-1)  # (N, P)


class MLP(nn.Module):
    """N multi-layer perceptrons of the same shape, each drawn from its own seed, trained side by side as one.

    A net's first weights depend on its seed alone, not on its neighbours. Weights and biases are uniform; the bounds of
    "xavier" are Glorot & Bengio's (AISTATS 2010, eq. 16) and of "he" He et al.'s (ICCV 2015, section 2.2), and biases
    use the same bounds, so that the first lines do not all pass through the origin.
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
        randoms = [torch.Generator().manual_seed(seed) for seed in seeds]
        self.weights, self.biases = nn.ParameterList(), nn.ParameterList()
        for inputs, outputs in pairwise(widths):
            low, high = INITIALISATIONS[init](inputs, outputs)
            drawn = torch.stack([torch.rand(inputs + 1, outputs, generator=random) for random in randoms])
            drawn = low + (high - low) * drawn  # (N, inputs + 1, outputs): the last row is the bias
            self.weights.append(nn.Parameter(drawn[:, :-1].clone()))  # (N, inputs, outputs)
            self.biases.append(nn.Parameter(drawn[:, -1:].clone()))  # (N, 1, outputs)

    @property
    def layers(self) -> list[tuple[Tensor, Tensor]]:
        return list(zip(self.weights, self.biases, strict=True))

    def forward(self, x: Tensor) -> Tensor:
        """x (P, 2) → logits (N, P)."""
        return forward(self.layers, x, self.activation)

    def snapshot(self) -> list[tuple[Tensor, Tensor]]:
        """A copy of the layers as they are now, for `forward`."""
        return [(weight.detach().clone(), bias.detach().clone()) for weight, bias in self.layers]
