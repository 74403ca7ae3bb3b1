"""Why no line can exist, written out for these points: two inequalities that ask for opposite things.

A line w₁x₁ + w₂x₂ + b that separates the classes is positive at every point of class 1 and not positive at every point
of class 0, hence also in any sum over them with positive factors. Where the hulls of the classes meet, a sum over class
1 and a sum over class 0 are one and the same number (J. Radon, Math. Annalen 83, 1921).
"""

from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import gcd, lcm
from typing import Any

from demos.xor.data import Points
from demos.xor.proof.separable import witness

Row = list[Fraction]


@dataclass(frozen=True)
class Term:
    """`factor` > 0 times w₁x₁ + w₂x₂ + b at the point number `index`, whose coordinates are `x`."""

    factor: Fraction
    index: int
    x: tuple[Fraction, Fraction]


@dataclass(frozen=True)
class Contradiction:
    """The sum over `ones` has to be > 0 and the sum over `zeros` ≤ 0; both are the same `total` · (w₁, w₂, b)."""

    ones: tuple[Term, ...]
    zeros: tuple[Term, ...]

    @property
    def total(self) -> tuple[Fraction, Fraction, Fraction]:
        """What stands before w₁, w₂ and b on both sides."""
        return total(self.ones)


def total(terms: tuple[Term, ...]) -> tuple[Fraction, Fraction, Fraction]:
    """Before w₁, w₂ and b, when the terms are added."""
    return (
        sum((term.factor * term.x[0] for term in terms), Fraction()),
        sum((term.factor * term.x[1] for term in terms), Fraction()),
        sum((term.factor for term in terms), Fraction()),
    )


def contradiction(points: Points) -> Contradiction | None:
    """The shortest contradiction among the points that no line separates; None if some line separates all points.

    The coordinates count as the floating-point numbers that they are, so that the sums are equal exactly.
    """
    among = witness(points)
    if among is None:
        return None
    places = [(Fraction(x1), Fraction(x2), Fraction(1)) for x1, x2 in points.x[among].tolist()]
    signs = [1 if label else -1 for label in points.y[among].tolist()]
    for size in (2, 3, 4):
        for chosen in combinations(range(len(among)), size):
            factors = _vanishing([places[k] for k in chosen])
            if factors is None:
                continue
            if factors[0] * signs[chosen[0]] < 0:
                factors = [-factor for factor in factors]
            if all(factor * signs[k] > 0 for factor, k in zip(factors, chosen, strict=True)):
                terms = [
                    (signs[k], Term(abs(factor), among[k], places[k][:2]))
                    for factor, k in zip(factors, chosen, strict=True)
                ]
                ones, zeros = (tuple(term for sign, term in terms if sign == side) for side in (1, -1))
                return Contradiction(ones, zeros)
    raise AssertionError("a witness always holds a contradiction")


def _vanishing(vectors: list[tuple[Fraction, Fraction, Fraction]]) -> list[Fraction] | None:
    """The factors, none of them 0, for which the vectors add up to 0, in the smallest whole numbers.

    None unless there are such factors, and but for their size only these. (Gaussian elimination, exact.)
    """
    rows: list[Row] = [[vector[k] for vector in vectors] for k in range(3)]
    size, pivots = len(vectors), 0
    for column in range(size - 1):
        found = next((row for row in range(pivots, 3) if rows[row][column]), None)
        if found is None:
            return None
        rows[pivots], rows[found] = rows[found], rows[pivots]
        rows[pivots] = [value / rows[pivots][column] for value in rows[pivots]]
        for other in range(3):
            if other != pivots:
                times = rows[other][column]
                rows[other] = [a - times * b for a, b in zip(rows[other], rows[pivots], strict=True)]
        pivots += 1
    if any(row[-1] for row in rows[pivots:]):
        return None  # independent: they never add up to 0
    factors = [-rows[k][-1] for k in range(size - 1)] + [Fraction(1)]
    if not all(factors):
        return None
    common = lcm(*(factor.denominator for factor in factors))
    whole = [int(factor * common) for factor in factors]
    return [Fraction(value, gcd(*whole)) for value in whole]


def shown(value: Fraction) -> tuple[str, bool]:
    """A number to read, and whether it is exact: whole, a short decimal, a small fraction, else rounded."""
    short = abs(value) < 10**6
    if short and value.denominator == 1:
        return str(value.numerator), True
    if short and 1000 % value.denominator == 0 and Fraction(f"{float(value):g}") == value:
        return f"{float(value):g}", True
    if short and value.denominator <= 60:
        return f"{value.numerator}/{value.denominator}", True
    return f"{float(value):.3g}", False


def proof_data(found: Contradiction) -> dict[str, Any]:
    """The contradiction as JSON for the page: factors and coordinates to read, and whether none of them is rounded.

    Factors that cannot be read exactly are shown as shares of their sum.
    """
    exact = all(shown(term.factor)[1] for term in (*found.ones, *found.zeros))
    size = Fraction(1) if exact else found.total[2]
    values = [value for term in (*found.ones, *found.zeros) for value in (term.factor / size, *term.x)]
    return {
        "exact": all(shown(value)[1] for value in values),
        **{
            side: [
                {"factor": shown(term.factor / size)[0], "x": [shown(one)[0] for one in term.x], "index": term.index}
                for term in terms
            ]
            for side, terms in (("ones", found.ones), ("zeros", found.zeros))
        },
        "total": [shown(value / size)[0] for value in found.total],
    }
