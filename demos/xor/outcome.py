"""Train to the end and say how it went: what the command line prints and the endpoint returns."""

import math
from collections import deque
from dataclasses import asdict
from itertools import islice

from demos.common.errors import BadInput
from demos.xor.learn import all_points_of, learn_mlp, learn_perceptron, points_of
from demos.xor.recipe import MODELS, Recipe


def outcome(model: str, recipe: Recipe) -> dict:
    """Train `model` by `recipe` and report: the recipe's fields that matter to it, and

    steps (taken), loss, accuracy (share of points that are right); for the mlp solved_at (the step from which on every
    point was right, or None), test_loss and test_accuracy (None if no points are held out); for the perceptron
    corrections, epochs, converged, weights (w₁, w₂, b) and cycle (None, or its period in epochs, the epoch it was found
    after, and the errors in each of its epochs).
    Raises BadInput for an unknown model or a recipe out of range.
    """
    if model not in MODELS:
        raise BadInput("xor.bad_name", field="model", value=str(model)[:40], known=", ".join(MODELS))
    recipe = recipe.checked()
    return {"model": model, **(_perceptron(recipe) if model == "perceptron" else _mlp(recipe))}


def _perceptron(recipe: Recipe) -> dict:
    for last in islice(learn_perceptron(points_of(recipe), recipe.lr, recipe.seed), recipe.steps + 1):
        if last.cycle:
            break
    cycle = last.cycle
    return {
        **{field: getattr(recipe, field) for field in ("data", "noise", "count", "lr", "seed", "test", "points_seed")},
        "steps": last.step,
        "epochs": last.epoch,
        "corrections": last.corrections,
        "loss": last.loss,
        "accuracy": last.accuracy,
        "converged": last.converged,
        "cycle": cycle and {"period": cycle.period, "found": cycle.found, "errors": list(cycle.errors)},
        "weights": last.weights.tolist(),
    }


def _mlp(recipe: Recipe) -> dict:
    points, held_out = all_points_of(recipe)
    last = deque(learn_mlp(points, recipe, held_out), maxlen=1).pop()
    return {
        **asdict(recipe),
        "steps": last.step,
        "loss": last.loss if math.isfinite(last.loss) else None,
        "accuracy": last.accuracy,
        "solved_at": last.solved_at,
        "test_loss": last.test_loss if last.test_loss is None or math.isfinite(last.test_loss) else None,
        "test_accuracy": last.test_accuracy,
    }
