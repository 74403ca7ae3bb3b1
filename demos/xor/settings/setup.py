"""All that one sees in the tab as one value, and the link that carries it. Save, restore and lessons use one table.

(The idea is TensorFlow Playground's `state.ts`.) A link holds what differs from the opening setup, as JSON, deflated
and in base64url. Whatever a link says is checked as a stranger's input; what is wrong is said in one sentence.
"""

import base64
import binascii
import json
import math
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qs

import numpy as np
from numpy.typing import NDArray

from demos.common.base64_arrays import decode_floats
from demos.common.errors import BadInput
from demos.common.validate import number, whole
from demos.xor.data import DATASETS, FARTHEST, MOST_POINTS, WIDEST, Points, checked_labels, own_points
from demos.xor.recipe import MODELS, Recipe

VERSION = 1  # of the link; raise it when a default below changes its meaning
FIELD = "xor"  # of the address: #xor=…, which stays in the browser; ?xor=… in older links
LONGEST_LINK = 200_000  # letters; 2,000 points and the largest net stay far below
LARGEST_JSON = 400_000  # bytes that a link may unfold to
FARTHEST_STEP = 10**7  # of the perceptron, which may go round for ever
SPEEDS = (0.01, 1000.0)
DIGITS = 6  # of a visitor's coordinate: finer than any screen, and the same in the training as in the link to it

RECIPE = tuple(field.name for field in fields(Recipe))
Point = tuple[float, float, float]


@dataclass(frozen=True)
class Setup:
    """The state of the tab. Equal setups look the same.

    `learners` are the ones shown, in the order of `recipe.MODELS`. `points` are the visitor's own, (x, y, class) or
    (x, y, value), at most 2,000; None are those that the recipe draws. `view` is the square in which they were put,
    None the dataset's. `step` is where to stand in the run, the step of each learner; nothing is its end. `weights`
    holds weights edited by hand, by learner: base64 of float32, little-endian, for each layer its weight, then its
    bias. `speed` is 1 for the usual pace. `stop` ends the run when the points are solved. `inside` is what
    "Look inside" shows, in the letters of inside/page/inside.js, "" for the usual look. `hide` leaves out the controls.
    `discretise` shows only which class the nets say, not how sure they are.
    """

    recipe: Recipe = field(default_factory=lambda: Recipe(lr=DATASETS["xor"].net.lr, steps=4000).checked())
    learners: tuple[str, ...] = ("perceptron", "mlp")
    points: tuple[Point, ...] | None = None
    view: tuple[float, float] | None = None
    step: Mapping[str, int] = field(default_factory=dict)
    weights: Mapping[str, str] = field(default_factory=dict)
    speed: float = 1.0
    stop: bool = True
    inside: str = ""
    hide: bool = False
    discretise: bool = False

    def checked(self) -> "Setup":
        """This setup with every value checked and in its own type. Raises BadInput."""
        recipe = self.recipe.checked()
        own: dict[str, Any] = {name: check(getattr(self, name)) for name, check in CHECKS.items()}
        setup = replace(self, recipe=recipe, **own)
        for model, letters in setup.weights.items():
            _check_count(model, letters, recipe, setup.classes)
        return setup

    @property
    def classes(self) -> int:
        """Of the visitor's own points, or those that the recipe draws."""
        if not self.points:
            return DATASETS[self.recipe.data].classes
        return max(2, 1 + max(math.floor(label) for _, _, label in self.points))

    @property
    def are_values(self) -> bool:
        """Has each point a value in place of a class?"""
        if not self.points:
            return DATASETS[self.recipe.data].values
        return any(isinstance(label, float) for _, _, label in self.points)

    @property
    def own_points(self) -> Points | None:
        """The visitor's own points, if there are any. Raises BadInput if they all have one class."""
        if self.points is None:
            return None
        return own_points(list(map(list, self.points)), self.view or DATASETS[self.recipe.data].view)

    def to_json(self) -> dict[str, Any]:
        """What differs from the opening setup, flat: the recipe's fields beside the setup's own."""
        usual = OPENING.recipe if self.recipe.data == OPENING.recipe.data else _of_dataset(self.recipe.data)
        own, opening = self._values(), OPENING._values() | {name: getattr(usual, name) for name in RECIPE}
        opening["data"] = OPENING.recipe.data
        found = {name: value for name, value in own.items() if value != opening[name]}
        return {"v": VERSION, **found}

    def _values(self) -> dict[str, Any]:
        return {name: getattr(self.recipe, name) for name in RECIPE} | {name: getattr(self, name) for name in CHECKS}

    @classmethod
    def from_json(cls, found: object) -> "Setup":
        """The checked setup of `to_json`; also of JSON from anywhere else. Raises BadInput."""
        if not isinstance(found, dict):
            raise BadInput("xor.link_broken")
        version = found.get("v", VERSION)
        if version != VERSION or isinstance(version, bool):
            raise BadInput("xor.link_version", version=_short(version), ours=VERSION)
        given = {
            name: tuple(value) if isinstance(value, list) else value for name, value in found.items() if name != "v"
        }
        if unknown := sorted(given.keys() - set(RECIPE) - set(CHECKS)):
            raise BadInput("xor.link_part", part=_short(unknown[0]))
        data = given.get("data", OPENING.recipe.data)
        usual = _of_dataset(data) if isinstance(data, str) and data in DATASETS else OPENING.recipe
        chosen: dict[str, Any] = {name: given[name] for name in RECIPE if name in given}
        own: dict[str, Any] = {name: given[name] for name in CHECKS if name in given}
        return replace(OPENING, recipe=replace(usual, **chosen), **own).checked()

    def to_link(self) -> str:
        """The setup as the fragment of an address: "#xor=…"; "" for the opening setup."""
        found = self.to_json()
        if len(found) == 1:
            return ""
        letters = json.dumps(found, separators=(",", ":"), allow_nan=False).encode()
        return f"#{FIELD}={base64.urlsafe_b64encode(zlib.compress(letters, 9)).decode().rstrip('=')}"

    @classmethod
    def from_link(cls, address: str) -> "Setup":
        """The setup that the end of an address names, else the opening one. Raises BadInput if it cannot be read."""
        given = address_field(address, FIELD)
        return cls.from_json(_decompressed(given)) if given else OPENING


