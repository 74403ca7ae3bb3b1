"""Demands: what is asked of a repetition besides its angle, and why one does not count.

The limits `deep` must hold at some moment of its depth; those that are `defining`, which make the exercise what it is
and no other, through most of it, or of the rest before it.
"""

from math import inf, isnan, nan
from operator import itemgetter
from statistics import median

from numpy import fmin

from demos.posture.coach.repetitions import RETURN, Rejection, Repetition
from demos.posture.coach.visibility import combine
from demos.posture.exercises import Exercise, Limit

NEARLY = 1.1  # share of a deep limit's maximum from which a dip was an attempt
AROUND = 10.0  # degrees above what is asked from which a repetition must look like its exercise
SHALLOW, HALF_WAY_BACK, UNFINISHED = "shallow", "half_way_back", "unfinished"
OF_ITS_ANGLE = (SHALLOW, HALF_WAY_BACK, UNFINISHED)  # reasons of an attempt that is the exercise all the same


class Demands:
    """Follows one repetition after the other of `exercise`."""

    def __init__(self, exercise: Exercise) -> None:
        self._exercise = exercise
        self.deep = self.nearly = True  # whether what is asked of a deep one holds now, or would if it were asked less
        self._full = exercise.signal.falling(exercise.signal.full)
        self.restart()

    def restart(self) -> None:
        """Nothing is known: somebody else may stand there."""
        self._at_rest = self._no_values(at_rest=True)
        self.leave_rest()

    def leave_rest(self) -> None:
        """A repetition begins, after a rest that has been seen."""
        self._lowest: dict[str, float] = {}  # of the measures of the deep limits
        self._in_depth = self._no_values(at_rest=False)
        self._highest: tuple[float, dict[str, float]] = (-inf, {})  # angle and defining measures where it was highest,
        self._deepest: tuple[float, dict[str, float]] = (inf, {})  # and where it was deepest

    def _no_values(self, at_rest: bool) -> dict[str, list[float]]:
        """To hold the values of the defining limits for this part of a repetition."""
        return {limit.name: [] for limit in self._exercise.defining if (limit.when == "rest") == at_rest}

    def update(self, angle: float, values: dict[str, float], weights: dict[str, float]) -> None:
        """Look at the measures of the next frame, at which the counter takes in `angle`."""
        deep = {limit.measure: combine(values, limit.measure, weights, limit.sides) for limit in self._exercise.deep}
        for measure, value in deep.items():
            self._lowest[measure] = fmin(value, self._lowest.get(measure, value))
        shares = [deep[limit.measure] / limit.max for limit in self._exercise.deep]
        self.deep, self.nearly = (not any(share > most for share in shares) for most in (1, NEARLY))  # NaN: not judged
        in_depth, at_rest = angle <= self._full + AROUND, angle >= self._full + self._exercise.signal.range
        watched = {**(self._in_depth if in_depth else {}), **(self._at_rest if at_rest else {})}
        extreme = angle > self._highest[0] or angle < self._deepest[0]
        if not watched and not extreme:
            return
        defining = {
            limit.name: combine(values, limit.measure, weights, limit.sides) for limit in self._exercise.defining
        }
        for name, kept in watched.items():
            kept.append(defining[name])
        self._highest = max(self._highest, (angle, defining), key=itemgetter(0))
        self._deepest = min(self._deepest, (angle, defining), key=itemgetter(0))

    def rejection(self, attempt: Repetition, full: float, unfinished: bool = False) -> Rejection | None:
        """Why this attempt of the counter, the one that has just ended and had to reach `full`, does not count.

        None if it does. Of one that is `unfinished` nobody knows yet which exercise it would have become.
        """
        limits = () if unfinished else self._exercise.defining
        another = next((found for limit in limits if (found := self._broken(limit, attempt))), None)
        if another or attempt.counted:
            return another
        signal = self._exercise.signal
        if attempt.back is not None:
            enough = attempt.depth + RETURN * (attempt.top - attempt.depth)
            cue = UNFINISHED if unfinished else HALF_WAY_BACK
            return Rejection(cue, signal.measure, signal.falling(attempt.back), signal.falling(enough))
        asked = min(full, attempt.top - signal.range)
        too_shallow = Rejection(SHALLOW, signal.measure, signal.falling(attempt.depth), signal.falling(asked))
        if attempt.depth > asked or self.were_deep:
            return too_shallow  # or all that is asked was reached, but never at once
        limit = next(limit for limit in self._exercise.deep if self._lowest[limit.measure] > limit.max)
        return Rejection(SHALLOW, limit.measure, self._lowest[limit.measure], limit.max)

    @property
    def were_deep(self) -> bool:
        """Whether each limit of a deep repetition was met at some moment of this one."""
        return not any(self._lowest[limit.measure] > limit.max for limit in self._exercise.deep)

    def _broken(self, limit: Limit, attempt: Repetition) -> Rejection | None:
        values = (self._in_depth | self._at_rest)[limit.name]
        if not values and limit.when != "rest" and attempt.counted:
            values = [self._between_frames(limit.name, attempt.depth)]
        seen = [value for value in values if not isnan(value)]
        if not seen or not limit.broken_by(middle := median(seen)):
            return None
        return Rejection(limit.name, limit.measure, middle, limit.max if middle > limit.max else limit.min)

    def _between_frames(self, name: str, depth: float) -> float:
        """What a defining measure was at the angle `depth`, which no frame shows: it went on as the angle did."""
        (high, before), (low, there) = self._highest, self._deepest
        if not high > low:
            return nan
        return there[name] + (there[name] - before[name]) * max(0.0, low - depth) / (high - low)
