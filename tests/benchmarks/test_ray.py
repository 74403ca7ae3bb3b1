"""Two of Ray's workers of one thread each beside one: pictures, films, nets and trainings a second, by the clock.

The clock runs from the first item to the last result; Ray's own start (some seconds) and the opening of a model, which
each worker does once, before that. A worker's processor time for an item stands beside it: what another machine needs.
"""

import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from demos.clip.batch_encoding import EncodeThere
from demos.clip.data import File
from demos.common.scheduling.batch import AHEAD, Work, map_unordered
from demos.common.scheduling.threads import single_threaded
from demos.gpt.train.shapes import PRESETS
from demos.gpt.train.sweep import TrainRun, runs
from demos.posture.video.clips import clip
from demos.posture.video.films import AnalyseFilm
from demos.xor.lottery.cells import TrainCell
from demos.xor.lottery.lottery import tickets
from demos.xor.recipe import Recipe, train_points
from tests.benchmarks.figures import figure
from tests.conftest import ROOT

PICTURES, SIZE = 192, (640, 480)
WHAT = {
    "pictures": "pictures of 640 × 480 embedded by CLIP",
    "films": "films of 349 frames analysed",
    "nets": "nets of a lottery, 1,000 steps",
    "trainings": "trainings of a pocket GPT, 40 steps",
}


@dataclass(frozen=True)
class Timed:
    """The work, and of each item its result's worker and the seconds of processor time that it took."""

    work: Work[Any, Any]

    def open(self) -> Callable[[Any], tuple[int, float]]:
        do = self.work.open()

        def timed(item: Any) -> tuple[int, float]:
            began = time.process_time()
            do(item)
            return os.getpid(), time.process_time() - began

        return timed


@dataclass(frozen=True)
class Nothing:
    """No work at all: what is left is Ray's own."""

    def open(self) -> Callable[[int], int]:
        return abs


def measured(work: Work[Any, Any], items: Sequence[Any], workers: int) -> tuple[float, float]:
    """Seconds by the clock, from the first item after those that open the models; the median of processor seconds.

    Before it, each worker is given the first item as often as it takes to open all of them.
    """
    os.environ |= {"RAY_worker_niceness": "0"}  # else Ray's workers stand back, by 15, for whatever else runs here
    warm, began, spent, seen = workers * AHEAD, 0.0, [], set()

    def given() -> Iterator[Any]:
        yield from [items[0]] * warm
        yield from items

    last = 0.0
    for index, (worker, seconds) in map_unordered(Timed(work), given(), "local", workers):
        seen.add(worker)
        last = time.perf_counter()
        if index < warm:
            began = last
        else:
            spent.append(seconds)
    assert len(seen) <= workers
    return last - began, statistics.median(spent)


def pictures(folder: Path) -> list[list[File]]:
    """Parts of 16 photographs as a phone sends them on: 640 × 480, JPEG, each another one."""
    photos = sorted(ROOT.glob("assets/**/*.jpg"))
    files = []
    for number in range(PICTURES):
        file = folder / f"{number:03}.jpg"
        with Image.open(photos[number % len(photos)]) as photo:
            photo.convert("RGB").rotate(number).resize(SIZE).save(file, quality=90)
        files.append(File(file))
    return [files[start : start + 16] for start in range(0, len(files), 16)]


def cells() -> list[Any]:
    recipe = Recipe(steps=1000, loss="squared", optimiser="gradient_descent", init="uniform")
    recipe, recipes = tickets(recipe, [4, 6, 8, 10], ["tanh", "relu", "sigmoid"], 200)
    return [(one, train_points(recipe), 200) for one in recipes]


@pytest.mark.parametrize("what", ["pictures", "films", "nets", "trainings"])
def test_two_workers_beside_one(benchmark: Any, what: str, tmp_path: Path) -> None:
    work: Work[Any, Any]
    if what == "pictures":
        work, items, each = EncodeThere("embedded", offline=True, local=False), pictures(tmp_path), 16
    elif what == "films":
        work, items, each = AnalyseFilm("squat"), [clip("squat")] * 4, 1
    elif what == "nets":
        work, items, each = TrainCell(), cells(), 200
    else:
        text = ROOT.joinpath("README.md").read_text(encoding="utf-8")
        work, each = TrainRun(text, "characters"), 1
        items = runs(PRESETS["pocket"], range(6), steps=[40])

    def both() -> tuple[tuple[float, float], tuple[float, float]]:
        return measured(work, items, 1), measured(work, items, 2)

    (one, seconds), (two, _) = benchmark.pedantic(both, rounds=1, warmup_rounds=0)
    count = len(items) * each
    figure(
        benchmark,
        what=f"two of Ray's workers: {WHAT[what]}",
        unit=f"{what} a second",
        ours=count / two,
        peer="one worker of one thread",
        theirs=count / one,
    )
    do = Timed(work).open()
    with single_threaded():
        here = statistics.median(do(item)[1] for item in items[:4])
    figure(
        benchmark,
        what=f"processor time of a worker of Ray's: {WHAT[what]}, one of them",
        unit="ms",
        ours=1000 * seconds / each,
        peer="in this process, without Ray",
        theirs=1000 * here / each,
    )


def test_what_ray_adds_to_an_item(benchmark: Any) -> None:
    def seconds(ray: str | None, count: int) -> float:
        began = 0.0

        def items() -> Iterator[int]:
            nonlocal began
            yield from range(100)
            began = time.perf_counter()
            yield from range(count)

        for _ in map_unordered(Nothing(), items(), ray, 2):
            pass
        return (time.perf_counter() - began) / count

    there = benchmark.pedantic(lambda: seconds("local", 1000), rounds=1, warmup_rounds=0)
    figure(
        benchmark,
        what="an item that is no work at all, handed to one of Ray's two workers and back",
        unit="ms",
        ours=1000 * there,
        peer="a call in this process",
        theirs=1000 * seconds(None, 100_000),
    )
