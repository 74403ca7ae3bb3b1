"""The digits learned by Forward-Forward, and by backpropagation on the same split."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from demos.xor.backprop import backward, remember
from demos.xor.digits.data import CLASSES, PIXELS, Digits
from demos.xor.forward_forward import ForwardForward, descend_locally
from demos.xor.learn import batches
from demos.xor.model import MLP
from demos.xor.recipe import Recipe
from demos.xor.tables.optimisers import OPTIMISERS

EVERY = 100  # steps between two records


@dataclass(frozen=True)
class DigitsStep:
    """After `step` steps: the share of images that are wrong, of those learned from and of those held out."""

    step: int
    train_error: float
    test_error: float


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
    descend = OPTIMISERS[recipe.optimiser]([parameter for layer in layers for parameter in layer], recipe.lr)
    for step, batch in enumerate(batches(len(learn.y), recipe)):
        if step % EVERY == 0 or step == recipe.steps:
            guesses = (remember(layers, part.x, recipe.activation)[0].argmax(dim=-1) for part in (learn, test))
            yield DigitsStep(step, *(_error(guess, part) for guess, part in zip(guesses, (learn, test), strict=True)))
        if step == recipe.steps:
            return
        x, y = (learn.x, learn.y) if batch is None else (learn.x[batch], learn.y[batch])
        logits, memory = remember(layers, x, recipe.activation)  # (1, B, 10)
        slope = (logits.softmax(dim=-1) - F.one_hot(y, CLASSES)) / len(y)  # of the mean cross-entropy
        descend(backward(layers, memory, slope, recipe.activation))


def _error(guess: Tensor, digits: Digits) -> float:
    return (guess[0] != digits.y).double().mean().item()
