"""The table of the benchmarks: its rows, its text and its pictures; and what the documents quote of it."""

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from demos import DEMOS
from tests.benchmarks import figures, table
from tests.benchmarks.curve_svg import svg, ticks
from tests.benchmarks.figures import Curve, Figure, Results, Run, curve, declared, figure, merged

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
SPEED = r"\d[\d.,]* ?(?:ms\b|milliseconds|GB/s|tokens a second|times (?:as fast|faster)|× (?:as fast|faster)|배 빠)"
RUN = Run("2026-01-02 03:04", "A processor", 2, "none that CUDA reaches", (0.1, 1.9), 12.0, {"torch": "2.13"})
FAST = Figure("a lottery", "nets a second", 5200, "one by one", 100, at_least=50, headline="XOR: nets", tab="xor")
FAST = replace(FAST, test="tests/benchmarks/xor/test_speed.py::test_lottery", run=RUN.began)
SLOW = Figure("a film", "frames a second", 30, "bare", 40, at_least=0.9, tab="posture", run=RUN.began, test="film")
CURVE = Curve("lottery", "Nets & time", "nets", "nets a second", (1, 10, 100), {"ours": (2, 18, 150)}, True, test="c")
ALL = Results((RUN,), (FAST, SLOW), (replace(CURVE, run=RUN.began),))


def benchmark() -> SimpleNamespace:
    return SimpleNamespace(extra_info={})


def test_what_is_declared_comes_back_with_its_tab_and_its_test() -> None:
    one = benchmark()
    assert figure(one, what="a", unit="ms", ours=11, peer="b", theirs=10, at_most=1.15) == pytest.approx(1.1)
    curve(one, "grows", title="t", x="x", y="y", xs=[1, 2], series={"ours": [3, 4]})
    rows, curves = declared(one.extra_info, "tests/benchmarks/clip/gallery/test_speed.py::test", "now")
    assert rows == [Figure("a", "ms", 11, "b", 10, 1.15, tab="clip", test=rows[0].test, run="now")]
    assert curves[0].series == {"ours": (3, 4)}
    [row], _ = declared(one.extra_info, "tests/benchmarks/test_start.py::test", "now")
    assert row.tab == "app"


@pytest.mark.parametrize(("ours", "theirs"), [(0, 1), (1, 0), (-1, 1)])
def test_nothing_is_no_figure(ours: float, theirs: float) -> None:
    with pytest.raises(AssertionError):
        figure(benchmark(), what="a", unit="ms", ours=ours, peer="b", theirs=theirs)


@pytest.mark.parametrize(
    ("least", "most", "met", "said"),
    [
        (None, None, None, ""),
        (2, None, True, "≥ 2"),
        (2.1, None, False, "≥ 2.1"),
        (None, 2, True, "≤ 2"),
        (None, 1.9, False, "≤ 1.9"),
    ],
)
def test_a_target_is_one_of_the_ratio(least: float | None, most: float | None, met: bool | None, said: str) -> None:
    row = Figure("a", "ms", 4, "b", 2, most, least)
    assert (row.met, row.target) == (met, said)
    assert ("missed" in table.judged(row)) is (met is False)


def test_numbers_have_three_digits() -> None:
    numbers = {0.01234: "0.0123", 1.3333: "1.33", 12.0: "12", 99.94: "99.9", 123.4: "123", 12345.6: "12,346"}
    assert {value: table.number(value) for value in numbers} == numbers


def test_the_document_has_every_row_the_machine_and_what_is_missed() -> None:
    said = table.document(ALL)
    assert "| a lottery | nets a second | 5,200 | one by one | 100 | 52 | ≥ 50 |" in said
    assert "| a film | frames a second | 30 | bare | 40 | 0.75 | ≥ 0.9, **missed** |" in said
    assert "| 2026-01-02 03:04 | A processor | 2 | none that CUDA reaches | 0.1 and 1.9 | 12.0 |" in said
    assert "2 figures, 2 with a target, 1 of them missed." in said
    assert said.index("## XOR") < said.index("## Posture")
    assert "![Nets & time](benchmarks/lottery.svg)" in said


def test_the_terminal_says_the_same() -> None:
    lines = table.terminal(ALL.figures)
    assert [line.split()[0] for line in lines] == ["what", "XOR", "a", "Posture", "a"]
    assert lines[-1].endswith("≥ 0.9, missed")
    assert table.terminal([]) == []


