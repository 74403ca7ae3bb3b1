"""What one chooses before training, and the range of each choice. Free of torch: the page reads it first."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from demos.common.errors import BadInput
from demos.common.validate import number, whole
from demos.xor.data import DATASETS, Points, sample, split
from demos.xor.tables.activations import ACTIVATIONS
from demos.xor.tables.features import COORDINATES, FEATURES
from demos.xor.tables.initialisations import INITIALISATIONS
from demos.xor.tables.losses import LOSSES, OUTPUTS
from demos.xor.tables.optimisers import OPTIMISERS

MODELS = ("perceptron", "mlp", "forward-forward")

# What is chosen by name, and the table that knows the names.
TABLES: Mapping[str, Mapping[str, object]] = {
    "data": DATASETS,
    "activation": ACTIVATIONS,
    "init": INITIALISATIONS,
    "loss": LOSSES,
    "output": OUTPUTS,
    "optimiser": OPTIMISERS,
}
# Bounds that are whole numbers ask for a whole number.
RANGES: dict[str, Any] = {
    "noise": (0.0, 1.0),
    "count": (4, 2000),
    "lr": (1e-5, 10.0),
    "forward_lr": (1e-5, 10.0),
    "steps": (1, 100_000),
    "seed": (0, 2**31 - 1),
    "points_seed": (0, 2**31 - 1),
    "batch": (0, 2000),
    "l1": (0.0, 1.0),
    "l2": (0.0, 1.0),
    "test": (0.0, 0.9),
    "dropout": (0.0, 0.8),
}
MOST_LAYERS, MOST_UNITS = 4, 64  # hidden layers, and units in each


@dataclass(frozen=True)
class Recipe:
    """Everything a training depends on; the same recipe gives the same run.

    `noise` (standard deviation in units of the plane) and `count` (points) default to the dataset's own.
    `hidden` are the units of each hidden layer; without one the MLP is a line. `steps` counts points shown for the
    perceptron and gradient steps for the others. `seed` draws the first weights, and the points too unless
    `points_seed` draws them.
    `activation` is that of all hidden layers, or has a name for each, with commas between: "relu,tanh".
    `output` is what the last sum goes through; targets are 0 and 1 for "sigmoid", −1 and 1 for "tanh" and "linear".
    With three classes and more there is an output for each, and cross-entropy takes the softmax of them.
    `batch` points a gradient step, 0 for all. `l1` and `l2` penalise weights (not biases) by l1 Σ|w| + l2 ½Σw².
    `test` is the share of the points held out, from which no learner learns. `forward_lr` is the learning rate of
    Forward-Forward where it learns beside the MLP, whose rate is `lr`; alone it learns with `lr` as every learner does.
    `standardise` lets all learners learn the coordinates with mean 0 and standard deviation 1 (`standardise.py`).
    `dropout` is the probability with which a hidden unit of the MLP is left out of a training step (`dropout.py`).
    `features` are the MLP's inputs, of `tables/features.py`, in its order; the other models see the coordinates alone.
    """

    data: str = "xor"
    noise: float | None = None
    count: int | None = None
    hidden: tuple[int, ...] = (4,)
    activation: str = "tanh"
    init: str = "xavier"
    loss: str = "cross_entropy"
    optimiser: str = "adam"
    lr: float = 0.1
    steps: int = 2000
    seed: int = 0
    output: str = "sigmoid"
    batch: int = 0
    l1: float = 0.0
    l2: float = 0.0
    test: float = 0.0
    points_seed: int | None = None
    forward_lr: float = 0.1
    standardise: bool = False
    features: tuple[str, ...] = COORDINATES
    dropout: float = 0.0

    def widths_of(self, model: str, classes: int = 2) -> tuple[int, ...]:
        """Units from the inputs to the output of any of MODELS: one output for two classes, else one for each class.

        A Forward-Forward net sees the label, a number for each class, beside the point and has no output layer.
        """
        outputs = 1 if classes == 2 else classes
        return {
            "perceptron": (2, outputs),
            "mlp": (len(self.features), *self.hidden, outputs),
            "forward-forward": (2 + classes, *self.hidden),
        }[model]

    @property
    def seed_of_points(self) -> int:
        """The seed of the points, of the split and of the order in batches."""
        return self.seed if self.points_seed is None else self.points_seed

    def checked(self) -> "Recipe":
        """This recipe with whole numbers as int and the dataset's defaults filled in. Raises BadInput."""
        for field, table in TABLES.items():
            if field != "activation" and getattr(self, field) not in tuple(table):
                raise BadInput("xor.bad_name", field=field, value=_short(getattr(self, field)), known=names(field))
        if (judged := LOSSES[self.loss].outputs) and self.output not in judged:
            raise BadInput("xor.no_probability", output=self.output)
        if not isinstance(self.standardise, bool):
            raise BadInput("xor.not_a_switch", name="standardise", value=_short(self.standardise))
        dataset = DATASETS[self.data]
        filled = replace(
            self,
            activation=_activation(self.activation, _hidden(self.hidden)),
            noise=dataset.noise if self.noise is None else self.noise,
            count=dataset.count if self.count is None else self.count,
            hidden=_hidden(self.hidden),
            features=_features(self.features),
        )
        numbers: dict[str, Any] = {
            field: (whole if isinstance(low, int) else number)(field, getattr(filled, field), low, high)
            for field, (low, high) in RANGES.items()
            if (field, getattr(filled, field)) != ("points_seed", None)
        }
        return replace(filled, **numbers)


