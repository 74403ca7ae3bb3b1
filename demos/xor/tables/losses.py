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
        """The classes 0 and 1, or values between, as what the output should be."""
        return self.low + (1 - self.low) * y

    def share(self, logits: "Tensor") -> "Tensor":
        """Where the output is between what class 0 should give, 0, and class 1, 1: `target` turned around."""
        return (self.value(logits) - self.low) / (1 - self.low)


OUTPUTS: dict[str, Output] = {
    "sigmoid": Output(lambda z: z.sigmoid(), lambda p: p * (1 - p), low=0),
    "tanh": Output(lambda z: z.tanh(), lambda t: 1 - t * t, low=-1),
    "linear": Output(lambda z: z, lambda z: z.new_ones(()), low=-1),
}


@dataclass(frozen=True)
class Loss:
    """From logits, classes y (P,) of 0., 1., … and an output: `value` (N,), and `slope` in each logit, of its shape.

    Logits are (N, P) for two classes, else (N, P, C), one for each class. `outputs` are the names of those that it can
    judge, None for all.
    """

    value: "Callable[[Tensor, Tensor, Output], Tensor]"
    slope: "Callable[[Tensor, Tensor, Output], Tensor]"
    outputs: tuple[str, ...] | None = None


def cross_entropy(logits: "Tensor", y: "Tensor", output: Output) -> "Tensor":
    """(N,): the mean over the points of −log of the probability given to the right class.

    The probabilities are the sigmoid of the logit, or the softmax of the C logits.
    """
    from torch.nn.functional import binary_cross_entropy_with_logits

    if logits.dim() == 3:
        return -(logits.log_softmax(dim=-1) * truth(y, logits)).sum(dim=-1).mean(dim=1)
    return binary_cross_entropy_with_logits(logits, y.expand_as(logits), reduction="none").mean(dim=1)


def cross_entropy_slope(logits: "Tensor", y: "Tensor", output: Output) -> "Tensor":
    """ŷ − y, of the mean over the points; for the softmax as for the sigmoid."""
    probability = logits.softmax(dim=-1) if logits.dim() == 3 else logits.sigmoid()
    return (probability - truth(y, logits)) / len(y)


def squared(logits: "Tensor", y: "Tensor", output: Output) -> "Tensor":
    """(N,): ½ Σ (ŷ − y)², summed over the points, and over their C outputs."""
    return 0.5 * (output.value(logits) - output.target(truth(y, logits))).square().flatten(1).sum(dim=1)


def squared_slope(logits: "Tensor", y: "Tensor", output: Output) -> "Tensor":
    """(ŷ − y) · dŷ / dlogit."""
    guess = output.value(logits)
    return (guess - output.target(truth(y, logits))) * output.slope(guess)


def truth(y: "Tensor", logits: "Tensor") -> "Tensor":
    """What is true of logits (N, P): the classes (P,) themselves; of (N, P, C): (P, C) with 1 at the class's place."""
    from torch.nn.functional import one_hot

    return one_hot(y.long(), logits.shape[-1]).to(logits.dtype) if logits.dim() == 3 else y


LOSSES: dict[str, Loss] = {
    "cross_entropy": Loss(cross_entropy, cross_entropy_slope, outputs=("sigmoid",)),
    "squared": Loss(squared, squared_slope),
}
