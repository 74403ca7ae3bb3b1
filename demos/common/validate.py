"""Numbers that a visitor typed, checked before anything is built with them. No torch.

Each function takes the name of the value (a text, or a `Label` that is said in the visitor's language) and raises
BadInput, by that name, for a value that cannot be used.
"""

from demos.common.errors import BadInput

LONGEST = 40  # characters of a value that a sentence repeats


def whole(name: str, value: object, low: int, high: int) -> int:
    """`value` as an int, if it is a whole number from `low` to `high`."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high or value % 1:
        raise BadInput("common.not_whole", name=name, low=f"{low:,}", high=f"{high:,}", value=shortened(value))
    return int(value)


def number(name: str, value: object, low: float, high: float) -> float:
    """`value` as a float, if it is a number from `low` to `high`; NaN is none."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
        raise BadInput("common.not_number", name=name, low=f"{low:,.10g}", high=f"{high:,.10g}", value=shortened(value))
    return float(value)


def positive(name: str, value: object) -> float:
    """`value` as a float, if it is a number above 0; infinity is one, NaN is none."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not value > 0:
        raise BadInput("common.not_positive", name=name, value=shortened(value))
    return float(value)


def shortened(value: object) -> object:
    """What was given, short enough to be repeated in a sentence; None (an empty field) stays."""
    if value is None:
        return None
    shown = str(value)
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…"
