"""Every benchmark says what it measured beside which peer; here the rows come together, are printed and are written."""

import os
import platform
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks import figures, table
from tests.benchmarks.curve_svg import svg
from tests.conftest import ROOT

PACKAGES = ("torch", "gradio", "transformers", "open_clip_torch", "timm", "mediapipe", "scikit-learn", "numpy")
BEGAN, LOAD = datetime.now(UTC), os.getloadavg()[0]
ROWS: tuple[list[figures.Figure], list[figures.Curve]] = ([], [])


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Iterator[None]:
    """Gather what a benchmark declared, also where a target is missed; one that declared nothing fails."""
    try:
        result = yield
    finally:
        benchmark = pyfuncitem.funcargs.get("benchmark")
        rows, curves = figures.declared(getattr(benchmark, "extra_info", {}), pyfuncitem.nodeid, _began())
        ROWS[0].extend(rows)
        ROWS[1].extend(curves)
    if benchmark is not None and not rows:
        pytest.fail("a benchmark has to declare what it measured: tests.benchmarks.figures.figure")
    return result


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the table; with --figures FOLDER write it there: benchmarks.md, its raw rows, a picture of each curve."""
    if not any(ROWS):
        return
    terminalreporter.section("figures, each beside its peer")
    for line in table.terminal(ROWS[0]):
        terminalreporter.write_line(line)
    if folder := config.getoption("--figures"):
        whole = not config.option.keyword and config.args == ["tests/benchmarks"]
        now = figures.Results((_run(),), tuple(ROWS[0]), tuple(ROWS[1]))
        write(figures.merged(figures.read(Path(folder) / "benchmarks.json"), now, whole), Path(folder))


def write(results: figures.Results, folder: Path) -> None:
    """docs/benchmarks.md, its raw rows, its pictures, and what README quotes."""
    figures.write(results, folder / "benchmarks.json")
    results = figures.read(folder / "benchmarks.json")  # the digits that are kept
    (folder / "benchmarks.md").write_text(table.document(results), encoding="utf-8")
    pictures = folder / "benchmarks"
    pictures.mkdir(exist_ok=True)
    for curve in results.curves:
        (pictures / f"{curve.name}.svg").write_text(svg(curve), encoding="utf-8")
    if folder.resolve() == ROOT / "docs":
        readme = ROOT / "README.md"
        readme.write_text(table.with_quotes(readme.read_text(encoding="utf-8"), results), encoding="utf-8")


def _began() -> str:
    return f"{BEGAN:%Y-%m-%d %H:%M}"


def _run() -> figures.Run:
    now = os.getloadavg()[0]
    minutes = (datetime.now(UTC) - BEGAN).total_seconds() / 60
    versions = {"Python": platform.python_version()} | {name: version(name) for name in PACKAGES}
    return figures.Run(_began(), processor(), os.cpu_count() or 1, gpu(), (LOAD, now), minutes, versions)


def processor() -> str:
    """Its name as Linux tells it, elsewhere what Python knows."""
    file = Path("/proc/cpuinfo")
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def gpu() -> str:
    """The name of the one that CUDA reaches, or that there is none."""
    import torch

    return torch.cuda.get_device_name() if torch.cuda.is_available() else "none that CUDA reaches"


@pytest.fixture
def in_turn(benchmark: Any) -> Any:
    """`in_turn({"name": work, …}, rounds=5, clock=time.process_time)` gives each one's median seconds; they take turns.

    Each is done once before. pytest-benchmark times a round of all.
    """

    def measured(ways: dict[str, Any], rounds: int = 5, clock: Any = time.process_time) -> dict[str, float]:
        taken: dict[str, list[float]] = {name: [] for name in ways}

        def one_round() -> None:
            for name, way in ways.items():
                began = clock()
                way()
                taken[name].append(clock() - began)

        benchmark.pedantic(one_round, rounds=rounds, warmup_rounds=1)
        return {name: statistics.median(each[1:]) for name, each in taken.items()}

    return measured