def names(field: str) -> str:
    """The names that `field` may have, to be read: "xor, and, or"."""
    return ", ".join(FEATURES if field == "features" else TABLES[field])


def train_test_points(recipe: Recipe, own: Points | None = None) -> tuple[Points, Points | None]:
    """The points to learn from, and those held out (None if `recipe.test` is 0). `recipe` must have been `checked`.

    They are a visitor's `own` points where there are any, else drawn by the recipe.
    """
    assert recipe.count is not None
    assert recipe.noise is not None
    points = own or sample(recipe.data, recipe.count, recipe.noise, recipe.seed_of_points)
    return split(points, recipe.test, recipe.seed_of_points) if recipe.test else (points, None)


def train_points(recipe: Recipe, own: Points | None = None) -> Points:
    """The first of `train_test_points`: what all learners learn from."""
    return train_test_points(recipe, own)[0]


def same_width(hidden: object, layers: object = 1) -> tuple[int, ...]:
    """The widths of `layers` hidden layers of `hidden` units each. Raises BadInput."""
    return (whole("hidden", hidden, 1, MOST_UNITS),) * whole("layers", layers, 0, MOST_LAYERS)


def read_widths(given: str, layers: int | None = None) -> tuple[int, ...]:
    """ "8,4" is a layer of 8 units and one of 4; "8" with two `layers` is (8, 8). Raises BadInput."""
    widths = split_widths(given)
    if layers is None:
        return _hidden(widths)
    if len(widths) not in (1, layers):
        raise BadInput("xor.layers_twice", hidden=_short(given), count=len(widths), layers=layers)
    return same_width(widths[0], layers) if len(widths) == 1 else _hidden(widths)


def split_widths(given: str) -> list[int | str]:
    """The numbers between the commas; what is no number stays as it is, to be refused by name."""
    return [int(width) if width.strip().isdecimal() else width for width in given.split(",")]


def _hidden(widths: object) -> tuple[int, ...]:
    if not isinstance(widths, tuple | list) or len(widths) > MOST_LAYERS:
        raise BadInput("xor.bad_hidden", value=_short(widths), most=MOST_LAYERS, units=MOST_UNITS)
    return tuple(whole("hidden", width, 1, MOST_UNITS) for width in widths)


def _activation(given: object, hidden: tuple[int, ...]) -> str:
    """One name, or one for each hidden layer with commas between; one, if all are the same."""
    names_given = [name.strip() for name in str(given).split(",")]
    for name in names_given:
        if name not in ACTIVATIONS:
            raise BadInput("xor.bad_name", field="activation", value=_short(name), known=names("activation"))
    if len(names_given) not in (1, len(hidden)):
        raise BadInput("xor.bad_activations", count=len(names_given), layers=len(hidden))
    return ",".join(names_given if len(set(names_given)) > 1 else names_given[:1])


def read_features(given: str) -> tuple[str, ...]:
    """ "x1,x2,x1x2" as the recipe's features. Raises BadInput."""
    return _features([name.strip() for name in given.split(",")])


def _features(given: object) -> tuple[str, ...]:
    """The features, each once, in the order of their table."""
    chosen = given if isinstance(given, tuple | list) else (given,)
    for name in chosen:
        if name not in tuple(FEATURES):
            raise BadInput("xor.bad_name", field="features", value=_short(name), known=names("features"))
    if not chosen:
        raise BadInput("xor.no_feature")
    return tuple(name for name in FEATURES if name in chosen)


def _short(value: object) -> str:
    """What was given, short enough to be repeated in a sentence."""
    shown = str(value)
    return shown if len(shown) <= 40 else shown[:39] + "…"
