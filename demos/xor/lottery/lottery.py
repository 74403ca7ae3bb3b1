"""The seed lottery: how much of the success is luck? Many nets that differ in their first weights only.

All nets of one width and activation are one batched model (`model.MLP`), trained by the same `learn.descend` that
trains the single net on the page. Each learns exactly what it would alone, so any ticket can be looked at there.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import torch
from torch import Tensor

from demos.common.errors import BadInput
from demos.common.validate import whole
from demos.xor.data import Points
from demos.xor.learn import descend, tensors
from demos.xor.lottery.solutions import Solution, solutions
from demos.xor.model import MLP
from demos.xor.recipe import Recipe, same_width, train_points
from demos.xor.standardise import scale_of
from demos.xor.tables.features import input_points

CHUNK = 50  # steps that one group takes before the next one goes on
MOST_SEEDS = 1000
MOST_NUMBERS = 20_000_000  # outputs of hidden units that all groups together may hold


@dataclass(frozen=True)
class Result:
    """How the nets of one width and activation did.

    `solved_at` per net: the step from which on every point was right, or None. Of those that solved, `steps` are the
    quartiles of that step (25, 50, 75%), None if none did. `share` has a 95% interval from `low` to `high`.
    `solutions` name their example by its seed; they are empty until the lottery is over.
    """

    hidden: int
    activation: str
    solved_at: tuple[int | None, ...]
    solutions: tuple[Solution, ...] = ()

    @property
    def solved(self) -> int:
        return sum(step is not None for step in self.solved_at)

    @property
    def share(self) -> float:
        return self.solved / len(self.solved_at)

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.solved, len(self.solved_at))

    @property
    def steps(self) -> tuple[float, float, float] | None:
        taken = torch.tensor([step for step in self.solved_at if step is not None], dtype=torch.float64)
        if not len(taken):
            return None
        low, middle, high = taken.quantile(torch.tensor([0.25, 0.5, 0.75], dtype=torch.float64)).tolist()
        return low, middle, high


@dataclass(frozen=True)
class Progress:
    """After `step` of `steps` gradient steps: one result for each width and activation."""

    step: int
    steps: int
    results: tuple[Result, ...]

    @property
    def over(self) -> bool:
        return self.step == self.steps


class Group:
    """N nets of one shape in training, seeds `recipe.seed`, `recipe.seed` + 1, …"""

    def __init__(self, recipe: Recipe, points: Points, seeds: int) -> None:
        self.recipe, self.view = recipe, points.view
        widths, numbers = recipe.widths_of("mlp", points.classes), range(recipe.seed, recipe.seed + seeds)
        self.nets = MLP(widths, recipe.activation, recipe.init, numbers)
        self.since = torch.zeros(seeds, dtype=torch.long)  # (N,): the step from which on every point has been right
        self.step = -1
        told = input_points(points, recipe.features)
        self.scale = scale_of(told, recipe.standardise)
        self._run = descend(self.nets, *tensors(self.scale.points(told)), recipe, points.are_values)

    def advance(self, step: int) -> None:
        """Train up to `step`. Nets that have solved it go on: they may lose it again, as a single net may."""
        while self.step < step:
            _, accuracy = next(self._run)
            self.step += 1
            self.since = torch.where(accuracy == 1, self.since, self.step + 1)

    @property
    def solved(self) -> Tensor:
        """(N,) bool."""
        return self.since <= self.step

    def result(self) -> Result:
        steps = tuple(since if since <= self.step else None for since in self.since.tolist())
        return Result(self.recipe.hidden[0], self.recipe.activation, steps)

    def final(self) -> Result:
        """The result with its solutions."""
        layers = self.scale.in_units(self.nets.snapshot())
        found = solutions(layers, self.recipe.activation, self.solved, self.view, self.recipe.features)
        seeded = tuple(replace(one, example=self.recipe.seed + one.example) for one in found)
        return replace(self.result(), solutions=seeded)


def lottery(
    recipe: Recipe, hidden: Sequence[int], activations: Sequence[str], seeds: int, points: Points | None = None
) -> Iterator[Progress]:
    """Train `seeds` nets of each width and activation by `recipe`, all on the same points (default: the recipe's).

    A net has as many hidden layers as the recipe, all of one of the widths.

    Yields how things stand again and again, all groups equally far; the last record is `over` and has the solutions.
    Raises BadInput before it yields anything.
    """
    recipe, recipes = tickets(recipe, hidden, activations, seeds, points)
    points = train_points(recipe, points)
    groups = [Group(one, points, seeds) for one in recipes]
    for step in [*range(0, recipe.steps, CHUNK), recipe.steps]:
        for group in groups:
            group.advance(step)
        over = step == recipe.steps
        yield Progress(step, recipe.steps, tuple(group.final() if over else group.result() for group in groups))


def tickets(
    recipe: Recipe, hidden: Sequence[int], activations: Sequence[str], seeds: int, points: Points | None = None
) -> tuple[Recipe, list[Recipe]]:
    """The checked recipe, and that of the first net of each width and activation. Raises BadInput."""
    seeds = whole("seeds", seeds, 1, MOST_SEEDS)
    if not hidden or not activations:
        raise BadInput("xor.no_tickets")
    recipe = replace(recipe, points_seed=recipe.seed_of_points)  # the points stay while the seeds change
    layers = len(recipe.hidden)
    if not layers:
        raise BadInput("xor.lottery_needs_hidden")
    recipes = [
        replace(recipe, hidden=same_width(width, layers), activation=activation).checked()
        for width, activation in product(dict.fromkeys(hidden), dict.fromkeys(activations))
    ]
    count = len(points.y) if points else recipes[0].count or 0
    if sum(seeds * count * sum(one.hidden) for one in recipes) > MOST_NUMBERS:
        raise BadInput("xor.lottery_too_large", nets=f"{seeds * len(recipes):,}", count=count)
    return replace(recipes[0], hidden=recipe.hidden, activation=recipe.activation), recipes


def report(progress: Progress) -> list[dict[str, Any]]:
    """The results as the command line prints them with --json."""
    return [
        {
            "hidden": one.hidden,
            "activation": one.activation,
            "seeds": len(one.solved_at),
            "solved": one.solved,
            "share": one.share,
            "interval": list(one.interval),
            "steps_median": one.steps and one.steps[1],
            "steps_quartiles": one.steps and [one.steps[0], one.steps[2]],
            "solutions": [
                {
                    "solved": solution.solved,
                    "regions": list(solution.regions),
                    "count": solution.count,
                    "seed": solution.example,
                }
                for solution in one.solutions
            ],
            "solved_at": list(one.solved_at),
        }
        for one in progress.results
    ]


def wilson(successes: int, trials: int, z: float = 1.959964) -> tuple[float, float]:
    """The interval of a share that holds the true one in 95% of cases, also near 0 and 1.

    (E. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22, 1927.)
    """
    share, extra = successes / trials, z * z / trials
    middle = (share + extra / 2) / (1 + extra)
    half = z / (1 + extra) * math.sqrt(share * (1 - share) / trials + extra / (4 * trials))
    return max(0.0, middle - half), min(1.0, middle + half)
