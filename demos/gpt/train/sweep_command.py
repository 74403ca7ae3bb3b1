"""`python -m demos.gpt sweep`: many small trainings, compared."""

import math
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from demos.common import cli
from demos.common.errors import BadInput
from demos.common.scheduling import ray_cluster
from demos.common.scheduling.ray_cluster import OPTION
from demos.common.validate import whole
from demos.gpt.data import read_file
from demos.gpt.learn import SCHEDULES, USUAL_LR
from demos.gpt.train.shapes import PRESETS
from demos.gpt.train.sweep import Run, TrainRun, runs
from demos.gpt.train.sweep import sweep as sweep_over
from demos.gpt.train.trainer import TOKENIZERS

T = TypeVar("T")
MOST_SEEDS = 1000
SHOWN = ("optimiser", "lr", "layers", "heads", "width", "block_size", "batch", "dropout", "seed")


def sweep(
    text_file: Annotated[Path, typer.Argument(help="The text; its last tenth is held out.")],
    out: Annotated[Path, typer.Option(help="The file of JSON lines with the results; what stands there is kept.")],
    lr: Annotated[str, typer.Option(help="Learning rates with commas between; else the optimiser's usual one.")] = "",
    optimiser: Annotated[str, typer.Option(help=f"Some of {', '.join(USUAL_LR)}.")] = "muon",
    layers: Annotated[str, typer.Option(help="Layers, with commas between.")] = "",
    heads: Annotated[str, typer.Option(help="Heads a layer, with commas between.")] = "",
    width: Annotated[str, typer.Option(help="Channels, with commas between; multiples of the heads.")] = "",
    block_size: Annotated[str, typer.Option(help="Longest contexts in tokens, with commas between.")] = "",
    batch: Annotated[str, typer.Option(help="Windows in a step, with commas between.")] = "",
    dropout: Annotated[str, typer.Option(help="Dropout, with commas between.")] = "",
    preset: Annotated[str, typer.Option(help=f"{', '.join(PRESETS)}: what is not given.")] = "pocket",
    steps: Annotated[int | None, typer.Option(help="Steps of each training; else the preset's.")] = None,
    schedule: Annotated[str, typer.Option(help=f"Learning rate over time: {', '.join(SCHEDULES)}.")] = "stay_and_fall",
    seeds: Annotated[int, typer.Option(help="Trainings of each combination, with seeds from --seed on.")] = 1,
    seed: Annotated[int, typer.Option(help="The first seed: of the first weights and the order of the text.")] = 0,
    tokenizer: Annotated[str, typer.Option(help=f"{', '.join(TOKENIZERS)}.")] = TOKENIZERS[0],
    ray: Annotated[str | None, typer.Option(help=OPTION)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Train a small GPT for each combination of the values, and say which predicts the held-out text best.

    Each trains on one thread of the processor. Started again with the same file, it goes on where it was.

    JSON: out; results, the best first, each with what was asked (text_sha256, tokenizer, layers, heads, width,
    block_size, batch, steps, dropout, optimiser, lr, schedule, seed) and what was measured: parameters, held_out (the
    least cross-entropy on the held-out text, in nats per token) at kept_step, last_held_out, loss (of the last step),
    diverged (the step at which the loss was no number any longer, else null). The same with --ray, on processors of one
    kind.
    """
    ray_cluster.check(ray)
    if preset not in PRESETS:
        raise BadInput("gpt.preset_unknown", name=preset, choices=", ".join(PRESETS))
    whole("--seeds", seeds, 1, MOST_SEEDS)
    whole("--seed", seed, 0, 2**31)
    several: dict[str, Any] = {"optimiser": [name.strip() for name in optimiser.split(",")]}
    for name, given, kind in (
        *(("layers", layers, int), ("heads", heads, int), ("width", width, int), ("block_size", block_size, int)),
        *(("batch", batch, int), ("dropout", dropout, float), ("lr", lr, float)),
    ):
        if given:
            several[name] = _numbers(f"--{name.replace('_', '-')}", given, kind)
    shape = replace(PRESETS[preset], schedule=schedule)
    shape = shape if steps is None else replace(shape, steps=steps)
    wanted: list[Run] = runs(shape, range(seed, seed + seeds), **several)
    work = TrainRun(read_file(text_file).text, tokenizer)
    _check_writable(out)
    results = []
    for one in sweep_over(work, wanted, out, ray):
        results.append(one.result)
        if sys.stderr.isatty():
            print(f"\r\x1b[K{one.done:,} of {one.total:,} trainings", end="", file=sys.stderr)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    results.sort(key=lambda row: (_loss(row), [str(row[name]) for name in SHOWN]))
    cli.emit({"out": str(out), "results": results}, _table(results), as_json)


def _numbers(name: str, given: str, kind: Callable[[str], T]) -> list[T]:
    try:
        return [kind(part) for part in given.split(",")]
    except ValueError as error:
        raise BadInput("gpt.not_numbers", name=name, value=given[:40]) from error


def _check_writable(out: Path) -> None:
    """Raises BadInput where no line could be added to the file. Makes its folder."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        if out.exists() and not out.is_file():
            raise IsADirectoryError(out)
        before = out.exists()
        out.open("ab").close()
        if not before:
            out.unlink()
    except OSError as error:
        raise BadInput("gpt.cannot_write", path=out) from error


def _loss(row: dict[str, Any]) -> float:
    return math.inf if row["diverged"] or row["held_out"] is None else float(row["held_out"])


def _table(results: list[dict[str, Any]]) -> str:
    """A line for each result; of what was asked only what differs."""
    differs = [name for name in SHOWN if len({row[name] for row in results}) > 1]
    head = "".join(f"{name:>11}" for name in [*differs, "parameters", "held out", "at step"])
    lines = [f"{head}   (nats per token)"]
    for row in results:
        asked = "".join(f"{row[name]:>11}" for name in differs)
        loss = (
            f"diverged at {row['diverged']}" if row["diverged"] else f"{row['held_out']:>11.4f}{row['kept_step']:>11,}"
        )
        lines.append(f"{asked}{row['parameters']:>11,}{loss}")
    return "\n".join(lines)
