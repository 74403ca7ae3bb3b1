"""What a benchmark measured, beside its peer in the same run: declared by `figure` and `curve`, and kept as rows.

A figure's ratio is ours / peer. Of a rate (tokens a second) more is better, of a time or a memory less; a target says
which: `at_least` or `at_most`, of the ratio.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

TABS = {"app": "The app", "xor": "XOR", "gpt": "minGPT", "clip": "CLIP", "posture": "Posture"}
DEVICES = ("cpu", "cuda")
DECLARED, CURVES = "figures", "curves"  # in the extra_info of pytest-benchmark


@dataclass(frozen=True)
class Figure:
    """One row: what was measured in which unit, ours and the peer's, and what is asked of ours / peer.

    `run` is the begin of the run that measured it, `test` the test that declared it. `headline` is what README quotes
    it as, if it does.
    """

    what: str
    unit: str
    ours: float
    peer: str
    theirs: float
    at_most: float | None = None
    at_least: float | None = None
    device: str = "cpu"
    headline: str = ""
    tab: str = ""
    test: str = ""
    run: str = ""

    @property
    def ratio(self) -> float:
        """ours / peer"""
        return self.ours / self.theirs

    @property
    def met(self) -> bool | None:
        """Whether the ratio is what is asked; None where nothing is."""
        if self.at_most is None and self.at_least is None:
            return None
        above = self.at_least is None or self.ratio >= self.at_least
        return above and (self.at_most is None or self.ratio <= self.at_most)

    @property
    def target(self) -> str:
        """ "≥ 50", "≤ 1.1", or nothing."""
        asked = [f"≥ {self.at_least:g}"] if self.at_least is not None else []
        return " ".join(asked + ([f"≤ {self.at_most:g}"] if self.at_most is not None else []))


@dataclass(frozen=True)
class Curve:
    """How something grows: for each series the y of each x. `name` is that of its picture, `log` has both axes so."""

    name: str
    title: str
    x: str
    y: str
    xs: tuple[float, ...]
    series: dict[str, tuple[float, ...]]
    log: bool = False
    note: str = ""
    test: str = ""
    run: str = ""


@dataclass(frozen=True)
class Run:
    """One run of benchmarks: its begin (UTC), the machine, its load (a minute's mean) at begin and end, versions."""

    began: str
    processor: str
    cores: int
    gpu: str
    load: tuple[float, float]
    minutes: float
    versions: dict[str, str]


@dataclass(frozen=True)
class Results:
    """All rows and curves, and the runs that they come from."""

    runs: tuple[Run, ...] = ()
    figures: tuple[Figure, ...] = ()
    curves: tuple[Curve, ...] = field(default=())


def figure(
    benchmark: Any,
    *,
    what: str,
    unit: str,
    ours: float,
    peer: str,
    theirs: float,
    at_most: float | None = None,
    at_least: float | None = None,
    device: str = "cpu",
    headline: str = "",
) -> float:
    """Declare what a benchmark measured. Returns ours / peer."""
    row = Figure(what, unit, float(ours), peer, float(theirs), at_most, at_least, device, headline)
    assert row.ours > 0
    assert row.theirs > 0
    assert device in DEVICES
    benchmark.extra_info.setdefault(DECLARED, []).append(asdict(row))
    return row.ratio


def curve(
    benchmark: Any,
    name: str,
    *,
    title: str,
    x: str,
    y: str,
    xs: Sequence[float],
    series: dict[str, Sequence[float]],
    log: bool = False,
    note: str = "",
) -> None:
    """Declare a curve: `series` has as many values each as `xs`."""
    values = {each: tuple(map(float, ys)) for each, ys in series.items()}
    assert all(len(ys) == len(xs) for ys in values.values())
    drawn = Curve(name, title, x, y, tuple(map(float, xs)), values, log, note)
    benchmark.extra_info.setdefault(CURVES, []).append(asdict(drawn))


def declared(extra_info: dict[str, Any], test: str, run: str) -> tuple[list[Figure], list[Curve]]:
    """What the benchmark `test` has declared, which lies at tests/benchmarks/<tab>/… or beside the tabs' folders."""
    folder = test.partition("tests/benchmarks/")[2].split("/")[0]
    told = {"test": test, "run": run}
    figures = [
        Figure(**each | told | {"tab": folder if folder in TABS else "app"}) for each in extra_info.get(DECLARED, ())
    ]
    return figures, [_curve(each | told) for each in extra_info.get(CURVES, ())]


def merged(before: Results, now: Results, whole: bool) -> Results:
    """The rows of `now`, and those of `before` that come from other tests, unless `now` is the `whole`."""
    again = {each.test for each in (*now.figures, *now.curves)}
    figures = [each for each in before.figures if not whole and each.test not in again] + list(now.figures)
    curves = [each for each in before.curves if not whole and each.test not in again] + list(now.curves)
    tabs = list(TABS)
    figures.sort(key=lambda each: (tabs.index(each.tab), each.test.partition("::")[0]))  # stable: as declared
    curves.sort(key=lambda each: each.name)
    named = {each.run for each in (*figures, *curves)}
    runs = {each.began: each for each in (*before.runs, *now.runs) if each.began in named}
    return Results(tuple(runs[began] for began in sorted(runs)), tuple(figures), tuple(curves))


def read(file: Path) -> Results:
    """What `write` has written; empty if there is no such file."""
    if not file.exists():
        return Results()
    told = json.loads(file.read_text(encoding="utf-8"))
    return Results(
        tuple(Run(**each | {"load": tuple(each["load"])}) for each in told["runs"]),
        tuple(Figure(**each) for each in told["figures"]),
        tuple(map(_curve, told["curves"])),
    )


def write(results: Results, file: Path) -> None:
    """All of it as JSON, numbers to five digits."""
    figures = [replace(each, ours=_digits(each.ours), theirs=_digits(each.theirs)) for each in results.figures]
    curves = [
        replace(each, series={name: tuple(map(_digits, ys)) for name, ys in each.series.items()})
        for each in results.curves
    ]
    told = asdict(replace(results, figures=tuple(figures), curves=tuple(curves)))
    file.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _curve(told: dict[str, Any]) -> Curve:
    series = {name: tuple(ys) for name, ys in told["series"].items()}
    return Curve(**told | {"xs": tuple(told["xs"]), "series": series})


def _digits(value: float) -> float:
    return float(f"{value:.5g}")
