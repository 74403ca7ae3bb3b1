"""A curve as SVG: lines through what was measured, axes with round numbers, dark ink on a light sheet of its own."""

import math
from collections.abc import Sequence
from html import escape

from tests.benchmarks.figures import Curve
from tests.benchmarks.table import number

WIDTH, HEIGHT = 640, 360
LEFT, RIGHT, TOP, BOTTOM = 70, 20, 62, 48
PAPER, INK, FAINT = "#faf8f3", "#2b2a27", "#d9d5ca"
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#7a4f9e")  # Okabe and Ito's, dark enough for the sheet
DASHES = ("none", "7 4", "2 3", "9 3 2 3")  # whoever sees no colours tells the lines by these


def svg(curve: Curve) -> str:
    """The picture, 640 × 360."""
    values = [y for ys in curve.series.values() for y in ys]
    across = _scale(curve.xs, LEFT, WIDTH - RIGHT, curve.log)
    up = _scale(values, HEIGHT - BOTTOM, TOP, curve.log)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'role="img" aria-label="{escape(curve.title)}" font-family="IBM Plex Sans, Helvetica, Arial, sans-serif" '
        f'font-size="12" fill="{INK}">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="6" fill="{PAPER}"/>',
        f'<text x="14" y="24" font-size="15" font-weight="600">{escape(curve.title)}</text>',
    ]
    for value in ticks(values, curve.log):
        y = up(value)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="{FAINT}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{number(value) if value else 0}</text>')
    for value in curve.xs:
        parts.append(f'<text x="{across(value):.1f}" y="{HEIGHT - 28}" text-anchor="middle">{number(value)}</text>')
    parts.append(
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 10}" text-anchor="middle">{escape(curve.x)}</text>'
    )
    parts.append(f'<text x="14" y="{TOP - 18}">{escape(curve.y)}</text>')
    place = WIDTH - RIGHT
    for index, (name, ys) in reversed(list(enumerate(curve.series.items()))):
        colour, dash = COLOURS[index % len(COLOURS)], DASHES[index % len(DASHES)]
        points = [(across(x), up(y)) for x, y in zip(curve.xs, ys, strict=True)]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        drawn = f'stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"'
        parts.append(f'<polyline points="{line}" fill="none" {drawn}/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
        parts.append(f'<text x="{place}" y="{TOP - 18}" text-anchor="end" fill="{colour}">{escape(name)}</text>')
        place -= 6 * len(name) + 10
        parts.append(f'<line x1="{place - 22}" x2="{place}" y1="{TOP - 22}" y2="{TOP - 22}" {drawn}/>')
        place -= 38
    return "\n".join([*parts, "</svg>"]) + "\n"


def ticks(values: Sequence[float], log: bool) -> list[float]:
    """Round numbers around the values: powers of ten, or about five steps from 0."""
    if log:
        low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
        return [10.0**power for power in range(low, max(high, low + 1) + 1)]
    rough = max(values) / 5
    size = 10 ** math.floor(math.log10(rough))
    step = next(size * each for each in (1, 2, 2.5, 5, 10) if size * each >= rough)
    return [step * count for count in range(math.ceil(max(values) / step - 1e-9) + 1)]


def _scale(values: Sequence[float], begin: float, end: float, log: bool):  # type: ignore[no-untyped-def]
    """Where a value is drawn, between the first and the last of its ticks; those of the x axis are its values."""
    if begin < end:  # across
        low, high = (min(values), max(values)) if log else (0, max(values))
        begin, end = begin + 14, end - 24
    else:
        low, high = (each := ticks(values, log))[0], each[-1]
    see = math.log10 if log else float
    return lambda value: begin + (end - begin) * (see(value) - see(low)) / (see(high) - see(low))
