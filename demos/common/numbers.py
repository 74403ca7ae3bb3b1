"""The one way to say a number; `page/numbers.js` says the same in the browser."""

import math
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeGuard

MISSING = "–"


def percent(share: float | None) -> str:
    """A share (0 to 1) of things that were counted: "97.5%". Cut, not rounded: "100%" means all of them."""
    if not _is_number(share):
        return MISSING
    tenths = math.floor(share * 1000 + 1e-6)
    return f"{tenths / 10:.1f}%" if tenths % 10 else f"{tenths // 10}%"


def probability(p: float | None) -> str:
    """What a model believes (0 to 1): "83%", and near the ends as fine as it takes: "99.7%", "1.2%", "< 0.01%".

    "100%" and "0%" are said only of 1 and 0.
    """
    if not _is_number(p):
        return MISSING
    if p >= 1:
        return "100%"
    if p <= 0:
        return "0%"
    if p >= 0.9995:
        return "> 99.9%"
    if p >= 0.1:
        return f"{_fixed(100 * p, 1 if p > 0.99 else 0)}%"
    return f"{_fixed(100 * p, 1 - Decimal(100 * p).adjusted())}%" if p >= 0.0001 else "< 0.01%"  # two digits


def few_digits(number: float) -> float:
    """Short for the page, but never 0 for what is above it: nine digits that count, which hold a 32-bit number."""
    return float(f"{number:.9g}")


def decimals(value: float | None, places: int = 3) -> str:
    """With so many digits after the point: "0.693"; zero has no sign."""
    return re.sub(r"^-(?=[0.]*$)", "", _fixed(value, places)).replace("-", "−") if _is_number(value) else MISSING


def signed(value: float | None, places: int = 2) -> str:
    """With its sign: "+0.50", "−0.50"; what is rounded to zero has a plus."""
    if not _is_number(value):
        return MISSING
    digits = _fixed(abs(value), places)
    return f"{'−' if value < 0 and float(digits) else '+'}{digits}"


def count(value: float | None) -> str:
    """How many: "12,345"."""
    return f"{math.floor(value + 0.5):,}".replace("-", "−") if _is_number(value) else MISSING


def ordinal(number: int) -> str:
    """A place in English: "1st", "2nd", "3rd", "11th", "22nd"."""
    ending = "th" if 10 <= number % 100 < 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _is_number(value: float | None) -> TypeGuard[float]:
    return value is not None and math.isfinite(value)


def _fixed(value: float, places: int) -> str:
    """`value` with so many digits after the point, halves rounded away from zero as a browser does (and Python not)."""
    return f"{Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"