@dataclass(frozen=True, eq=False)
class SetupRequest:
    """A lesson, a link or a ticket of the lottery asks to see this `setup`; None is the opening one.

    No two are equal: a lesson that is pressed twice begins twice.
    """

    setup: Setup | None


def as_linked(points: Points) -> Points:
    """A visitor's points in DIGITS digits, as a link will carry them: it then restores the very run."""
    rounded = [[float(f"{value:.{DIGITS}g}") for value in place] for place in points.x.tolist()]
    return replace(points, x=np.array(rounded))


def address_field(address: str, name: str) -> str:
    """The value of a field in an address's query and fragment ("?lesson=3#xor=…"), "" if it is in neither."""
    if len(address) > LONGEST_LINK:
        raise BadInput("xor.link_too_long")
    try:
        return parse_qs(address.lstrip("?").replace("#", "&"), max_num_fields=20).get(name, [""])[-1]
    except ValueError:  # too many fields
        raise BadInput("xor.link_broken") from None


def decode_weights(text: str) -> NDArray[np.float32]:
    """The float32 numbers (W,) in base64. Raises BadInput if the text is something else, or a number is not finite."""
    try:
        numbers = decode_floats(text)
    except ValueError:
        raise BadInput("xor.link_part", part="weights") from None
    if not np.isfinite(numbers).all():
        raise BadInput("xor.link_part", part="weights")
    return numbers


def weight_count(model: str, recipe: Recipe, classes: int = 2) -> int:
    """How many weights and biases a model has."""
    return sum((inputs + 1) * outputs for inputs, outputs in pairwise(recipe.widths_of(model, classes)))


def _of_dataset(data: str) -> Recipe:
    """The opening recipe on other points, whose noise and count are then the dataset's own."""
    return replace(OPENING.recipe, data=data, noise=None, count=None).checked()


