"""Position: whether the body is where the exercise is done, and since when."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from demos.posture.coach.visibility import combine, spread
from demos.posture.exercises import Limit, Still
from demos.posture.pose.measures import UNITLESS

GET_READY = 0.2  # seconds in position before anything counts
PATIENCE = 0.5  # seconds out of position or out of sight that are forgiven
SLACK = (6.0, 0.03)  # degrees, or share, beyond a limit of the position before it is left
ARRIVING = 0.2  # seconds out of position after which the exercise began in sight
MEMORY = 2.0  # seconds out of sight over which a repetition under way is remembered


def first_broken(
    limits: Sequence[Limit], values: dict[str, float], weights: dict[str, float], *, entered: bool = False
) -> int | None:
    """The number of the first of `limits` that the measures `values` break, or None.

    Hysteresis: who has `entered` the position leaves it only SLACK beyond a limit.
    """
    for number, limit in enumerate(limits):
        slack = SLACK[limit.measure in UNITLESS] if entered else 0.0
        if limit.broken_by(combine(values, limit.measure, weights, limit.sides), slack):
            excuse = limit.unless
            if excuse is None or not excuse.min <= combine(values, excuse.measure, weights) <= excuse.max:
                return number
    return None


class Stillness:
    """Whether a measure keeps as still as `still` asks."""

    def __init__(self, still: Still) -> None:
        self._still = still
        self._values: deque[tuple[float, float]] = deque()
        self.moved = self.proven = False  # within the seconds asked for; not moved during all of them

    def restart(self) -> None:
        """Forget what was seen."""
        self._values.clear()
        self.moved = self.proven = False

    def update(self, seconds: float, value: float) -> None:
        """Take in the measure's next value."""
        begin = seconds - self._still.seconds
        self._values.append((seconds, value))
        while len(self._values) > 1 and self._values[1][0] <= begin:
            self._values.popleft()
        self.moved = spread([value for _, value in self._values]) > self._still.range
        self.proven = not self.moved and self._values[0][0] <= begin


@dataclass(frozen=True)
class Hold:
    """A position that was held without a break, in seconds."""

    start: float
    end: float


class Holding:
    """Times how long a position is held, and `still`, if that is asked."""

    def __init__(self, still: Still | None = None) -> None:
        self.holds: list[Hold] = []  # in order; the last one's end may still move on
        self._measure = still.measure if still else ""
        self._still = Stillness(still) if still else None
        self.restart()

    def restart(self) -> None:
        """The position was left. What was held before stays."""
        self._held = False
        self._to_prove = 0.0  # seconds in position that are not yet known to be held
        if self._still:
            self._still.restart()

    def update(
        self, seconds: float, step: float, values: dict[str, float], weights: dict[str, float], *, ready: bool
    ) -> bool:
        """Somebody is in position, `step` seconds longer than before. Returned: whether they hold it.

        The seconds of getting `ready`, and of keeping still, are added once it is known to be held.
        """
        self._to_prove += step
        proven = ready
        if self._still:
            self._still.update(seconds, combine(values, self._measure, weights))
            proven = ready and self._still.proven
            self._to_prove = 0.0 if self._still.moved else self._to_prove
        if proven:
            start = self.holds.pop().start if self._held else seconds - self._to_prove
            self.holds.append(Hold(start, seconds))
            self._to_prove = 0.0
        self._held = proven
        return proven


class PositionTimer:
    """How long somebody has been in position; short absences are forgiven. All times in seconds."""

    def __init__(self) -> None:
        self.since: float | None = None
        self.arrived = False  # whether they were seen to get into position
        self._last = float("-inf")
        self._outside_since: float | None = None

    def inside(self, seconds: float) -> float:
        """They are in position. Returned: the seconds since they last were, 0 if this is the first of them."""
        step = seconds - self._last if self.since is not None else 0.0
        self._last = seconds
        self._outside_since = None
        if self.since is None:
            self.since = seconds
        return step

    def outside(self, seconds: float) -> bool:
        """They are not. Returned: whether that has lasted too long to be forgiven."""
        if seconds - self._last <= PATIENCE:
            return False
        self.since = None
        return True

    def elsewhere(self, seconds: float) -> bool:
        """They are seen, but not in position. Returned: as `outside`."""
        self._outside_since = seconds if self._outside_since is None else self._outside_since
        self.arrived = self.arrived or seconds - self._outside_since >= ARRIVING
        return self.outside(seconds)

    def forgotten(self, seconds: float) -> bool:
        """Whether they were last in position so long ago that nothing of it holds any more."""
        return seconds - self._last > MEMORY

    def ready(self, seconds: float) -> bool:
        """Whether they have been in position long enough for something to count."""
        return self.since is not None and seconds - self.since >= GET_READY
