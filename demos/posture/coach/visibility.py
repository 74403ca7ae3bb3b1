"""Sight: which side of the body is seen well enough to be believed, and one number from what both sides show."""

from collections.abc import Collection, Iterable
from functools import cache

import numpy as np

from demos.posture.exercises import Exercise
from demos.posture.pose.landmarks import INDEX, SIDES, without_side
from demos.posture.pose.measures import measures, picture_measures

# Visibility from which a limb is believed, and below which no longer: at the image's edge it wavers.
SEEN, LOST = 0.5, 0.2
OF_FEET = ("heel_lift", "knee_over_toe")  # measures that speak of heels and toes
PARTS = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle", "heel", "foot_index")
# Share of the better side's weight from which a side is believed by itself, 0.59 of its visibility, and below which no
# longer, 0.45: visibility trembles by a tenth.
BESIDE, NO_LONGER_BESIDE = 0.35, 0.2


class SideVisibility:
    """How much each side of the body is believed, with hysteresis. `required` are the parts that matter ("knee")."""

    def __init__(self, required: tuple[str, ...]) -> None:
        self.required = required
        self._seen = dict.fromkeys(SIDES, False)
        self._believed: list[str] = []

    def update(self, visibility: np.ndarray) -> dict[str, float]:
        """A weight for each side from its landmarks' visibility (33,): 0 when it is not seen, more the better it is.

        That of a side which is `believed` by itself falls below what that takes only when it is seen clearly worse.
        """
        weights = {}
        for side in SIDES:
            seen = min(float(visibility[INDEX[f"{side}_{part}"]]) for part in self.required)
            self._seen[side] = seen >= (LOST if self._seen[side] else SEEN)
            weights[side] = max(seen, LOST) ** 2 if self._seen[side] else 0.0
        best = max(weights.values())
        for side in self._believed:
            if weights[side] >= NO_LONGER_BESIDE * best:
                weights[side] = max(weights[side], BESIDE * best)
        self._believed = believed(weights)
        return weights


def least_seen(visibility: np.ndarray, required: tuple[str, ...]) -> str:
    """The part of the body to ask for: the worst seen on the better side."""
    side = max(SIDES, key=lambda side: sum(visibility[INDEX[f"{side}_{part}"]] for part in required))
    return min(required, key=lambda part: visibility[INDEX[f"{side}_{part}"]])


def combine(values: dict[str, float], measure: str, weights: dict[str, float], how: str = "mean") -> float:
    """One number from both sides of a measure: their weighted "mean", the "straighter" or the "more_bent" one.

    A measure without sides is taken as it is. At least one side must have a weight. One side alone does not decide if
    it is seen far worse than the other: a hidden arm is anywhere.
    """
    if measure in values:
        return values[measure]
    sides = {side: values[f"{side}_{measure}"] for side in believed(weights)}
    both = {side: values[f"{side}_{measure}"] for side, weight in weights.items() if weight > 0}
    if how == "straighter":
        return max(sides.values())
    if how == "more_bent":
        return min(sides.values())
    return sum(weights[side] * value for side, value in both.items()) / sum(weights.values())


def spread(values: Collection[float]) -> float:
    """By how much they differ, without the tenth of them at either end: landmarks jump."""
    inside, odd = sorted(values), len(values) // 10
    return inside[-1 - odd] - inside[odd]


def believed(weights: dict[str, float]) -> list[str]:
    """The sides that are seen well enough beside the other to decide by themselves."""
    return [side for side, weight in weights.items() if weight > 0 and weight >= BESIDE * max(weights.values())]


@cache
def measures_of(part: str) -> frozenset[str]:
    """The measures that change when a `part` of the body ("knee") is somewhere else.

    "facing" is left out: shoulders alone or hips alone nearly tell it.
    """
    rng = np.random.default_rng(0)
    standing = rng.normal(0, 0.1, (len(INDEX), 3))
    for height, name in enumerate(PARTS):
        standing[[INDEX[f"{side}_{name}"] for side in SIDES], 1] += 0.3 * height
    moved = standing.copy()
    moved[[INDEX[f"{side}_{part}"] for side in SIDES]] += rng.normal(0, 0.01, (2, 3))
    before, after = (measures(body) | picture_measures(body) for body in (standing, moved))
    return frozenset(name for name in before if before[name] != after[name]) - {"facing"}


def unseen_parts(visibility: np.ndarray, parts: Iterable[str] = PARTS) -> list[str]:
    """Those of the body's `parts` that neither side shows well: where they are is a guess. `visibility`: (33,)."""
    return [part for part in parts if max(visibility[INDEX[f"{side}_{part}"]] for side in SIDES) < SEEN]


def parts_of(exercise: Exercise) -> list[str]:
    """The parts of the body by which a repetition of an exercise is judged, or how a position is held."""
    limits = (*exercise.deep, *exercise.defining, *exercise.cues)
    judged = {limit.measure for limit in limits}
    return [part for part in PARTS if part in exercise.required or judged & {*map(without_side, measures_of(part))}]


def without_guesses(values: dict[str, float], visibility: np.ndarray, required: Collection[str]) -> dict[str, float]:
    """The measures for judging: of what is only guessed nothing is said (NaN).

    That is a part of the body out of sight on both sides, but for those that are `required`, without which nothing is
    judged at all (SideVisibility); of heels and toes what no foot shows both of.
    """
    guessed = {name for part in unseen_parts(visibility) if part not in required for name in measures_of(part)}
    feet = max(min(visibility[INDEX[f"{side}_heel"]], visibility[INDEX[f"{side}_foot_index"]]) for side in SIDES)
    guessed.update(OF_FEET if feet < SEEN else ())
    return values | dict.fromkeys(guessed & values.keys(), float("nan")) if guessed else values


def without_unseen(values: dict[str, float], visibility: np.ndarray) -> dict[str, float]:
    """The measures for showing: a joint that is not seen has no angle (NaN)."""
    return {
        name: float("nan") if name in INDEX and visibility[INDEX[name]] < LOST else value
        for name, value in values.items()
    }
