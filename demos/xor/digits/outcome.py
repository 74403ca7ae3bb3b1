"""How well the digits were learned, for programs."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from demos.common.errors import BadInput
from demos.xor.digits.data import read
from demos.xor.digits.learn import learn_by_backpropagation, learn_by_forward_forward
from demos.xor.recipe import Recipe

DIGITS = "digits"  # in the place of a dataset's name
SUITED = {"hidden": (64, 64), "lr": 0.003, "steps": 3000, "batch": 128}


def digits_outcome(model: str, recipe: Recipe) -> Iterator[int | dict[str, Any]]:
    """Train Forward-Forward, and then backpropagation, to the end: see `demos.xor.outcome.outcome_by_steps`."""
    if model != "forward-forward":
        raise BadInput("xor.digits_model", model=str(model)[:40])
    recipe = replace(recipe, data="xor").checked()  # all other choices mean the same as in the plane
    learn, test = read(recipe.seed_of_points)
    for ours in learn_by_forward_forward(learn, test, recipe):
        yield ours.step
    for theirs in learn_by_backpropagation(learn, test, recipe):
        yield theirs.step
    used = ("hidden", "activation", "init", "optimiser", "lr", "steps", "seed", "batch", "points_seed")
    yield {
        "data": DIGITS,
        **{field: getattr(recipe, field) for field in used},
        "train_count": len(learn.y),
        "test_count": len(test.y),
        "train_error": ours.train_error,
        "test_error": ours.test_error,
        "backprop": {"train_error": theirs.train_error, "test_error": theirs.test_error},
    }
