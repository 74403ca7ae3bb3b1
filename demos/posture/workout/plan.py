"""What a visitor sets out to do: how many sets of how much, and how long the rests between them are."""

from dataclasses import dataclass

from demos.common.validate import whole
from demos.posture.exercises import AUTO, Exercise, find_exercise

MOST_SETS, MOST_REPETITIONS, MOST_SECONDS, LONGEST_REST = 20, 500, 3600, 900


@dataclass(frozen=True)
class Plan:
    """`sets` sets of `target` repetitions or, `by_time`, seconds, with `rest` seconds between two.

    `exercise` is a slug, "auto", or an exercise that is none of ours. A position is always held for `target` seconds.
    """

    exercise: str | Exercise = AUTO
    sets: int = 3
    target: int = 10
    by_time: bool = False
    rest: int = 45

    def entry(self) -> Exercise | None:
        """The exercise; None while it is to be found out."""
        if isinstance(self.exercise, Exercise):
            return self.exercise
        return None if self.exercise == AUTO else find_exercise(self.exercise)


def plan_of(exercise: str | Exercise, sets: object, target: object, by_time: object, rest: object) -> Plan:
    """The plan that a page asks for. Raises BadInput for an unknown exercise or a number out of range."""
    if isinstance(exercise, str) and exercise != AUTO:
        find_exercise(exercise)
    most = MOST_SECONDS if by_time else MOST_REPETITIONS
    return Plan(
        exercise,
        whole("sets", sets, 1, MOST_SETS),
        whole("target", target, 1, most),
        bool(by_time),
        whole("rest", rest, 0, LONGEST_REST),
    )
