"""Position: whether the body is where the exercise is done, and since when."""

from collections.abc import Sequence

from demos.posture.coach.visibility import combine
from demos.posture.exercises import Limit

GET_READY = 0.2  # seconds in position before anything counts
PATIENCE = 0.5  # seconds out of position or out of sight that are forgiven


def first_broken(limits: Sequence[Limit], values: dict[str, float], weights: dict[str, float]) -> int | None:
    """The number of the first of `limits` that the measures `values` break, or None."""
    for number, limit in enumerate(limits):
        if limit.broken_by(combine(values, limit.measure, weights)):
            return number
    return None


class PositionTimer:
    """How long somebody has been in position; short absences are forgiven. All times in seconds."""

    def __init__(self) -> None:
        self.since: float | None = None
        self._last = float("-inf")

    def inside(self, seconds: float) -> float:
        """They are in position. Returned: the seconds since they last were, 0 if this is the first of them."""
        step = seconds - self._last if self.since is not None else 0.0
        self._last = seconds
        if self.since is None:
            self.since = seconds
        return step

    def outside(self, seconds: float) -> bool:
        """They are not. Returned: whether that has lasted too long to be forgiven."""
        if seconds - self._last <= PATIENCE:
            return False
        self.since = None
        return True

    def ready(self, seconds: float) -> bool:
        """Whether they have been in position long enough for something to count."""
        return self.since is not None and seconds - self.since >= GET_READY
