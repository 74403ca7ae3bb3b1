"""What the page is told of a run, as JSON: weights, not images. The page (page/stage.js) computes and draws those."""

import json
import math
from typing import Any

import numpy as np

from demos.common.base64_arrays import encode_floats
from demos.xor.data import Points
from demos.xor.live.run import PATIENCE, Frame, Run
from demos.xor.live.snapshot import Snapshot
from demos.xor.proof.contradiction import proof_data
from demos.xor.standardise import is_far_from_one, scale_of
from demos.xor.tables.features import input_points

LINES = 64  # of a cycle, shown at most


def message(
    run: Run,
    number: int,
    running: bool,
    version: int = 0,
    inside: str = "",
    hide: bool = False,
    arrived: bool = False,
    discretise: bool = False,
    points: bool = True,
) -> str:
    """The run and its last frames. Messages overlap, so none has to arrive.

    `points` says whether the points are told, too: the page keeps those of the run, and waits for them if it has none.

    `number` tells one run of a visitor from the next. A page that has seen a later `version` ignores earlier ones that
    are still on their way. Frames after number `after` of the run before are gone, all of them if it is null. `inside`
    is what "Look inside" is to show, "" to leave it as it is (see inside/page/inside.js). `hide` says that all but the
    stage is hidden at first, `discretise` that at first only the nets' classes are shown. `arrived`: at the step where
    a link or a lesson lets it stand, until it is asked to go on.
    """
    return json.dumps(
        {
            "run": number,
            "version": version,
            "running": running,
            "over": run.over,
            "arrived": arrived,
            "after": run.start.index if run.start else None,
            "fps": 1 / run.seconds,
            "speed": run.speed,
            "stop": run.stop,
            "view": list(run.points.view),
            "own": run.own is not None,
            "standardised": run.recipe.standardise,
            "scale": _scale(run.points),
            "inside": inside,
            "hide": hide,
            "discretise": discretise,
            **(_all_points(run) if points else {}),
            "limits": {"steps": run.last_step, "patience": PATIENCE, "epochs": run.epochs},
            "line": _line(run),
            "goes_on": run.must_converge,
            "proof": proof_data(run.contradiction) if run.contradiction else None,
            "cycle": _cycle(run),
            "learners": [
                {"model": model, "activation": run.recipe.activation, "widths": list(shape)}
                | ({"lr": run.recipe.forward_lr} if model == "forward-forward" else {})
                | (_of_mlp(run) if model == "mlp" else {})
                for model, shape in zip(run.models, run.shapes, strict=True)
            ],
            "frames": [_frame(run.counted(frame)) for frame in run.frames],
        }
    )


def _of_mlp(run: Run) -> dict[str, Any]:
    recipe = run.recipe
    penalty = {"penalty": _penalty(run)} if recipe.l1 or recipe.l2 else {}
    values = {"values": True} if run.points.are_values else {}
    return {"loss": recipe.loss, "output": recipe.output, "features": list(recipe.features), **penalty, **values}


def _penalty(run: Run) -> dict[str, Any]:
    """What is added to the loss, and the standard deviation of each input where they are learned standardised."""
    recipe = run.recipe
    scale = scale_of(input_points(run.points, recipe.features), recipe.standardise)
    return {"l1": recipe.l1, "l2": recipe.l2} | ({"std": scale.std.tolist()} if recipe.standardise else {})


def _all_points(run: Run) -> dict[str, Any]:
    held_out = _points("test_points", "test_classes", run.held_out) if run.held_out else {}
    return {**_points("points", "classes", run.points), **held_out}


def _points(places: str, classes: str, points: Points) -> dict[str, Any]:
    return {places: np.round(points.x, 6).tolist(), classes: np.round(points.y, 6).tolist()}


def _scale(points: Points) -> dict[str, Any] | None:
    """Of each coordinate the mean and standard deviation, where they keep a net from learning; else None."""
    if not is_far_from_one(points):
        return None
    return {
        "mean": [float(f"{one:.3g}") for one in points.x.mean(axis=0)],
        "std": [float(f"{one:.2g}") for one in points.x.std(axis=0)],
    }


def _line(run: Run) -> dict[str, float] | None:
    """Where the perceptron is left before it found a line that there is: why it will, and when at the latest."""
    if not (run.over and run.must_converge and (found := run.margin())):
        return None
    margin, bound = found
    return {"gamma": margin.gamma, "radius": margin.radius, "bound": math.floor(bound)}


def _cycle(run: Run) -> dict[str, Any] | None:
    """What is known of the perceptron's cycle, and from which of its steps on."""
    last = run.now.get("perceptron")
    if last is None or last.cycle is None:
        return None
    cycle = last.cycle
    before = run.start.steps[run.models.index("perceptron")] if run.start else 0
    return {
        "step": before + cycle.found * len(run.points.y),
        "period": cycle.period,
        "errors": list(cycle.errors),
        "lines": np.round(cycle.weights[:LINES].numpy(), 4).tolist() if cycle.weights.dim() == 2 else [],
    }


def _frame(frame: Frame) -> dict[str, Any]:
    return {"index": frame.index, "learners": [_learner(one) for one in frame.learners]}


def _learner(one: Snapshot) -> dict[str, Any]:
    """The weights are exact; other numbers are rounded, and null where they are no numbers."""
    record = {
        "step": one.step,
        "epoch": one.epoch,
        "corrections": one.corrections,
        "loss": _rounded(one.loss),
        "accuracy": _rounded(one.accuracy),
        "solved_at": one.solved_at,
        "test_loss": _rounded(one.test_loss),
        "test_accuracy": _rounded(one.test_accuracy),
        "positive": [_rounded(value) for value in one.positive],
        "negative": [_rounded(value) for value in one.negative],
        "weights": encode_floats(one.numbers),
    }
    return {name: value for name, value in record.items() if value not in ([], None)} | {"loss": record["loss"]}


def _rounded(value: float | None) -> float | None:
    return round(value, 6) if value is not None and math.isfinite(value) else None
