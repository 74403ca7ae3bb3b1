"""What can be said of one repetition, from the angles that were kept of it: its curve, its sides, its worst moment."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

import numpy as np

from demos.posture.coach.advice import view_of
from demos.posture.coach.repetitions import Repetition
from demos.posture.exercises import Exercise
from demos.posture.report.record import Moment

POINTS = 41  # of a curve, from a repetition's start to its end
# Of a body seen from the front the difference between left and right is off by 3 to 5 degrees in the middle and by up
# to 12 in nine of ten; from further aside by 20 and more (synthetic athlete, landmarks with measured noise).
COMPARABLE = ("front",)
LONGEST_ONSET = 1.5  # seconds by which a repetition can begin before the coach sees it
RESTING = 0.03  # share of a repetition's way that an angle at rest wavers by
FEWEST = 3  # moments in which both sides were seen


@dataclass(frozen=True)
class Sides:
    """How far each side went, in degrees of the angle that counts."""

    left: float
    right: float

    @property
    def difference(self) -> float:
        """Left minus right."""
        return self.left - self.right


def with_onset(exercise: Exercise, attempt: Repetition, before: Sequence[Moment]) -> Repetition:
    """The attempt from where its way really begins, of the moments `before` it, since the attempt that it follows.

    The coach sees that a way has begun after a tenth of it: in a slow repetition that is half a second later.
    """
    falling = exercise.signal.falling
    rest = [m for m in before if m.seconds >= attempt.start - LONGEST_ONSET and not math.isnan(m.signal)]
    if not rest:
        return attempt
    # At rest the angle trembles: its largest value would be an early one by chance.
    top, low = float(np.quantile([falling(moment.signal) for moment in rest], 0.8)), falling(attempt.depth)
    still = [moment.seconds for moment in rest if falling(moment.signal) >= top - RESTING * (top - low)]
    return replace(attempt, start=min(attempt.start, still[-1]))


def view(moments: Sequence[Moment]) -> str | None:
    """From where the camera looked, one of exercises.VIEWS; None where the body was not seen."""
    facing = [moment.facing for moment in moments if not math.isnan(moment.facing)]
    return view_of(median(facing)) if facing else None


def takes_turns(exercise: Exercise) -> bool:
    """Whether left and right do it in turn: then they differ within a repetition, as they should."""
    return bool((exercise.movement or {}).get("alternates"))


def sides(exercise: Exercise, moments: Sequence[Moment]) -> Sides | None:
    """How far left and right went in one repetition. None where that is not to be seen, or to be expected.

    It is seen from the front, of an angle that each side has, when both were in sight.
    """
    if takes_turns(exercise) or view(moments) not in COMPARABLE:
        return None
    both = [(m.left, m.right) for m in moments if not (math.isnan(m.left) or math.isnan(m.right))]
    if len(both) < FEWEST:
        return None
    furthest = exercise.signal.falling
    left, right = (furthest(min(map(furthest, side))) for side in zip(*both, strict=True))
    return Sides(left, right)


def worst_moment(exercise: Exercise, attempt: Repetition, moments: Sequence[Moment]) -> float:
    """The second of `attempt` to look at: where its first fault is largest, or else where it went furthest."""
    for cue in attempt.cues:
        seen = [moment for moment in moments if not math.isnan(moment.excess.get(cue, math.nan))]
        if seen:
            return max(seen, key=lambda moment: moment.excess[cue]).seconds
    return attempt.bottom


def phased(attempt: Repetition, count: int) -> np.ndarray:
    """`count` (odd) seconds from the attempt's start to its end: half of them on the way there, half on the way back.

    So the same place of two repetitions is the same share of the same way, whatever their tempo.
    """
    half = count // 2 + 1
    there, back = (
        np.linspace(start, end, half) for start, end in ((attempt.start, attempt.bottom), (attempt.bottom, attempt.end))
    )
    return np.concatenate([there, back[1:]])


def curve(attempt: Repetition, moments: Sequence[Moment]) -> list[float] | None:
    """The angle that counts at POINTS moments of the attempt (`phased`); None where it was seen less than twice."""
    seen = [(moment.seconds, moment.signal) for moment in moments if not math.isnan(moment.signal)]
    if len(seen) < 2:
        return None
    seconds, angles = zip(*seen, strict=True)
    return [float(value) for value in np.interp(phased(attempt, POINTS), seconds, angles)]


def best(exercise: Exercise, attempts: Sequence[Repetition]) -> int | None:
    """The place of the best one among `attempts`: of those that count the fewest faults, then the furthest way."""
    falling = exercise.signal.falling
    counted = [place for place, attempt in enumerate(attempts) if attempt.counted]
    return min(counted, key=lambda at: (len(attempts[at].cues), falling(attempts[at].depth)), default=None)
