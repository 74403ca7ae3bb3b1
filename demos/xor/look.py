"""What the page draws, as one JSON text per picture: each is complete, so none has to arrive."""

import base64
import json
import math

import numpy as np
import torch
from torch import Tensor

from demos.common.i18n import text
from demos.xor.data import Points
from demos.xor.live import Curve, Race
from demos.xor.model import Layers, forward

GRID = 64  # cells along each side of a region map


def grid(view: tuple[float, float], size: int = GRID) -> Tensor:
    """(size², 2): the centres of the cells of the square `view`, row by row from the top left."""
    low, high = view
    centres = low + (torch.arange(size) + 0.5) * (high - low) / size
    down, across = torch.meshgrid(centres.flip(0), centres, indexing="ij")
    return torch.stack([across.flatten(), down.flatten()], dim=1)


def mlp_region(layers: Layers, activation: str, view: tuple[float, float], size: int = GRID) -> np.ndarray:
    """(size, size) uint8 m from 0, surely class 0, to 255, surely class 1; 127.5 is undecided.

    The probability is p = ½ + ½ s², s = m / 127.5 − 1, with the sign of s: the steps are finest where the border is.
    """
    with torch.no_grad():
        probability = forward(layers, grid(view, size), activation)[0].sigmoid()
    sure = (2 * probability - 1).nan_to_num()
    return ((1 + sure.sign() * sure.abs().sqrt()) * 127.5).round().to(torch.uint8).reshape(size, size).numpy()


def perceptron_region(weights: Tensor, view: tuple[float, float], size: int = GRID) -> np.ndarray:
    """(size, size) uint8: 255 on the side of the line that is class 1, 0 on the other."""
    score = grid(view, size).double() @ weights[:2] + weights[2]
    return ((score > 0) * 255).to(torch.uint8).reshape(size, size).numpy()


def hidden_lines(layers: Layers) -> list[list[float]]:
    """[w₁, w₂, b] of each unit of the first hidden layer: it changes its mind along w₁x₁ + w₂x₂ + b = 0."""
    weight, bias = layers[0]  # (1, 2, hidden), (1, 1, hidden)
    return _rounded(torch.cat([weight[0], bias[0]]).T)


def picture(race: Race, language: str, running: bool, turn: int = 0) -> str:
    """Everything on the stage as JSON: the points once, and for each learner its map, lines, curves and verdict.

    A page that has seen a picture of a later `turn` ignores those of earlier ones that are still on their way.
    """
    points, view = race.points, race.points.view
    return json.dumps(
        {
            "view": [round(bound, 4) for bound in view],
            "points": _rounded(torch.from_numpy(points.x)),
            "classes": points.y.tolist(),
            "running": running,
            "turn": turn,
            "learners": [_perceptron(race, language, running), _mlp(race, language, running)],
        },
        ensure_ascii=False,
    )


def _perceptron(race: Race, language: str, running: bool) -> dict:
    last, points = race.perceptron, race.points
    score = torch.from_numpy(points.x) @ last.weights[:2] + last.weights[2]
    beaten = race.perceptron_is_done and not last.converged
    if last.converged:
        key = "converged_once" if last.corrections == 1 else "converged"
        verdict = _verdict("good", key, language, corrections=last.corrections)
    elif last.cycle:
        key = "cycle" if last.cycle.period == 1 else "long_cycle"
        errors = ", ".join(map(str, last.cycle.errors))
        verdict = _verdict("bad", key, language, period=last.cycle.period, errors=errors)
    elif beaten and race.witness:
        verdict = _verdict("bad", "no_line", language, count=len(race.witness))
    elif beaten:
        verdict = _verdict("bad", "spent", language, steps=last.step, **_wrong_count(score, points))
    else:
        verdict = _verdict("", _unfinished(last.step, running), language, steps=last.step, how=_how("line", language))
    w1, w2, b = last.weights.tolist()
    return {
        "name": text("xor.perceptron", language),
        "detail": text("xor.perceptron_detail", language, w1=_signed(w1), w2=_signed(w2), b=_signed(b)),
        "region": _packed(perceptron_region(last.weights, view=points.view)),
        "line": [w1, w2, b],
        "lines": _rounded(last.cycle.weights[:64]) if last.cycle else [],
        "wrong": _wrong(score, points),
        "witness": race.witness if beaten and not last.cycle else None,
        **verdict,
        **_progress(race.perceptron_curve, "shown", last.step, last.loss, last.accuracy, language),
    }


def _mlp(race: Race, language: str, running: bool) -> dict:
    last, points, recipe = race.mlp, race.points, race.recipe
    with torch.no_grad():
        score = forward(last.layers, torch.from_numpy(points.x).float(), recipe.activation)[0]
    if last.diverged:
        verdict = _verdict("bad", "diverged", language, steps=last.step)
    elif last.solved_at is not None and last.step > 0:
        verdict = _verdict("good", "solved", language, steps=last.solved_at)
    elif race.mlp_is_done:
        verdict = _verdict("bad", "spent", language, steps=last.step, **_wrong_count(score, points))
    else:
        verdict = _verdict("", _unfinished(last.step, running), language, steps=last.step, how=_how("hill", language))
    shape = "–".join(map(str, recipe.widths))
    return {
        "name": text("xor.mlp", language),
        "detail": f"{shape} · {text(f'xor.activation_{recipe.activation}', language)}",
        "region": _packed(mlp_region(last.layers, recipe.activation, points.view)),
        "line": None,
        "lines": hidden_lines(last.layers) if recipe.activation != "sine" and not last.diverged else [],
        "wrong": _wrong(score, points),
        "witness": None,
        **verdict,
        **_progress(race.mlp_curve, "steps", last.step, last.loss, last.accuracy, language),
    }


def _unfinished(step: int, running: bool) -> str:
    return "learning" if running else "stopped" if step else "ready"


def _how(key: str, language: str) -> str:
    return text(f"xor.how_{key}", language)


def _verdict(tone: str, key: str, language: str, **values: object) -> dict[str, str]:
    return {
        "tone": tone,
        "verdict": text(f"xor.{key}", language, **values),
        "reason": text(f"xor.{key}_reason", language, **values),
    }


def _progress(curve: Curve, unit: str, step: int, loss: float, accuracy: float, language: str) -> dict:
    """The curves, and the present numbers as text."""
    return {
        "curve": {
            "step": curve.step,
            "loss": [round(value, 4) if math.isfinite(value) else None for value in curve.loss],
            "accuracy": [round(value, 4) for value in curve.accuracy],
        },
        "step_text": text(f"xor.count_{unit}", language, steps=f"{step:,}"),
        "loss_text": text("xor.loss_is", language, loss=f"{loss:.3f}" if math.isfinite(loss) else "–"),
        "accuracy_text": text("xor.accuracy_is", language, accuracy=_percent(accuracy)),
    }


def _percent(share: float) -> str:
    """Never "100 %" while a point is wrong."""
    return f"{math.floor(share * 1000) / 10:.1f}%".replace(".0%", "%")


def _wrong(score: Tensor, points: Points) -> list[int]:
    """Which points are on the wrong side."""
    return np.flatnonzero((score > 0).numpy() != (points.y == 1)).tolist()


def _wrong_count(score: Tensor, points: Points) -> dict[str, int]:
    return {"wrong": len(_wrong(score, points)), "count": len(points.y)}


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")


def _rounded(rows: Tensor) -> list[list[float]]:
    return [[round(value, 4) for value in row] for row in rows.tolist()]


def _packed(region: np.ndarray) -> str:
    return base64.b64encode(region.tobytes()).decode()
