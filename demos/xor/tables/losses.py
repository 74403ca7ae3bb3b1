"""What the last layer's sum is turned into, and how wrong that is: outputs and losses, one entry each.

Whatever offers, trains or checks them reads these two tables. Free of torch at import: the page reads the names first.
Their words are the strings "xor.output_<name>" and "xor.loss_<name>".
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Output:
    """ŷ = `value`(logit), and `slope`(ŷ) = dŷ / dlogit. Class 0 should give `low`, class 1 gives 1.

    Whatever the output, the point counts as class 1 where the logit is positive: halfway between the two targets.
    """

    value: "Callable[[Tensor], Tensor]"
    slope: "Callable[[Tensor], Tensor]"
    low: float

    def target(self, y: "Tensor") -> "Tensor":
        """The classes 0 and 1 as what the output should be."""
        return self.low + (1 - self.low) * y


OUTPUTS: dict[str, Output] = {
    "sigmoid": Output(lambda z: z.sigmoid(), lambda p: p * (1 - p), low=0),
    "tanh": Output(lambda z: z.tanh(), lambda t: 1 - t * t, low=-1),
    "linear": Output(lambda z: z, lambda z: z.new_ones(()), low=-1),
}


@dataclass(frozen=True)
class Loss:
    """From logits (N, P), classes y (P,) of 0. and 1., and an output: `value` (N,), and `slope` (N, P) in each logit.

    `outputs` are the names of those that it can judge, None for all.
    """

    value: "Callable[[Tensor, Tensor, Output], Tensor]"
    slope: "Callable[[Tensor, Tensor, Output], Tensor]"
    outputs: tuple[str, ...] | None = None


def cross_entropy(logits: "Tensor", y: "Tensor", output: Output) -> "Tensor":
    """(N,): the mean over the points of −log of the probability given to the right class. The output is a sigmoid."""
    from torch.nn.functional import binary_cross_entropy_with_logits

    return binary_cross_entropy_with_logits(logits, y.expand_as(logits), reduction="none").mean(dim=1)


def cross_entropy_slope(logits: "Tensor", y: "Tensor", output: Output) -> "Tensor":
    """(N, P): ŷ − y, of the mean over the points."""
    return (logits.sigmoid() - y) / len(y)


def squared(logits: "Tensor", y: "Tensor", output: Output) -> "Tensor":
    """(N,): ½ Σ (ŷ − y)², summed over the points."""
    return 0.5 * (output.value(logits) - output.target(y)).square().sum(dim=1)


def squared_slope(logits: "Tensor", y: "Tensor", output: Output) -> "Tensor":
    """(N, P): (ŷ − y) · dŷ / dlogit."""
    guess = output.value(logits)
    return (guess - output.target(y)) * output.slope(guess)


LOSSES: dict[str, Loss] = {
    "cross_entropy": Loss(cross_entropy, cross_entropy_slope, outputs=("sigmoid",)),
    "squared": Loss(squared, squared_slope),
}