def test_a_run_of_a_part_renews_its_rows_alone() -> None:
    later = replace(RUN, began="2026-01-03 00:00")
    again = replace(SLOW, ours=39, run=later.began)
    both = merged(ALL, Results((later,), (again,)), whole=False)
    assert both.figures == (FAST, again)
    assert both.curves == ALL.curves
    assert [each.began for each in both.runs] == [RUN.began, later.began]
    assert f"a lottery ({RUN.began})" in table.document(both)
    whole = merged(ALL, Results((later,), (again,)), whole=True)
    assert (whole.runs, whole.figures, whole.curves) == ((later,), (again,), ())


def test_rows_are_read_as_they_were_written(tmp_path: Path) -> None:
    figures.write(ALL, tmp_path / "benchmarks.json")
    assert figures.read(tmp_path / "benchmarks.json") == ALL
    assert figures.read(tmp_path / "none.json") == Results()


def test_readme_keeps_all_but_its_figures() -> None:
    readme = f"before\n{table.BEGIN}\nold\n{table.END}\nafter\n"
    said = table.with_quotes(readme, ALL)
    assert said == f"before\n{table.quoted(ALL)}\nafter\n"
    assert "| XOR: nets | 5,200 nets a second; one by one: 100 |" in said
    assert "A processor, 2 cores" in said
    with pytest.raises(ValueError, match="figures"):
        table.with_quotes("nothing", ALL)


@pytest.mark.parametrize(
    ("values", "log", "found"),
    [
        ([0.2, 9], False, [0, 2, 4, 6, 8, 10]),
        ([100, 480], False, [0, 100, 200, 300, 400, 500]),
        ([3, 450], True, [1, 10, 100, 1000]),
    ],
)
def test_ticks_are_round_and_hold_all_values(values: list[float], log: bool, found: list[float]) -> None:
    assert ticks(values, log) == pytest.approx(found)


@pytest.mark.parametrize("log", [True, False])
def test_a_curve_is_drawn_inside_its_sheet(log: bool) -> None:
    picture = ElementTree.fromstring(svg(replace(CURVE, log=log)))
    name = "{http://www.w3.org/2000/svg}"
    [line] = picture.findall(f"{name}polyline")
    points = [tuple(map(float, point.split(","))) for point in line.attrib["points"].split()]
    assert len(points) == 3
    assert all(0 < x < 640 and 0 < y < 360 for x, y in points)
    assert [y for _, y in points] == sorted((y for _, y in points), reverse=True)  # more is further up
    assert "Nets & time" in "".join(picture.itertext())


RESULTS = figures.read(DOCS / "benchmarks.json")


def test_the_document_is_that_of_its_rows() -> None:
    assert RESULTS.figures
    assert (DOCS / "benchmarks.md").read_text(encoding="utf-8") == table.document(RESULTS)


def test_the_pictures_are_those_of_its_rows() -> None:
    pictures = {file.stem: file.read_text(encoding="utf-8") for file in (DOCS / "benchmarks").iterdir()}
    assert pictures == {each.name: svg(each) for each in RESULTS.curves}
    assert set(pictures) >= {"lottery", "gallery", "visitors", "films"}


def test_every_row_comes_from_a_benchmark_that_is_there() -> None:
    for row in (*RESULTS.figures, *RESULTS.curves):
        file, _, name = row.test.partition("::")
        assert f"def {name.partition('[')[0]}(" in (ROOT / file).read_text(encoding="utf-8"), row.test


def test_every_tab_has_a_row() -> None:
    assert {row.tab for row in RESULTS.figures} == set(figures.TABS) == {"app", *(demo.name for demo in DEMOS)}


@pytest.mark.parametrize("tab", figures.TABS)
def test_every_tab_has_a_benchmark_that_readme_quotes(tab: str) -> None:
    folder = ROOT / "tests" / "benchmarks"
    files = folder.glob("test_*.py") if tab == "app" else (folder / tab).rglob("test_*.py")
    assert any(" headline=" in file.read_text(encoding="utf-8") for file in files)


def test_readme_quotes_the_table() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert table.with_quotes(readme, RESULTS) == readme
    outside = readme.partition(table.BEGIN)[0] + readme.partition(table.END)[2]
    assert re.findall(SPEED, outside) == []


@pytest.mark.parametrize("document", ["docs/README.ko.md", *(f"demos/{demo.name}/README.md" for demo in DEMOS)])
def test_what_a_document_says_on_speed_it_leaves_to_the_table(document: str) -> None:
    assert re.findall(SPEED, (ROOT / document).read_text(encoding="utf-8")) == []
