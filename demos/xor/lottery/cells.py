"""The lottery cell by cell, a width and an activation each: the same nets, by workers that need not wait for others."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from demos.common.scheduling.batch import map_unordered
from demos.xor.data import Points
from demos.xor.lottery.lottery import Group, Progress, Result, tickets
from demos.xor.recipe import Recipe, train_points


@dataclass(frozen=True)
class CellsDone:
    """So many of so many cells are trained to their end."""

    done: int
    cells: int


@dataclass(frozen=True)
class TrainCell:
    """Train the nets of one width and activation: of (recipe, points, seeds) the final Result."""

    def open(self) -> Callable[[tuple[Recipe, Points, int]], Result]:
        return _final


def _final(cell: tuple[Recipe, Points, int]) -> Result:
    recipe, points, seeds = cell
    group = Group(recipe, points, seeds)
    group.advance(recipe.steps)
    return group.final()


def lottery_by_cells(
    recipe: Recipe,
    hidden: Sequence[int],
    activations: Sequence[str],
    seeds: int,
    points: Points | None = None,
    ray: str | None = None,
    workers: int | None = None,
) -> Iterator[CellsDone | Progress]:
    """How many cells are done, at last what `lottery` ends with, to the bit. `ray`, `workers`: see `map_unordered`."""
    recipe, recipes = tickets(recipe, hidden, activations, seeds, points)
    points = train_points(recipe, points)
    results: dict[int, Result] = {}
    for index, result in map_unordered(TrainCell(), [(one, points, seeds) for one in recipes], ray, workers):
        results[index] = result
        yield CellsDone(len(results), len(recipes))
    yield Progress(recipe.steps, recipe.steps, tuple(results[index] for index in range(len(recipes))))
