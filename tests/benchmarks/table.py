"""The rows of the benchmarks as people read them: in the terminal, in docs/benchmarks.md and in README's few lines."""

from collections.abc import Iterable, Sequence

from tests.benchmarks.figures import TABS, Curve, Figure, Results, Run

HEAD = """\
# Benchmarks

Written by `make bench`; the raw rows are in `docs/benchmarks.json`. Each figure stands beside a peer that was measured
in the same run. **ours / peer** is the quotient: of a rate (… a second) more is better, of a time or a memory less. A
target is one of that quotient, and a missed one is marked. Where both sides are computations, times are medians or
minima of processor time on one thread; where a whole app is used, they are by the clock; `tests/benchmarks/` has each.
`make bench PYTEST_ARGS="-k lottery"` renews those rows alone.
"""
COLUMNS = ("what", "unit", "ours", "peer", "its", "ours / peer", "target")
BEGIN, END = "<!-- figures: written by `make bench` -->", "<!-- end of figures -->"


def number(value: float) -> str:
    """Three digits, and no fewer than there are before the point: "0.0123", "1.33", "12,345"."""
    digits = f"{value:.3g}"
    return f"{value:,.0f}" if value >= 100 else f"{float(digits):f}".rstrip("0").rstrip(".")


def judged(row: Figure) -> str:
    """What is asked of the ratio, and whether it is missed."""
    return f"{row.target}, **missed**" if row.met is False else row.target


def cells(row: Figure) -> tuple[str, ...]:
    """One row, by COLUMNS."""
    ours, theirs, ratio = (number(each) for each in (row.ours, row.theirs, row.ratio))
    return row.what, row.unit, ours, row.peer, theirs, ratio, judged(row)


def terminal(figures: Sequence[Figure]) -> list[str]:
    """A table of plain text, a heading for each tab."""
    rows = [tuple(cell.replace("**", "") for cell in cells(each)) for each in figures]
    widths = [max(len(row[place]) for row in [COLUMNS, *rows]) for place in range(len(COLUMNS))]
    lines = []
    for tab, title in TABS.items():
        chosen = [(row, each.device) for row, each in zip(rows, figures, strict=True) if each.tab == tab]
        lines += [title, *(_line((*row[:-1], f"{row[-1]}{_gpu(device)}"), widths) for row, device in chosen)] * bool(
            chosen
        )
    return [_line(COLUMNS, widths), *lines] if rows else []


def document(results: Results) -> str:
    """docs/benchmarks.md."""
    parts = [HEAD, _machines(results.runs)]
    missed = [each for each in results.figures if each.met is False]
    asked = [each for each in results.figures if each.met is not None]
    parts.append(f"{len(results.figures)} figures, {len(asked)} with a target, {len(missed)} of them missed.\n")
    latest = results.runs[-1].began if results.runs else ""
    for tab, title in TABS.items():
        for device, there in (("cpu", ""), ("cuda", " on a GPU")):
            rows = [each for each in results.figures if (each.tab, each.device) == (tab, device)]
            if rows:
                parts.append(f"## {title}{there}\n\n{_markdown(rows, latest)}")
    if results.curves:
        parts.append("## Growth\n\n" + "\n".join(_growth(each) for each in results.curves))
    return "\n".join(parts)


def quoted(results: Results) -> str:
    """README's lines: the figures that have a headline."""
    rows = [(each.headline, _said(each)) for each in results.figures if each.headline]
    lines = [f"| {what} | {said} |" for what, said in rows]
    where = {f"{run.processor}, {run.cores} cores" for run in results.runs}
    return "\n".join(
        [BEGIN, f"| measured on {'; '.join(sorted(where))} | ours, and beside it |", "|---|---|", *lines, END]
    )


def with_quotes(readme: str, results: Results) -> str:
    """README with its figures renewed. Raises ValueError if it has no place for them."""
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"README has no {BEGIN} … {END}")
    return before + quoted(results) + after


def _said(row: Figure) -> str:
    return f"{number(row.ours)} {row.unit}; {row.peer}: {number(row.theirs)}"


def _machines(runs: Sequence[Run]) -> str:
    rows = [
        "| begun (UTC) | processor | cores | GPU | load at begin and end | minutes |",
        "|---|---|---|---|---|---|",
    ]
    for run in runs:
        load = " and ".join(f"{each:.1f}" for each in run.load)
        rows.append(f"| {run.began} | {run.processor} | {run.cores} | {run.gpu} | {load} | {run.minutes:.1f} |")
    versions = runs[-1].versions if runs else {}
    named = ", ".join(f"{name} {version}" for name, version in versions.items())
    return "\n".join(rows) + f"\n\n{named}.\n"


def _markdown(rows: Sequence[Figure], latest: str) -> str:
    lines = [f"| {' | '.join(COLUMNS)} |", "|---|---|--:|---|--:|--:|---|"]
    for row in rows:
        what, *others = cells(row)
        older = "" if row.run == latest else f" ({row.run})"  # measured in an earlier run
        lines.append(f"| {' | '.join([what + older, *others])} |")
    return "\n".join(lines) + "\n"


def _growth(curve: Curve) -> str:
    note = f"\n\n{curve.note}" if curve.note else ""
    return f"![{curve.title}](benchmarks/{curve.name}.svg)\n\n{curve.title}, measured {curve.run} UTC.{note}\n"


def _line(texts: Iterable[str], widths: Sequence[int]) -> str:
    return "  " + "  ".join(text.ljust(width) for text, width in zip(texts, widths, strict=True)).rstrip()


def _gpu(device: str) -> str:
    return "" if device == "cpu" else " (GPU)"
