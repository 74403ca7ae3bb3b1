"""What the lottery's page draws, as one JSON text per message: each is complete, so none has to arrive."""

import json
import math
from typing import Any

import numpy as np

from demos.common.base64_arrays import encode_floats
from demos.common.i18n import text
from demos.common.scheduling.turns import Place
from demos.xor.data import Points
from demos.xor.lottery.lottery import Progress, Result
from demos.xor.lottery.settings import LotterySettings
from demos.xor.lottery.solutions import Solution
from demos.xor.model import Layers
from demos.xor.tables.activations import ACTIVATIONS
from demos.xor.tables.features import COORDINATES

BINS = 28  # of the histogram of steps, even on a logarithmic axis


def message(
    settings: LotterySettings,
    points: Points,
    progress: Progress,
    language: str,
    version: int,
    seconds: float | None,
    most: float | None = None,
    place: Place | None = None,
) -> str:
    """How far the lottery is and how each width and activation does; at the end also the kinds of solutions.

    `seconds` are those it will still take, None if it was stopped: by the visitor, or after the `most` seconds of
    computation that a draw may take. `place` is the one in line, if it waits for its turn. A page ignores messages of
    an earlier `version`.
    """
    running = not progress.over and seconds is not None
    return json.dumps(
        {
            "version": version,
            "running": running,
            "over": progress.over,
            "share": progress.step / progress.steps,
            "step": progress.step,
            "steps": progress.steps,
            "status": _status(settings, progress, language, seconds, most, place),
            "setting": setting_line(settings, language),
            "view": list(points.view),
            "points": np.round(points.x, 6).tolist(),
            "classes": points.y.tolist(),
            "rows": [_row(result, settings, language) for result in sorted(progress.results, key=_place)],
        },
        ensure_ascii=False,
    )


def _status(
    settings: LotterySettings,
    progress: Progress,
    language: str,
    seconds: float | None,
    most: float | None,
    place: Place | None,
) -> str:
    step, steps = f"{progress.step:,}", f"{progress.steps:,}"
    if place is not None:
        return text("xor.lottery_in_line", language, step=step, steps=steps, in_line=place.said(language))
    if progress.over:
        return text("xor.lottery_over", language, nets=f"{settings.nets:,}", steps=steps)
    if most is not None:
        return text("xor.lottery_out_of_time", language, step=step, steps=steps, most=f"{most:g}")
    if seconds is None:
        return text("xor.lottery_stopped", language, step=step, steps=steps)
    if not progress.step:
        return text("xor.lottery_begun", language, nets=f"{settings.nets:,}")
    return text("xor.lottery_running", language, step=step, steps=steps, seconds=max(1, round(seconds)))


def setting_line(settings: LotterySettings, language: str) -> str:
    """The choices that the result depends on, in one line."""
    recipe = settings.setup.recipe
    own = settings.setup.points is not None
    output = "softmax" if recipe.loss == "cross_entropy" and settings.setup.classes > 2 else recipe.output
    parts = [
        text("xor.lottery_own_points" if own else f"xor.data_{recipe.data}", language),
        text(f"xor.loss_{recipe.loss}", language),
        text("xor.lottery_output", language, output=text(f"xor.output_{output}", language)),
        text(f"xor.init_{recipe.init}", language),
        f"{text(f'xor.optimiser_{recipe.optimiser}', language)} {recipe.lr:g}",
    ]
    if recipe.standardise:
        parts.append(text("xor.standardise", language))
    if recipe.features != COORDINATES:
        parts.append(", ".join(text(f"xor.features_{name}", language) for name in recipe.features))
    return " · ".join(parts)


def _place(result: Result) -> tuple[int, int]:
    return list(ACTIVATIONS).index(result.activation), result.hidden


def _row(result: Result, settings: LotterySettings, language: str) -> dict[str, Any]:
    low, high = result.interval
    count = len(result.solved_at)
    name = text(f"xor.activation_{result.activation}", language)
    return {
        "hidden": result.hidden,
        "activation": result.activation,
        "group": name,
        "name": text("xor.lottery_units", language, units=result.hidden),
        "share": result.share,
        "low": low,
        "high": high,
        "label": text(
            "xor.lottery_told",
            language,
            units=result.hidden,
            activation=name,
            solved=result.solved,
            count=count,
            low=f"{100 * low:.0f}",
            high=f"{100 * high:.0f}",
        ),
        "quartiles": result.steps,
        "bins": histogram(result.solved_at, settings.setup.recipe.steps),
        "solutions": [_solution(one, result, settings, language, name) for one in result.solutions],
    }


def histogram(solved_at: tuple[int | None, ...], steps: int) -> list[int]:
    """How many nets solved it in each of BINS bins, which are even in log(1 + step) from 0 to `steps`."""
    counts = [0] * BINS
    for step in solved_at:
        if step is not None:
            counts[min(BINS - 1, int(BINS * math.log1p(step) / math.log1p(steps)))] += 1
    return counts


def _solution(
    one: Solution, result: Result, settings: LotterySettings, language: str, activation: str
) -> dict[str, Any]:
    recipe = settings.setup.recipe
    outputs = one.layers[-1][0].shape[-1]
    widths = [len(recipe.features), *[result.hidden] * len(recipe.hidden), outputs]
    features = list(recipe.features)
    judged = {"loss": recipe.loss, "output": recipe.output, "values": True} if settings.setup.are_values else {}
    return {
        "solved": one.solved,
        "seed": one.example,
        "count": one.count,
        "verdict": text(f"xor.lottery_{'solved' if one.solved else 'stuck'}", language),
        "found": text("xor.lottery_found", language, count=one.count, of=len(result.solved_at)),
        "net": f"{'–'.join(map(str, widths))} · {activation}",
        "spec": {"model": "mlp", "activation": result.activation, "widths": widths, "features": features} | judged,
        "weights": encode_net(one.layers),
    }


def encode_net(layers: Layers) -> str:
    """Base64 of float32, little-endian: for each layer its weight, then its bias, of the first net."""
    numbers = [part[0].detach().numpy().ravel() for layer in layers for part in layer]
    return encode_floats(np.concatenate(numbers))
