"""What the MLP is told of a point: its coordinates, or what is computed of them, one entry each.

A unit draws a line in the space of its inputs; with x₁x₂ among them, one line is enough for XOR (D. Specht's polynomial
discriminants, 1967; TensorFlow Playground offers the same seven). Whatever trains, draws, exports or offers inputs
reads this table. Free of torch at import: the page reads the names first. The page computes with its own entry of the
same name in `page/features.js`, which a test holds against this one; the name's words are the string
"xor.features_<name>".
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from demos.xor.data import Points

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Feature:
    """`value`(x₁, x₂), element by element. `code` is how an exported script writes it of x1 and x2."""

    value: "Callable[[Tensor, Tensor], Tensor]"
    code: str


FEATURES: dict[str, Feature] = {
    "x1": Feature(lambda x1, x2: x1, "x1"),
    "x2": Feature(lambda x1, x2: x2, "x2"),
    "x1_squared": Feature(lambda x1, x2: x1 * x1, "x1 * x1"),
    "x2_squared": Feature(lambda x1, x2: x2 * x2, "x2 * x2"),
    "x1x2": Feature(lambda x1, x2: x1 * x2, "x1 * x2"),
    "sin_x1": Feature(lambda x1, x2: x1.sin(), "x1.sin()"),
    "sin_x2": Feature(lambda x1, x2: x2.sin(), "x2.sin()"),
}
COORDINATES = ("x1", "x2")  # the point itself


def inputs(x: "Tensor", features: Sequence[str]) -> "Tensor":
    """The coordinates x (…, 2) as the inputs of a net, (…, D): one for each of the features."""
    import torch

    return torch.stack([FEATURES[name].value(*x.unbind(dim=-1)) for name in features], dim=-1)


def input_points(points: Points, features: Sequence[str]) -> Points:
    """The points with their inputs (P, D) in place of their coordinates."""
    import torch

    return replace(points, x=inputs(torch.from_numpy(points.x), features).numpy())