def _decompressed(letters: str) -> object:
    """The JSON in a link; never more than LARGEST_JSON of it. Raises BadInput."""
    try:
        compressed = base64.b64decode(letters + "=" * (-len(letters) % 4), altchars=b"-_", validate=True)
        decompressor = zlib.decompressobj()
        decompressed = decompressor.decompress(compressed, LARGEST_JSON)
        if not decompressor.eof or decompressor.unused_data:
            raise BadInput("xor.link_too_long" if decompressor.unconsumed_tail else "xor.link_broken")
        return json.loads(decompressed)
    except BadInput:
        raise
    except (binascii.Error, zlib.error, ValueError, RecursionError):
        raise BadInput("xor.link_broken") from None


def _learners(value: object) -> tuple[str, ...]:
    if not isinstance(value, tuple) or not value or not all(isinstance(one, str) and one in MODELS for one in value):
        raise BadInput("xor.link_part", part="learners")
    return tuple(model for model in MODELS if model in value)


def _points(value: object) -> tuple[Point, ...] | None:
    if value is None:
        return None
    if not isinstance(value, tuple) or len(value) > MOST_POINTS:
        raise BadInput("xor.link_points", most=f"{MOST_POINTS:,}")
    places = [_place(point) for point in value]
    labels = checked_labels([point[2] for point in value])
    return tuple((x, y, label) for (x, y), label in zip(places, labels, strict=True))


def _place(value: object) -> tuple[float, float]:
    if not isinstance(value, list | tuple) or len(value) != 3:
        raise BadInput("xor.link_part", part="points")
    x, y = (number("x, y", each, -FARTHEST, FARTHEST) for each in value[:2])
    return float(f"{x:.{DIGITS}g}"), float(f"{y:.{DIGITS}g}")


def _view(value: object) -> tuple[float, float] | None:
    if value is None:
        return None
    if not isinstance(value, tuple) or len(value) != 2:
        raise BadInput("xor.link_part", part="view")
    low, high = (number("view", bound, -WIDEST, WIDEST) for bound in value)
    if not high - low > 1e-6:
        raise BadInput("xor.link_part", part="view")
    return low, high


def _step(value: object) -> Mapping[str, int]:
    if not isinstance(value, Mapping) or not all(one in MODELS for one in value):
        raise BadInput("xor.link_part", part="step")
    return {model: whole("step", value[model], 0, FARTHEST_STEP) for model in MODELS if model in value}


def _weights(value: object) -> Mapping[str, str]:
    if not isinstance(value, Mapping) or not all(one in MODELS and isinstance(it, str) for one, it in value.items()):
        raise BadInput("xor.link_part", part="weights")
    for letters in value.values():
        decode_weights(letters)
    return {model: value[model] for model in MODELS if model in value}


def _check_count(model: str, letters: str, recipe: Recipe, classes: int) -> None:
    """Do the weights fit the recipe's net? Raises BadInput."""
    held, needed = len(decode_weights(letters)), weight_count(model, recipe, classes)
    if held != needed:
        raise BadInput("xor.link_weights", model=model, held=held, needed=needed)


def _speed(value: object) -> float:
    return number("speed", value, *SPEEDS)


def _flag(name: str) -> Callable[[object], bool]:
    def check(value: object) -> bool:
        if not isinstance(value, bool):
            raise BadInput("xor.link_part", part=name)
        return value

    return check


def _inside(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[a-z0-9_-]{0,40}", value):
        raise BadInput("xor.link_part", part="inside")
    return value


def _short(value: object) -> str:
    shown = str(value)
    return shown if len(shown) <= 20 else shown[:19] + "…"


# The setup's own properties, each with the check of what a link says of it; the recipe checks its own.
CHECKS: dict[str, Callable[[object], Any]] = {
    "learners": _learners,
    "points": _points,
    "view": _view,
    "step": _step,
    "weights": _weights,
    "speed": _speed,
    "stop": _flag("stop"),
    "inside": _inside,
    "hide": _flag("hide"),
    "discretise": _flag("discretise"),
}
OPENING = Setup()
