"""Numbers that a visitor typed, checked before anything is built with them. No torch."""

from typing import Any

from demos.common.errors import BadInput


def whole(name: str, value: Any, low: int, high: int) -> int:
    """`value` as an int. Raises BadInput, by the `name` (may be a Label), if it is no whole number from low to high."""
    if not _is_number(value) or not low <= value <= high or value % 1:
        raise BadInput("gpt.not_a_whole_number", name=name, low=f"{low:,}", high=f"{high:,}", value=value)
    return int(value)


def positive(name: str, value: Any) -> float:
    """`value` as a number above 0. Raises BadInput, by the `name` (may be a Label), if it is none."""
    if not _is_number(value) or not value > 0:
        raise BadInput("gpt.not_positive", name=name, value=value)
    return float(value)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
