"""Beyond the plane: handwritten digits, learned by Forward-Forward and by backpropagation on the same split.

The digits are those that come with scikit-learn: 1,797 pictures of 8×8 pixels (E. Alpaydin & C. Kaynak, "Optical
Recognition of Handwritten Digits", UCI Machine Learning Repository, 1998).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from demos.common.errors import BadInput
from demos.xor.backprop import backward, remember
from demos.xor.forward_forward import ForwardForward, descend_locally
from demos.xor.learn import batches
from demos.xor.model import MLP
from demos.xor.optimisers import OPTIMISERS
from demos.xor.recipe import Recipe

CLASSES, PIXELS = 10, 64
HELD_OUT = 0.2  # share of the pictures tested on
SUITED = {"hidden": (64, 64), "lr": 0.003, "steps": 3000, "batch": 128}
EVERY = 100  # steps between two records


@dataclass(frozen=True)
class Digits:
    """`x` (P, 64) brightness from 0 to 1, `y` (P,) int64 digits."""

    x: Tensor
    y: Tensor


@dataclass(frozen=True)
class DigitsStep:
    """After `step` steps: the share of pictures that are wrong, of those learned from and of those held out."""

    step: int
    train_error: float
    test_error: float


def read(seed: int, share: float = HELD_OUT) -> tuple[Digits, Digits]:
    """The pictures to learn from and a random `share` held out. Raises BadInput if scikit-learn is not installed."""
    try:
        from sklearn.datasets import load_digits
    except ImportError as error:
        raise BadInput("xor.no_digits") from error
    bunch = load_digits()
    x, y = torch.from_numpy(bunch.data).float() / 16, torch.from_numpy(bunch.target).long()
    order = torch.randperm(len(y), generator=torch.Generator().manual_seed(seed))
    test, learn = order.tensor_split([round(share * len(y))])
    return Digits(x[learn], y[learn]), Digits(x[test], y[test])


@torch.no_grad()
def learn_by_forward_forward(learn: Digits, test: Digits, recipe: Recipe) -> Iterator[DigitsStep]:
    """The hidden layers learn one by one; the label is ten more inputs."""
    net = ForwardForward(PIXELS, CLASSES, recipe.hidden, recipe.activation, recipe.init, [recipe.seed])
    for step, _ in enumerate(descend_locally(net, learn.x, learn.y, recipe)):
        if step % EVERY == 0 or step == recipe.steps:
            yield DigitsStep(step, *(_error(net.classify(part.x), part) for part in (learn, test)))
        if step == recipe.steps:
            return


@torch.no_grad()
def learn_by_backpropagation(learn: Digits, test: Digits, recipe: Recipe) -> Iterator[DigitsStep]:
    """The same hidden layers under a softmax over ten outputs, by the gradient of the cross-entropy."""
    widths = (PIXELS, *recipe.hidden, CLASSES)
    layers = MLP(widths, recipe.activation, recipe.init, [recipe.seed]).snapshot()
    move = OPTIMISERS[recipe.optimiser]([parameter for layer in layers for parameter in layer], recipe.lr)
    for step, batch in enumerate(batches(len(learn.y), recipe)):
        if step % EVERY == 0 or step == recipe.steps:
            guesses = (remember(layers, part.x, recipe.activation)[0].argmax(dim=-1) for part in (learn, test))
            yield DigitsStep(step, *(_error(guess, part) for guess, part in zip(guesses, (learn, test), strict=True)))
        if step == recipe.steps:
            return
        x, y = (learn.x, learn.y) if batch is None else (learn.x[batch], learn.y[batch])
        logits, memory = remember(layers, x, recipe.activation)  # (1, B, 10)
        slope = (logits.softmax(dim=-1) - F.one_hot(y, CLASSES)) / len(y)  # of the mean cross-entropy
        move(backward(layers, memory, slope, recipe.activation))


def _error(guess: Tensor, digits: Digits) -> float:
    return (guess[0] != digits.y).double().mean().item()
