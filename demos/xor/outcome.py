"""Train to the end and say how it went: what the command line prints and the endpoint returns."""

import math
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import asdict
from itertools import islice
from typing import Any, cast

from demos.common.errors import BadInput
from demos.xor.data import DATASETS, Points
from demos.xor.digits.outcome import DIGITS, SUITED, digits_outcome
from demos.xor.forward_forward import learn_forward_forward
from demos.xor.learn import learn_mlp
from demos.xor.model import one_of
from demos.xor.perceptron import Perceptron, learn_perceptron
from demos.xor.proof.margin import margin
from demos.xor.proof.separable import witness
from demos.xor.recipe import MODELS, Recipe, train_points, train_test_points
from demos.xor.standardise import scale_of

PERCEPTRON_FIELDS = ("data", "noise", "count", "lr", "seed", "test", "points_seed", "standardise")


def outcome(model: str, recipe: Recipe, points: Points | None = None) -> dict[str, Any]:
    """Train `model` by `recipe`, on a visitor's own `points` if there are any, and report how it went.

    That is: the recipe's fields that matter to the model, steps (taken), loss, accuracy (share of points that are
    right); for the mlp solved_at (the step from which on every point was right, or None), test_loss and test_accuracy
    (None if no points are held out) and weights (of each layer the weight (inputs, outputs) and the bias (outputs,);
    None if it diverged); for the perceptron corrections, epochs, converged, weights (w₁, w₂, b) and cycle (None, or
    its period in epochs, the epoch it was found after, and the errors in each of its epochs), separable (does a line
    separate the points? None of more classes than two), margin γ and most_corrections (Novikoff's bound; see
    `proof/margin.py`). For forward-forward loss is a list with one number for each layer, as are positive and negative,
    the mean goodness in both passes; and it has solved_at and test_accuracy too.

    The data "digits" are for forward-forward only: test_error and train_error are shares, and backprop has the same two
    for an MLP of the same shape, trained by the same recipe on the same split.
    Raises BadInput for an unknown model or a recipe out of range.
    """
    return cast(dict[str, Any], deque(outcome_by_steps(model, recipe, points), maxlen=1).pop())


def outcome_by_steps(model: str, recipe: Recipe, points: Points | None = None) -> Iterator[int | dict[str, Any]]:
    """What `outcome` gives, last; before, the number of each step as it was taken (with the digits each hundredth, of
    one net and then of the other). To stop, stop iterating."""
    if recipe.data == DIGITS:
        steps = digits_outcome(model, recipe)
    elif model not in MODELS:
        raise BadInput("xor.bad_name", field="model", value=str(model)[:40], known=", ".join(MODELS))
    else:
        steps = OUTCOMES[model](recipe.checked(), points)
    for found in steps:
        yield found if isinstance(found, int) else {"model": model, **found}


def suited(model: str, data: str) -> dict[str, Any]:
    """What to choose for a model on a dataset where the recipe's defaults would not do, by the recipe's fields."""
    if data == DIGITS:
        return dict(SUITED)
    return asdict(DATASETS[data].forward_forward) if model == "forward-forward" and data in DATASETS else {}


def _perceptron(recipe: Recipe, points: Points | None) -> Iterator[int | dict[str, Any]]:
    learn = train_points(recipe, points)
    scale = scale_of(learn, recipe.standardise)
    for last in islice(learn_perceptron(learn, recipe.lr, recipe.seed, scale=scale), recipe.steps + 1):
        yield last.step
        if last.cycle:
            break
    cycle = last.cycle
    yield {
        **{field: getattr(recipe, field) for field in PERCEPTRON_FIELDS},
        "steps": last.step,
        "epochs": last.epoch,
        "corrections": last.corrections,
        "loss": last.loss,
        "accuracy": last.accuracy,
        "converged": last.converged,
        "cycle": cycle and {"period": cycle.period, "found": cycle.found, "errors": list(cycle.errors)},
        "weights": last.weights.tolist(),
        **_line(recipe, scale.points(learn)),
    }


def _line(recipe: Recipe, points: Points) -> dict[str, Any]:
    """Whether a line separates the points as they are learned, its margin, and the most corrections it can take."""
    if points.classes > 2:
        return {"separable": None, "margin": None, "most_corrections": None}
    if witness(points):
        return {"separable": False, "margin": None, "most_corrections": None}
    found = margin(points)
    first = float(Perceptron(recipe.lr, recipe.seed).start.norm())
    most = found and math.floor(found.bound(first, recipe.lr))
    return {"separable": True, "margin": found and found.gamma, "most_corrections": most}


def _mlp(recipe: Recipe, points: Points | None) -> Iterator[int | dict[str, Any]]:
    learn, held_out = train_test_points(recipe, points)
    for last in learn_mlp(learn, recipe, held_out):
        yield last.step
    yield {
        **{field: value for field, value in asdict(recipe).items() if field != "forward_lr"},
        "steps": last.step,
        "loss": last.loss if math.isfinite(last.loss) else None,
        "accuracy": last.accuracy,
        "solved_at": last.solved_at,
        "test_loss": last.test_loss if last.test_loss is None or math.isfinite(last.test_loss) else None,
        "test_accuracy": last.test_accuracy,
        "weights": None if last.diverged else [[each.tolist() for each in layer] for layer in one_of(last.layers)],
    }


def _forward_forward(recipe: Recipe, points: Points | None) -> Iterator[int | dict[str, Any]]:
    learn, held_out = train_test_points(recipe, points)
    for last in learn_forward_forward(learn, recipe, held_out):
        yield last.step
    unused = ("loss", "output", "l1", "l2", "dropout", "forward_lr", "features")
    yield {
        **{field: value for field, value in asdict(recipe).items() if field not in unused},
        "steps": last.step,
        "loss": [loss if math.isfinite(loss) else None for loss in last.loss],
        "positive": list(last.positive),
        "negative": list(last.negative),
        "accuracy": last.accuracy,
        "solved_at": last.solved_at,
        "test_accuracy": last.test_accuracy,
    }


OUTCOMES: dict[str, Callable[[Recipe, Points | None], Iterator[int | dict[str, Any]]]] = {
    "perceptron": _perceptron,
    "mlp": _mlp,
    "forward-forward": _forward_forward,
}
