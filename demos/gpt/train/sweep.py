"""A sweep: the same text learned by many small GPTs that differ in learning rate, width and the like.

Each training is one of steps, not of minutes, and computes on one thread, so its result is the same wherever a
processor of the same kind does it. What is done stands in a file of JSON lines, and is not done again.
"""

import hashlib
import json
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Any

from torch import Tensor

from demos.common.errors import BadInput
from demos.common.scheduling.batch import map_missing
from demos.common.scheduling.threads import single_threaded
from demos.common.whole_file import said_when_full
from demos.gpt.corpus import Text
from demos.gpt.learn import USUAL_LR, Diverged, Training
from demos.gpt.train.shapes import Shape
from demos.gpt.train.trainer import tokenizer_for

MOST_RUNS = 10_000


@dataclass(frozen=True)
class Run:
    """One training of the sweep."""

    shape: Shape
    seed: int


@dataclass(frozen=True)
class TrainRun:
    """Train on `text`, cut by a tokenizer of that kind (TOKENIZERS): of a Run what was measured."""

    text: str
    tokenizer: str

    def open(self) -> Callable[[Run], dict[str, Any]]:
        tokenizer = tokenizer_for(self.text, self.tokenizer)
        tokens, vocabulary = tokenizer.encode(self.text).tensor(), len(tokenizer)
        return lambda run: trained(tokens, vocabulary, run)

    def asked(self, run: Run) -> dict[str, Any]:
        """What is asked for, by which a result is known again."""
        lr = USUAL_LR[run.shape.optimiser] if run.shape.lr is None else run.shape.lr
        return {
            "text_sha256": self._sha256,
            "tokenizer": self.tokenizer,
            **asdict(replace(run.shape, lr=lr)),
            "seed": run.seed,
        }

    @cached_property
    def _sha256(self) -> str:
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()


def trained(tokens: Tensor, vocabulary: int, run: Run) -> dict[str, Any]:
    """Train once. Losses on the held-out tenth in nats per token: held_out (the least measured) at kept_step, and
    last_held_out; parameters; loss (of the last step); diverged (at which step the loss was no number, or None)."""
    config = run.shape.config(vocabulary)
    with single_threaded():
        training = Training(Text(tokens, config.block_size), config, run.shape.recipe(seed=run.seed))
        best, kept, last, loss, diverged = math.inf, 0, None, None, None
        try:
            for progress in training.run():
                loss = progress.loss
                if progress.held_out is not None:
                    last = progress.held_out
                    if last < best:
                        best, kept = last, progress.step
        except Diverged as found:
            diverged = found.step
    return {
        "parameters": training.model.parameter_count,
        "held_out": best if last is not None else None,
        "kept_step": kept,
        "last_held_out": None if diverged else last,
        "loss": loss,
        "diverged": diverged,
    }


@dataclass(frozen=True)
class Done:
    """So many of `total` trainings are done; `result` is the newest one's: what was asked, and what was measured."""

    done: int
    total: int
    result: dict[str, Any]
    kept: bool


def runs(shape: Shape, seeds: Sequence[int], **several: Sequence[Any]) -> list[Run]:
    """A run for each combination of the values of a shape's fields, and for each seed. Raises BadInput."""
    count = math.prod(map(len, several.values())) * len(seeds)
    if not 1 <= count <= MOST_RUNS:
        raise BadInput("gpt.sweep_size", count=f"{count:,}", most=f"{MOST_RUNS:,}")
    shapes = [replace(shape, **dict(zip(several, values, strict=True))) for values in product(*several.values())]
    return [Run(one, seed) for one in dict.fromkeys(shapes) for seed in dict.fromkeys(seeds)]


def sweep(
    work: TrainRun, wanted: Sequence[Run], file: Path, ray: str | None = None, workers: int | None = None
) -> Iterator[Done]:
    """Each run once. Its result is a line of `file` as soon as it is done; what stands there is not done again.

    `ray` and `workers`: see `map_missing`. Raises BadInput for a text too short for the first run, before anything is
    trained, and where nothing can be written.
    """
    Text(tokenizer_for(work.text, work.tokenizer).encode(work.text).tensor(), max(r.shape.block_size for r in wanted))
    asked = [work.asked(run) for run in wanted]
    known = {_key(line, asked[0]): line for line in _known(file)}

    def found(number: int) -> dict[str, Any] | None:
        return known.get(_key(asked[number], asked[number]))

    for done, (number, measured, kept) in enumerate(map_missing(work, wanted, found, ray, workers), 1):
        result = measured if kept else {**asked[number], **measured}
        if not kept:
            _append(file, result)
        yield Done(done, len(wanted), result, kept)


def _key(line: dict[str, Any], fields: Iterable[str]) -> str:
    """What a line was asked for, in one text."""
    return json.dumps([line.get(field) for field in fields])


def _known(file: Path) -> list[dict[str, Any]]:
    """The results in the file; a line that broke off while it was written is none."""
    lines = []
    try:
        text = file.read_text(encoding="utf-8") if file.exists() else ""
    except (OSError, ValueError) as error:
        raise BadInput("gpt.cannot_write", path=file) from error
    for line in text.splitlines():
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if isinstance(found, dict) and "held_out" in found:
            lines.append(found)
    return lines


def _append(file: Path, result: dict[str, Any]) -> None:
    with said_when_full(), file.open("a+b") as out:
        if out.tell():
            out.seek(-1, 2)
            if out.read(1) != b"\n":  # the line before broke off
                out.write(b"\n")
        out.write(json.dumps(result, allow_nan=True).encode() + b"\n")
