"""Points in the plane with two to five classes, or with values: the corners of the logic gates, clouds, surfaces."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from demos.common.errors import BadInput
from demos.common.validate import number, whole

Random = np.random.Generator
Sampler = Callable[[int, Random], tuple[np.ndarray, np.ndarray]]

MOST_POINTS = 2000  # of a visitor's own
MOST_CLASSES = 5
VALUE_DIGITS = 4  # of a visitor's value, in the training as in the link to it
FARTHEST = 1000  # their largest coordinate; nets learn well where it is near 1 (standardise.py)
WIDEST = 4 * FARTHEST  # the largest bound of a view: whatever the points, it holds them with a margin

CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


@dataclass(frozen=True)
class Points:
    """`x` (P, 2) float64 coordinates, `y` (P,) int64 classes from 0 on, `view` (low, high) of the square to look at.

    For regression `y` are float64 values from 0 to 1. `known` are the classes that there are although no point may have
    one of them.
    """

    x: np.ndarray
    y: np.ndarray
    view: tuple[float, float]
    known: int = 2

    @property
    def classes(self) -> int:
        """How many there are: those known, and all up to the largest among the points. Values are between two."""
        return 2 if self.are_values else max(self.known, int(self.y.max()) + 1)

    @property
    def are_values(self) -> bool:
        """Has each point a value in place of a class?"""
        return self.y.dtype.kind == "f"


@dataclass(frozen=True)
class Net:
    """A net that copes with a dataset: units of each hidden layer, and the learning rate (Adam, tanh)."""

    hidden: tuple[int, ...] = (4,)
    lr: float = 0.01


@dataclass(frozen=True)
class Dataset:
    """`sampler(count, random)` gives noiseless x (P, 2) and y (P,); `count`, `noise` and the nets are what suits it.

    With `values` y is one from 0 to 1, which only the MLP learns.

    `net` is an MLP for backpropagation (cross-entropy), `forward_forward` one for the Forward-Forward algorithm.
    """

    sampler: Sampler
    count: int
    noise: float = 0.0
    view: tuple[float, float] = (-1.2, 1.2)
    net: Net = Net()
    forward_forward: Net = Net((4,), 0.1)
    classes: int = 2
    values: bool = False


def sample(name: str, count: int, noise: float, seed: int) -> Points:
    """`count` points of dataset `name`, moved by Gaussian `noise` (standard deviation). Same seed, same points."""
    dataset = DATASETS[name]
    random = np.random.default_rng(seed)
    x, y = dataset.sampler(count, random)
    x = x + noise * random.standard_normal(x.shape)
    y = y.astype(np.float64 if dataset.values else np.int64)
    return Points(x, y, view_of(x, dataset.view), dataset.classes)


def own_points(given: object, view: object) -> Points:
    """A visitor's own points, [[x, y, class], …], two classes or more; the `view` grows until it holds them.

    Where a class is no whole number, all are values from 0 to 1.

    Raises BadInput for anything else.
    """
    if not isinstance(given, list) or not all(isinstance(one, list) and len(one) == 3 for one in given):
        raise BadInput("xor.bad_points")
    if len(given) > MOST_POINTS:
        raise BadInput("xor.csv_too_long", most=f"{MOST_POINTS:,}")
    labels = checked_labels([one[2] for one in given])
    if len(set(labels)) < 2:
        raise BadInput("xor.one_class")
    try:
        x, least = np.array([one[:2] for one in given], dtype=float), np.array(view, dtype=float)
    except (TypeError, ValueError):
        raise BadInput("xor.bad_points") from None
    if not (np.abs(x) <= FARTHEST).all() or least.shape != (2,) or not -WIDEST <= least[0] < least[1] <= WIDEST:
        raise BadInput("xor.bad_points")
    return Points(x, np.array(labels), view_of(x, (float(least[0]), float(least[1]))))


def checked_labels(given: Sequence[object]) -> list[int] | list[float]:
    """Classes from 0 on; or, where one is no whole number, values from 0 to 1. Raises BadInput."""
    if any(isinstance(one, float) and not one.is_integer() for one in given):
        return [round(number("value", one, 0.0, 1.0), VALUE_DIGITS) for one in given]
    return [whole("class", one, 0, MOST_CLASSES - 1) for one in given]


def view_of(x: np.ndarray, least: tuple[float, float]) -> tuple[float, float]:
    """The square `least`, grown around its centre until no point is out of sight."""
    low, high = least
    centre, half = (low + high) / 2, (high - low) / 2
    half = max(half, 1.05 * float(np.abs(x - centre).max()))
    return centre - half, centre + half


def split(points: Points, share: float, seed: int) -> tuple[Points, Points]:
    """The points to learn from and those held out: a random `share` of each class, the same for the same seed.

    At least one point of each class stays to be learned from, unless no class has two: at least one point is held out.
    """
    random = np.random.default_rng([seed, 1])  # not the numbers that drew the points
    held_out = np.zeros(len(points.y), dtype=bool)
    classes = np.zeros(len(points.y)) if points.are_values else points.y  # values are all of a kind
    for label in range(points.classes):
        members = random.permutation(np.flatnonzero(classes == label))
        held_out[members[: min(len(members) - 1, max(1, round(share * len(members))))]] = True
    held_out[-1] |= not held_out.any()
    known = points.classes  # also where all points of the last one are on one side
    learn, test = (replace(points, x=points.x[part], y=points.y[part], known=known) for part in (~held_out, held_out))
    return learn, test


def gate(truth: tuple[int, int, int, int]) -> Sampler:
    """A logic gate: its output at (0,0), (0,1), (1,0), (1,1). More than four points take the corners in turn."""

    def corners(count: int, random: Random) -> tuple[np.ndarray, np.ndarray]:
        corner = np.arange(count) % 4
        return CORNERS[corner], np.array(truth)[corner]

    return corners


def _classes(count: int, classes: int = 2) -> np.ndarray:
    """0, 1, 0, 1, … so that all classes have the same size and the perceptron meets them in turn."""
    return np.arange(count) % classes


def _circles(count: int, random: Random) -> tuple[np.ndarray, np.ndarray]:
    y = _classes(count)
    angle = random.uniform(0, 2 * np.pi, count)
    radius = np.where(y == 0, 0.9, 0.35)
    return radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1), y


def _moons(count: int, random: Random) -> tuple[np.ndarray, np.ndarray]:
    """Two half circles that reach into each other."""
    y = _classes(count)
    angle = random.uniform(0, np.pi, count)
    upper = np.stack([np.cos(angle) - 0.5, np.sin(angle) - 0.25], axis=1)
    return np.where(y[:, None] == 0, upper, -upper) * 0.65, y


def _spiral(count: int, random: Random) -> tuple[np.ndarray, np.ndarray]:
    """Two arms of one and a quarter turns around the same centre."""
    y = _classes(count)
    along = 0.1 + 0.9 * np.arange(count) / count
    angle = 2 * np.pi * 1.25 * along + np.pi * y
    return along[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1), y


def _gaussians(count: int, random: Random) -> tuple[np.ndarray, np.ndarray]:
    """Two round clouds that a line can separate."""
    y = _classes(count)
    centre = np.where(y[:, None] == 0, [0.1, -0.45], [-0.1, 0.45])
    return centre + 0.12 * random.standard_normal((count, 2)), y


def _cloud(count: int, random: Random) -> tuple[np.ndarray, np.ndarray]:
    """XOR as four squares full of points: class 1 where exactly one coordinate is positive."""
    x = random.uniform(0.08, 1.0, (count, 2))
    quadrant = np.arange(count) % 4
    signs = np.stack([quadrant // 2, quadrant % 2], axis=1) * 2 - 1
    return x * signs, (signs[:, 0] != signs[:, 1]).astype(np.int64)


def _gaussians_around(classes: int, centred: bool) -> Sampler:
    """As many round clouds on a circle; or one less, and the last in its middle."""

    def clouds(count: int, random: Random) -> tuple[np.ndarray, np.ndarray]:
        y = _classes(count, classes)
        outer = classes - centred
        angle = 2 * np.pi * y / outer + np.pi / 2
        radius = np.where(y < outer, 0.75, 0.0)
        centre = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
        return centre + 0.12 * random.standard_normal((count, 2)), y

    return clouds


def _rings(count: int, random: Random) -> tuple[np.ndarray, np.ndarray]:
    """Three rings around the same centre."""
    y = _classes(count, 3)
    angle = random.uniform(0, 2 * np.pi, count)
    radius = np.array([0.2, 0.6, 1.0])[y]
    return radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1), y


def _plane(count: int, random: Random) -> tuple[np.ndarray, np.ndarray]:
    """Values that rise evenly from one corner to the opposite one."""
    x = random.uniform(-1, 1, (count, 2))
    return x, (x.sum(axis=1) + 2) / 4


def _hills(count: int, random: Random) -> tuple[np.ndarray, np.ndarray]:
    """Two hills and two hollows, XOR's signs as values."""
    x = random.uniform(-1, 1, (count, 2))
    centres = np.array([[-0.5, -0.5], [-0.5, 0.5], [0.5, -0.5], [0.5, 0.5]])
    far = np.square(x[:, None] - centres).sum(axis=2)  # (P, 4)
    return x, 0.5 + 0.5 * np.exp(-far / 0.1) @ np.array([-1.0, 1.0, 1.0, -1.0])


