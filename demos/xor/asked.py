"""A training and a lottery as the command line and programs ask for them: a value for each option, None for what suits.

What comes back is what `--json` prints, so that both say the same.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from demos.xor.data import Points
from demos.xor.lottery.cells import CellsDone, lottery_by_cells
from demos.xor.lottery.lottery import Progress, lottery, report
from demos.xor.outcome import suited
from demos.xor.recipe import Recipe, read_features, read_widths, same_width, split_widths


def training_recipe(
    model: str, *, data: str, hidden: str | None, layers: int | None, features: str, **more: Any
) -> Recipe:
    """The recipe of one training; what is None is what suits the model on the data. Raises BadInput."""
    suits = suited(model, data)
    widths = None
    if hidden is not None:
        widths = read_widths(hidden, layers)
    elif layers is not None:
        widths = same_width(suits.get("hidden", Recipe.hidden)[0], layers)
    given = {"data": data, "hidden": widths, "features": read_features(features), **more}
    return Recipe(**suits | {field: value for field, value in given.items() if value is not None})


@dataclass(frozen=True)
class AskedLottery:
    """A lottery: `recipe` are a recipe's fields, in them `hidden` (widths) and `activation` (names) as lists."""

    recipe: Mapping[str, Any]
    layers: int
    seeds: int
    own: Points | None

    def draw(self) -> Iterator[Progress]:
        """See `lottery`. Raises BadInput."""
        return lottery(*self._grid())

    def draw_on(self, ray: str) -> Iterator[CellsDone | Progress]:
        """The same by Ray's workers: see `lottery_by_cells`. Raises BadInput."""
        return lottery_by_cells(*self._grid(), ray=ray)

    def _grid(self) -> tuple[Recipe, list[int], list[str], int, Points | None]:
        widths, activations = self.recipe["hidden"], self.recipe["activation"]
        first = {"hidden": same_width(1, self.layers), "activation": activations[0]}
        return Recipe(**{**self.recipe, **first}), widths, activations, self.seeds, self.own

    def told(self, progress: Progress, own: str = "") -> dict[str, Any]:
        """How it went after `progress`; `own` is what the visitor's points are called."""
        points = about_points(own, self.own)
        return {**self.recipe, "layers": self.layers, "seeds": self.seeds, **points, "results": report(progress)}


def asked_lottery(*, layers: int, seeds: int, own: Points | None, **recipe: Any) -> AskedLottery:
    """`recipe` are a recipe's fields; its hidden, activation and features hold several with commas between."""
    several = {
        "hidden": split_widths(recipe["hidden"]),
        "activation": [name.strip() for name in recipe["activation"].split(",")],
        "features": read_features(recipe["features"]),
    }
    return AskedLottery({**recipe, **several}, layers, seeds, own)


def about_points(name: str, points: Points | None) -> dict[str, Any]:
    """What a result says of a visitor's own points, {} if there are none."""
    return {"data": name, "count": len(points.y), "noise": None} if points else {}
