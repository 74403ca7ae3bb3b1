"""What the last layer's sum is turned into, and how wrong that is: outputs and losses, with their slopes."""

from collections.abc import Callable
from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor


@dataclass(frozen=True)
class Output:
    """ŷ = `value`(logit), and `slope`(ŷ) = dŷ / dlogit. Class 0 should give `low`, class 1 gives 1.

    Whatever the output, the point counts as class 1 where the logit is positive: halfway between the two targets.
    """

    value: Callable[[Tensor], Tensor]
    slope: Callable[[Tensor], Tensor]
    low: float

    def target(self, y: Tensor) -> Tensor:
        """The classes 0 and 1 as what the output should be."""
        return self.low + (1 - self.low) * y


OUTPUTS = {
    "sigmoid": Output(lambda z: z.sigmoid(), lambda p: p * (1 - p), low=0),
    "tanh": Output(lambda z: z.tanh(), lambda t: 1 - t * t, low=-1),
    "linear": Output(lambda z: z, lambda z: z.new_ones(()), low=-1),
}


def cross_entropy(logits: Tensor, y: Tensor, output: str = "sigmoid") -> Tensor:
    """(N,): the mean over the points of −log of the probability given to the right class. The output is a sigmoid."""
    return F.binary_cross_entropy_with_logits(logits, y.expand_as(logits), reduction="none").mean(dim=1)


def squared(logits: Tensor, y: Tensor, output: str = "sigmoid") -> Tensor:
    """(N,): ½ Σ (ŷ − y)², summed over the points."""
    return 0.5 * (OUTPUTS[output].value(logits) - OUTPUTS[output].target(y)).square().sum(dim=1)


def squared_slope(logits: Tensor, y: Tensor, output: str) -> Tensor:
    """(N, P): (ŷ − y) · dŷ / dlogit."""
    guess = OUTPUTS[output].value(logits)
    return (guess - OUTPUTS[output].target(y)) * OUTPUTS[output].slope(guess)


# logits (N, P), classes y (P,) of 0. and 1., the output's name → loss (N,)
LOSSES: dict[str, Callable[..., Tensor]] = {"cross_entropy": cross_entropy, "squared": squared}

# the same → the loss's slope in each logit (N, P)
LOSS_SLOPES: dict[str, Callable[[Tensor, Tensor, str], Tensor]] = {
    "cross_entropy": lambda logits, y, output: (logits.sigmoid() - y) / len(y),
    "squared": squared_slope,
}