def _three_arms(count: int, random: Random) -> tuple[np.ndarray, np.ndarray]:
    """Three arms of three quarters of a turn around the same centre."""
    y = _classes(count, 3)
    along = 0.1 + 0.9 * np.arange(count) / count
    angle = 2 * np.pi * (0.75 * along + y / 3)
    return along[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1), y


_UNIT = (-0.45, 1.45)
DATASETS = {
    "xor": Dataset(gate((0, 1, 1, 0)), 4, view=_UNIT),
    "and": Dataset(gate((0, 0, 0, 1)), 4, view=_UNIT),
    "or": Dataset(gate((0, 1, 1, 1)), 4, view=_UNIT),
    "nand": Dataset(gate((1, 1, 1, 0)), 4, view=_UNIT),
    "cloud": Dataset(_cloud, 200, net=Net((4,), 0.1), forward_forward=Net((8,), 0.1)),
    "gaussians": Dataset(_gaussians, 200, net=Net((2,), 0.03)),
    "circles": Dataset(_circles, 200, noise=0.08, net=Net((6,), 0.03), forward_forward=Net((8,), 0.1)),
    "moons": Dataset(_moons, 200, noise=0.08, net=Net((6, 6), 0.03), forward_forward=Net((16, 16), 0.1)),
    "spiral": Dataset(_spiral, 200, noise=0.02, net=Net((8, 8), 0.03), forward_forward=Net((16, 16, 16), 0.1)),
    "three_gaussians": Dataset(_gaussians_around(3, centred=False), 150, net=Net((4,), 0.03), classes=3),
    "rings": Dataset(_rings, 240, noise=0.05, net=Net((8,), 0.03), forward_forward=Net((16, 16), 0.1), classes=3),
    "three_arms": Dataset(
        _three_arms, 240, noise=0.02, net=Net((8, 8), 0.03), forward_forward=Net((16, 16, 16), 0.1), classes=3
    ),
    "plane": Dataset(_plane, 100, net=Net((2,), 0.03), values=True),
    "hills": Dataset(_hills, 200, net=Net((12, 8), 0.01), values=True),
    "five_gaussians": Dataset(
        _gaussians_around(5, centred=True), 250, net=Net((6,), 0.03), forward_forward=Net((16, 16), 0.1), classes=5
    ),
}
