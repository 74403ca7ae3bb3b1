"""Is there a line at all? In the plane at most four points prove that there is none."""

from fractions import Fraction
from itertools import pairwise

import numpy as np

from demos.xor.data import Points

Corner = tuple[Fraction, Fraction, int]  # x₁, x₂ and which point it is


def witness(points: Points) -> list[int] | None:
    """The points (up to four indices) that no line can separate, or None if some line separates all points.

    Two classes can be separated by a line exactly if their convex hulls have no point in common (Kirchberger 1903): if
    the hulls meet, either two of their edges cross, or a corner of one lies in a triangle of the other. Computed in
    fractions, which floating-point numbers are, so the answer is exact.
    """
    hulls = [_hull(points, kind) for kind in (0, 1)]
    if not all(hulls):
        return None
    for p, q in _edges(hulls[0]):
        for r, s in _edges(hulls[1]):
            if _cross(p, q, r, s):
                return sorted({p[2], q[2], r[2], s[2]})
    for inner, outer in (hulls, hulls[::-1]):
        first = outer[0]
        for a, b in pairwise(outer[1:]):
            if _inside(inner[0], first, a, b):
                return sorted({inner[0][2], first[2], a[2], b[2]})
    return None


def _turn(a: Corner, b: Corner, c: Corner) -> Fraction:
    """Positive if a → b → c turns left, 0 on a straight line."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _hull(points: Points, kind: int) -> list[Corner]:
    """The corners of the convex hull of one class, counter-clockwise (A. Andrew's monotone chain, 1979)."""
    indices = np.flatnonzero(points.y == kind)
    corners = sorted((Fraction(points.x[i, 0]), Fraction(points.x[i, 1]), int(i)) for i in indices)

    def chain(ordered: list[Corner]) -> list[Corner]:
        kept: list[Corner] = []
        for corner in ordered:
            while len(kept) > 1 and _turn(kept[-2], kept[-1], corner) <= 0:
                kept.pop()
            kept.append(corner)
        return kept[:-1]

    return chain(corners) + chain(corners[::-1]) or corners[:1]


def _edges(hull: list[Corner]) -> list[tuple[Corner, Corner]]:
    return list(zip(hull, hull[1:] + hull[:1], strict=True))


def _cross(p: Corner, q: Corner, r: Corner, s: Corner) -> bool:
    """Do the segments pq and rs share a point?"""
    sides = _turn(p, q, r), _turn(p, q, s), _turn(r, s, p), _turn(r, s, q)
    if not any(sides):  # all on one line: their boxes must overlap
        return all(max(min(p[k], q[k]), min(r[k], s[k])) <= min(max(p[k], q[k]), max(r[k], s[k])) for k in (0, 1))
    return sides[0] * sides[1] <= 0 and sides[2] * sides[3] <= 0


def _inside(point: Corner, a: Corner, b: Corner, c: Corner) -> bool:
    turns = _turn(a, b, point), _turn(b, c, point), _turn(c, a, point)
    return all(turn >= 0 for turn in turns) or all(turn <= 0 for turn in turns)
