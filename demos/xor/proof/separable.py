"""Is there a line at all? In the plane at most four points prove that there is none."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, combinations_with_replacement, product

import numpy as np

from demos.xor.data import Points

MANY = 16  # corners of a hull

Corner = tuple[int, int, int]  # x₁ and x₂ in whole numbers of a tiny unit, and which point it is


def witness(points: Points) -> list[int] | None:
    """The points (up to four indices) that no line can separate, or None if some line separates all points.

    A line separates two classes exactly if their convex hulls have no place in common, and for that four points are
    enough to look at (P. Kirchberger, Math. Annalen 57, 1903): either a segment between two points of one class meets a
    segment of the other, or a point of one lies in a triangle of the other. Of all such fours, the largest is returned.
    (Of a hull with many corners only some are tried first.) Computed in whole numbers, so the answer is exact.
    """
    hulls = _hulls(points)
    if not all(hulls) or _apart(*hulls) or _apart(*hulls[::-1]):
        return None
    for one, other in ([hull[:: 1 + len(hull) // MANY] for hull in hulls], hulls):
        for meetings in (_crossings(one, other), _enclosures(one, other), _enclosures(other, one)):
            if best := max(meetings, default=None):
                return sorted({corner[2] for corner in best[1]})
    return None


def _apart(one: list[Corner], other: list[Corner]) -> bool:
    """Does an edge of the hull `one` keep it apart from the other? If the two have no place in common, one of all edges
    does, unless both hulls lie on one line (the separating axis theorem)."""
    edges = zip(one, one[1:] + one[:1], strict=True)
    return any(a != b and all(_turn(a, b, corner) < 0 for corner in other) for a, b in edges)


def _crossings(one: list[Corner], other: list[Corner]) -> Iterator[tuple[int, list[Corner]]]:
    """Two segments that meet, with twice the area of the quadrilateral around them."""
    segments = (list(combinations_with_replacement(hull, 2)) for hull in (one, other))
    for (p, q), (r, s) in product(*segments):
        if _cross(p, q, r, s):
            area = abs((q[0] - p[0]) * (s[1] - r[1]) - (q[1] - p[1]) * (s[0] - r[0]))
            yield area, [p, q, r, s]


def _enclosures(inner: list[Corner], outer: list[Corner]) -> Iterator[tuple[int, list[Corner]]]:
    """A point in a triangle, with twice the area of the triangle."""
    for point, (a, b, c) in product(inner, combinations(outer, 3)):
        if _inside(point, a, b, c):
            yield abs(_turn(a, b, c)), [point, a, b, c]


def _hulls(points: Points) -> list[list[Corner]]:
    """The corners of the convex hull of each class, counter-clockwise (A. Andrew's monotone chain, 1979)."""
    exact = [[Fraction(value) for value in place] for place in points.x.tolist()]
    unit = max(value.denominator for place in exact for value in place)  # all are powers of two
    places = [(int(x1 * unit), int(x2 * unit), index) for index, (x1, x2) in enumerate(exact)]

    def chain(ordered: list[Corner]) -> list[Corner]:
        kept: list[Corner] = []
        for corner in ordered:
            while len(kept) > 1 and _turn(kept[-2], kept[-1], corner) <= 0:
                kept.pop()
            kept.append(corner)
        return kept[:-1]

    hulls = []
    for label in (0, 1):
        corners = sorted(places[index] for index in np.flatnonzero(points.y == label))
        hulls.append(chain(corners) + chain(corners[::-1]) or corners[:1])
    return hulls


def _turn(a: Corner, b: Corner, c: Corner) -> int:
    """Positive if a → b → c turns left, 0 on a straight line; twice the area of the triangle."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _cross(p: Corner, q: Corner, r: Corner, s: Corner) -> bool:
    """Do the segments pq and rs share a point?"""
    sides = _turn(p, q, r), _turn(p, q, s), _turn(r, s, p), _turn(r, s, q)
    if not any(sides):  # all on one line: their boxes must overlap
        return all(max(min(p[k], q[k]), min(r[k], s[k])) <= min(max(p[k], q[k]), max(r[k], s[k])) for k in (0, 1))
    return sides[0] * sides[1] <= 0 and sides[2] * sides[3] <= 0


def _inside(point: Corner, a: Corner, b: Corner, c: Corner) -> bool:
    turns = _turn(a, b, point), _turn(b, c, point), _turn(c, a, point)
    return all(turn >= 0 for turn in turns) or all(turn <= 0 for turn in turns)
