"""How the gradient moves the weights: three rules, each a function that prepares itself and returns its step.

Every weight moves by its own gradient only, so nets that share a tensor do not disturb each other. torch.optim has the
same rules (the tests compare them), but its first use costs seconds of imports that a live page does not have.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

Step = Callable[[Sequence[Tensor]], None]  # takes the gradient of each parameter and moves the parameter


def gradient_descent(parameters: Sequence[Tensor], lr: float) -> Step:
    """w ← w − lr · g: straight downhill."""

    @torch.no_grad()
    def step(gradients: Sequence[Tensor]) -> None:
        for weight, gradient in zip(parameters, gradients, strict=True):
            weight -= lr * gradient

    return step


def momentum(parameters: Sequence[Tensor], lr: float, friction: float = 0.9) -> Step:
    """v ← friction · v + g, w ← w − lr · v: a ball that keeps rolling (B. Polyak, 1964)."""
    speeds = [torch.zeros_like(weight) for weight in parameters]

    @torch.no_grad()
    def step(gradients: Sequence[Tensor]) -> None:
        for weight, gradient, speed in zip(parameters, gradients, speeds, strict=True):
            speed.mul_(friction).add_(gradient)
            weight -= lr * speed

    return step


def adam(parameters: Sequence[Tensor], lr: float, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8) -> Step:
    """Each weight's step is its mean gradient over its root mean square (D. Kingma & J. Ba, ICLR 2015, algorithm 1)."""
    means = [torch.zeros_like(weight) for weight in parameters]
    squares = [torch.zeros_like(weight) for weight in parameters]
    taken = 0

    @torch.no_grad()
    def step(gradients: Sequence[Tensor]) -> None:
        nonlocal taken
        taken += 1
        for weight, gradient, mean, square in zip(parameters, gradients, means, squares, strict=True):
            mean.lerp_(gradient, 1 - betas[0])
            square.lerp_(gradient.square(), 1 - betas[1])
            corrected = mean / (1 - betas[0] ** taken), square / (1 - betas[1] ** taken)  # both started at zero
            weight -= lr * corrected[0] / (corrected[1].sqrt() + eps)

    return step


OPTIMISERS: dict[str, Callable[[Sequence[Tensor], float], Step]] = {
    "adam": adam,
    "momentum": momentum,
    "gradient_descent": gradient_descent,
}
