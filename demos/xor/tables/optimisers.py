"""How the gradient moves the weights: the optimisers, each a function that prepares itself and returns its step.

Every weight moves by its own gradient only, so nets that share a tensor do not disturb each other. torch.optim has the
same rules (the tests compare them), but its first use costs seconds of imports that a live page does not have.

Whatever offers, trains with or checks optimisers reads the table at the end. Free of torch at import: the page reads
the names first. Their words are the strings "xor.optimiser_<name>".
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

Step = Callable[[Sequence["Tensor"]], None]
"""Takes the gradient of each parameter and moves the parameter; to be called under `torch.no_grad`."""


def gradient_descent(parameters: "Sequence[Tensor]", lr: float) -> Step:
    """w ← w − lr · g: straight downhill."""

    def step(gradients: "Sequence[Tensor]") -> None:
        for weight, gradient in zip(parameters, gradients, strict=True):
            weight -= lr * gradient

    return step


def momentum(parameters: "Sequence[Tensor]", lr: float, momentum: float = 0.9) -> Step:
    """v ← momentum · v + g, w ← w − lr · v: the velocity v keeps going (B. Polyak, 1964)."""
    velocities = [weight.new_zeros(weight.shape) for weight in parameters]

    def step(gradients: "Sequence[Tensor]") -> None:
        for weight, gradient, velocity in zip(parameters, gradients, velocities, strict=True):
            velocity.mul_(momentum).add_(gradient)
            weight -= lr * velocity

    return step


def adam(
    parameters: "Sequence[Tensor]", lr: float, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8
) -> Step:
    """Each weight's step is its mean gradient over its root mean square (D. Kingma & J. Ba, ICLR 2015, algorithm 1)."""
    means = [weight.new_zeros(weight.shape) for weight in parameters]
    squares = [weight.new_zeros(weight.shape) for weight in parameters]
    count = 0

    def step(gradients: "Sequence[Tensor]") -> None:
        nonlocal count
        count += 1
        for weight, gradient, mean, square in zip(parameters, gradients, means, squares, strict=True):
            mean.lerp_(gradient, 1 - betas[0])
            square.lerp_(gradient.square(), 1 - betas[1])
            corrected = mean / (1 - betas[0] ** count), square / (1 - betas[1] ** count)  # both started at zero
            weight -= lr * corrected[0] / (corrected[1].sqrt() + eps)

    return step


OPTIMISERS: "dict[str, Callable[[Sequence[Tensor], float], Step]]" = {
    "adam": adam,
    "momentum": momentum,
    "gradient_descent": gradient_descent,
}
