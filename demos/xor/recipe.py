"""What one chooses before training, and the range of each choice. Free of torch: the page reads it first."""

import math
from dataclasses import dataclass, replace
from typing import Any

from demos.common.errors import BadInput
from demos.xor.data import DATASETS

MODELS = ("perceptron", "mlp")
ACTIVATIONS = ("tanh", "relu", "sigmoid", "sine")
INITIALISATIONS = ("xavier", "he", "uniform", "positive", "zeros")
LOSSES = ("cross_entropy", "squared")
OPTIMISERS = ("adam", "momentum", "gradient_descent")

NAMES = {
    "data": tuple(DATASETS),
    "activation": ACTIVATIONS,
    "init": INITIALISATIONS,
    "loss": LOSSES,
    "optimiser": OPTIMISERS,
}
RANGES: dict[str, tuple[float, float]] = {
    "noise": (0.0, 1.0),
    "count": (4, 2000),
    "layers": (1, 4),
    "hidden": (1, 64),
    "lr": (1e-5, 10.0),
    "steps": (1, 100_000),
    "seed": (0, 2**31 - 1),
}
WHOLE = ("count", "layers", "hidden", "steps", "seed")


@dataclass(frozen=True)
class Recipe:
    """Everything a training depends on; the same recipe gives the same run.

    `noise` (standard deviation in units of the plane) and `count` (points) default to the dataset's own.
    `layers` hidden layers of `hidden` units each. `steps` counts points shown for the perceptron and gradient steps,
    each over all points, for the MLP. `seed` draws the points and the first weights.
    """

    data: str = "xor"
    noise: float | None = None
    count: int | None = None
    layers: int = 1
    hidden: int = 4
    activation: str = "tanh"
    init: str = "xavier"
    loss: str = "cross_entropy"
    optimiser: str = "adam"
    lr: float = 0.1
    steps: int = 2000
    seed: int = 0

    @property
    def widths(self) -> tuple[int, ...]:
        """Units from the input to the output: (2, hidden, …, hidden, 1)."""
        return (2, *[self.hidden] * self.layers, 1)

    def checked(self) -> "Recipe":
        """This recipe with whole numbers as int and the dataset's defaults filled in. Raises BadInput."""
        for field, known in NAMES.items():
            if getattr(self, field) not in known:
                raise BadInput("xor.bad_name", field=field, value=_short(getattr(self, field)), known=", ".join(known))
        dataset = DATASETS[self.data]
        filled = replace(
            self,
            noise=dataset.noise if self.noise is None else self.noise,
            count=dataset.count if self.count is None else self.count,
        )
        numbers: dict[str, Any] = {field: _number(field, getattr(filled, field)) for field in RANGES}
        return replace(filled, **numbers)


def _number(field: str, value: object) -> float:
    """`value` if it is a number in the field's range, an int where a whole number is meant. Raises BadInput."""
    low, high = RANGES[field]
    whole = field in WHOLE
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not math.isfinite(value)
        or not low <= value <= high
        or (whole and value != int(value))
    ):
        kind = "xor.bad_whole" if whole else "xor.bad_number"
        raise BadInput(kind, field=field, value=_short(value), low=f"{low:g}", high=f"{high:,.10g}")
    return int(value) if whole else float(value)


def _short(value: object) -> str:
    """What was given, short enough to be repeated in a sentence."""
    shown = str(value)
    return shown if len(shown) <= 40 else shown[:39] + "…"
