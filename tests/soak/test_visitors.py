"""Twenty strangers on the app at once, for ten minutes: nothing fails, light things stay light, nothing piles up.

`make soak` runs it; alone, and for shorter:

    python -m pytest -m soak tests/soak -s --visitors 6 --visit-minutes 1

It prints what took how long and writes everything to build/soak.json. The limits are those of two quiet cores, and hold
for the ten minutes alone: of a short run look at the table.
"""

import random
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.conftest import ROOT, started
from tests.scripted_visitor import ScriptedVisitor
from tests.soak.figures import Figures
from tests.soak.jobs import JOBS, train

LIGHT, LIGHT_BESIDE_TRAININGS, FIRST_TOKEN = 0.5, 1.0, 2.0  # seconds, p95
GROWTH = 1.10  # of memory, from the warm value to the end
THINK = (1.0, 6.0)  # seconds between two things that a visitor does
TRAININGS = 2
WARMING_UP = 0.2  # of the time, in which models are read for the first time: nothing is judged
LOOK_EVERY = 5.0  # seconds


@pytest.mark.soak
def test_nothing_fails_slows_down_or_piles_up_with_many_visitors(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    if request.config.getoption("--minutes") is not None:
        pytest.skip("it takes minutes of a quiet machine to itself")
    count, minutes = request.config.getoption("--visitors"), request.config.getoption("--visit-minutes")
    figures, files, seconds = Figures(), tmp_path / "files", 60 * minutes
    with started(tmp_path / "app.log", {"GRADIO_TEMP_DIR": str(files)}, options=["--profile", "shared"]) as (app, url):
        began = time.monotonic()
        with looked_at(figures, app.pid, files, began):
            with visiting(url, count, figures):
                time.sleep(WARMING_UP * seconds)
                figures.phase = "alone"
                time.sleep((1 - WARMING_UP) * seconds)
            end = time.monotonic() - began
            figures.phase = "two trainings"
            with ExitStack() as trainings, visiting(url, count, figures):
                for _ in range(TRAININGS):
                    train(trainings.enter_context(ScriptedVisitor(url, stays=True)))
                time.sleep(seconds / 4)
    print("\n" + figures.table())
    figures.write(ROOT / "build" / "soak.json")
    assert "Traceback" not in (tmp_path / "app.log").read_text()
    assert figures.errors == []
    assert figures.p95("light") <= LIGHT
    assert figures.p95("first token") <= FIRST_TOKEN
    assert figures.p95("light", "two trainings") <= LIGHT_BESIDE_TRAININGS
    warm, last = (0.3 * end, 0.5 * end), (0.8 * end, end)
    assert figures.between("memory", *last) <= GROWTH * figures.between("memory", *warm)
    for name in ("threads", "open_files", "temporary_files"):
        assert figures.between(name, *last) <= GROWTH * figures.between(name, *warm) + count, name


@contextmanager
def visiting(url: str, count: int, figures: Figures) -> Iterator[None]:
    """So many visitors at work, each in a thread; they leave at the end."""
    over = threading.Event()
    threads = [threading.Thread(target=visit, args=(url, number, figures, over)) for number in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def visit(url: str, number: int, figures: Figures, over: threading.Event) -> None:
    """One visitor after another, each with a few things to do, until it is over."""
    chance = random.Random(number)
    over.wait(chance.uniform(0, THINK[1]))
    while not over.is_set():
        with figures.noted("a visit"), ScriptedVisitor(url, stays=True) as visitor:
            with figures.measure("page: its first event", "light"):
                visitor.do("", "load")
            for job in chance.choices(list(JOBS), list(JOBS.values()), k=chance.randint(4, 12)):
                if over.wait(chance.uniform(*THINK)):
                    return
                with figures.noted(job.__name__):
                    job(visitor, chance, figures.measure)


@contextmanager
def looked_at(figures: Figures, process: int, files: Path, began: float) -> Iterator[None]:
    """What the process holds is noted every now and then."""
    over = threading.Event()

    def look() -> None:
        while not over.wait(LOOK_EVERY):
            figures.look(process, files, began)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
