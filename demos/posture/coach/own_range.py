"""Whose range of motion ends shortly before what is asked is asked for what they reach.

Nobody who does a set their own way should read “nearly” after each repetition. Once something has counted, nothing is
asked for less: then what is shallow is shallow. Whose range is known from earlier sets is asked for it from the first.
"""

from collections.abc import Mapping
from dataclasses import replace

from demos.common.errors import BadInput
from demos.common.validate import number
from demos.posture.coach.repetitions import Repetition, RepetitionCounter
from demos.posture.exercises import Exercise, find_exercise

NEAR = 8.0  # degrees before what is asked at which a range may end
FIRST = 3  # so many repetitions, the first of a set, show it
TREMBLE = 2.0  # degrees by which the next may be shallower
MOST_LESS = 25.0  # degrees by which a known range may end before what the exercise asks


def asked_of(exercise: Exercise, degrees: object) -> Exercise:
    """`exercise` as it is asked of somebody whose range ends at the angle `degrees`, which a page may say.

    Never more is asked than the exercise does, and at most MOST_LESS less. A position that is held stays as it is.
    Raises BadInput for what is no angle from -180 to 180.
    """
    ends, signal = number("range", degrees, -180, 180), exercise.signal
    if exercise.kind != "repetitions":
        return exercise
    full = signal.falling(signal.full)
    asked = min(max(signal.falling(ends) + TREMBLE, full), full + MOST_LESS)
    return replace(exercise, signal=replace(signal, asked=signal.falling(asked)))


def read_ranges(given: object) -> dict[str, float]:
    """The ranges that a page says, {slug: degrees}. Raises BadInput for an unknown exercise and what is no angle."""
    entries = given if isinstance(given, Mapping) else {}
    return {find_exercise(str(slug)[:100]).slug: number("range", ends, -180, 180) for slug, ends in entries.items()}


def split_range(given: str) -> tuple[str, float]:
    """The two sides of "squat=112". Raises BadInput for anything else."""
    exercise, _, degrees = given.partition("=")
    try:
        return exercise, float(degrees)
    except ValueError as error:
        raise BadInput("posture.range_unreadable", given=given[:40]) from error


class OwnRange:
    """Watches the first attempts of a `counter`."""

    def __init__(self, counter: RepetitionCounter) -> None:
        self._counter = counter
        self._near = 0

    def update(self, attempt: Repetition, only_shallow: bool) -> None:
        """Take in the attempt that has just ended; `only_shallow`: its angle is all that was missed, if it missed any.

        When the first attempts all came near, they count, and that depth is asked from now on.
        """
        counter = self._counter
        near = attempt.depth <= counter.full + NEAR and attempt.top - attempt.depth >= counter.fall
        self._near += not attempt.counted and only_shallow and near
        if not self._near == len(counter.attempts) == FIRST:
            return
        counter.asked = max(first.depth for first in counter.attempts) + TREMBLE
        counter.attempts = [replace(first, counted=True, cues=(), rejection=None) for first in counter.attempts]
