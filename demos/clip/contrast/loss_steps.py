"""The loss step by step: each step's formulas, the lines that compute it, and its numbers for the pairs of the test.

The table of the steps is `loss_steps.toml`. Nothing here imports torch before numbers or code are asked for.
"""

import tomllib
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from demos.common.excerpts import Excerpt, Lines, lines_of

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Value:
    """A field of Numbers, and what of it belongs to the chosen cell (i, j): "row" i, "column" j, or "all"."""

    field: str
    of: str


@dataclass(frozen=True)
class Step:
    """One step of the losses named. `formulas` are insides of MathML elements; `code` is (module, excerpt)."""

    name: str
    losses: tuple[str, ...]
    formulas: tuple[str, ...]
    code: tuple[tuple[str, Excerpt], ...]
    values: tuple[Value, ...]


def _read() -> tuple[Step, ...]:
    table = tomllib.loads(Path(__file__).with_name("loss_steps.toml").read_text(encoding="utf-8"))
    return tuple(
        Step(
            name,
            tuple(entry["losses"]),
            tuple(entry["formulas"]),
            tuple(
                (lines["module"], Excerpt(lines["function"], lines["first"], lines["last"])) for lines in entry["code"]
            ),
            tuple(Value(**value) for value in entry["values"]),
        )
        for name, entry in table.items()
    )


STEPS = _read()


def code(step: Step) -> list[Lines]:
    """The lines of a step, read from the files themselves. Raises ValueError if they are no longer there."""
    return [lines_of(import_module(f"demos.clip.{module}"), excerpt) for module, excerpt in step.code]


@dataclass(frozen=True)
class Numbers:
    """All that a loss computes on its way for N pairs, images in rows, captions in columns.

    images, texts (N, E), unit vectors; cosines, logits (N, N). Of the softmax: rows, columns (N, N), each row's and
    each column's shares; row_losses, column_losses (N,), the cross-entropies in nats; halves (2,), their means. Of the
    sigmoid: judged (N, N), each pair's probability by itself; row_losses (N,), each row's part of the sum. loss (1,).
    What the other loss computes is empty.
    """

    images: "Tensor"
    texts: "Tensor"
    cosines: "Tensor"
    logits: "Tensor"
    rows: "Tensor"
    columns: "Tensor"
    row_losses: "Tensor"
    column_losses: "Tensor"
    halves: "Tensor"
    judged: "Tensor"
    loss: "Tensor"


def numbers(images: "Tensor", texts: "Tensor", scale: float, bias: float, loss: str) -> Numbers:
    """Every value of the steps of `loss` ("softmax" or "sigmoid"), for unit vectors (N, E)."""
    import torch
    import torch.nn.functional as F

    none = torch.empty(0)
    cosines = images @ texts.T
    if loss == "sigmoid":
        logits = scale * cosines + bias
        signs = 2 * torch.eye(len(logits)) - 1
        parts = -F.logsigmoid(signs * logits).sum(1)
        mean = parts.mean()[None]
        return Numbers(images, texts, cosines, logits, none, none, parts, none, none, logits.sigmoid(), mean)
    logits = scale * cosines
    row_losses = -logits.log_softmax(1).diagonal()
    column_losses = -logits.log_softmax(0).diagonal()
    halves = torch.stack([row_losses.mean(), column_losses.mean()])
    return Numbers(
        images, texts, cosines, logits, logits.softmax(1), logits.softmax(0), row_losses, column_losses, halves, none,
        halves.mean()[None],
    )  # fmt: skip
