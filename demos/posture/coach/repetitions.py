"""Counting repetitions of plain numbers: an angle that goes down and up again, at uneven times.

A phase machine with hysteresis. A repetition starts on top, must come down to the depth that is asked for, and ends on
the way up, after 65% of *its own* range. So a bounce at the bottom is no second repetition, and nobody has to
straighten a joint further than they can.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from math import inf, isnan
from typing import Any

from demos.posture.coach.between_frames import lowest_between

RETURN = 0.65  # share of its own range after which a repetition has ended
HALF_BACK = 0.4  # share of its range that is gone back, and then gone again, by who meant two; a bounce is shorter
DIP = 0.55  # share of the way from the top to the asked depth from which a dip was an attempt
SHORTEST = 0.35  # seconds; a repetition cannot be faster, if nothing else is said
# Share of its range that a repetition has yet to fall when it is seen first, to count: of a way down with minimum jerk
# (Flash & Hogan 1985) this is left after the first third of the repetition.
SEEN_FALLING = 0.25
TURN = 0.1  # share of its range within which an angle is as good as the lowest: who holds it there turns in the middle
LATEST = 6.0  # seconds that a repetition seen from its middle on may last: longer is a rest, not an effort
CALM, STAYS = 0.35, 0.5  # share of a fall, and seconds, within which an angle that moves no further is at rest
NAN = float("nan")


class Phase(StrEnum):
    """Where in the exercise the person is."""

    AWAY = "away"  # not seen, not in position, or not yet on top
    TOP = "top"
    EFFORT = "effort"  # deep enough, on the way down or up
    HOLDING = "holding"  # of a position that is held: there is nothing to count


@dataclass(frozen=True)
class Rejection:
    """Why an attempt does not count: the `measure` reached this, and that was asked, both in the measure's unit.

    `cue` names the sentence: "shallow", "half_way_back", "unfinished", or the limit that makes the exercise what it is.
    """

    cue: str
    measure: str
    reached: float
    asked: float


@dataclass(frozen=True)
class Repetition:
    """One attempt. Times in seconds; from the angle `top` to `depth`, in degrees (its largest and its smallest one).

    It turns at `bottom`: where the depth is held, in the middle of that. `counted` is False for one that was too
    shallow, of another exercise or not gone back; `rejection` says why. `cues` are the names of the limits it broke.
    The counter leaves both to others to find, and `second_opinion` (`second_opinion.py`). `back`: of one whose way back
    ended too early, the angle at which it did, in degrees.
    """

    start: float
    bottom: float
    end: float
    top: float
    depth: float
    counted: bool = True
    cues: tuple[str, ...] = ()
    rejection: Rejection | None = None
    second_opinion: tuple[str, ...] = ()
    back: float | None = None


class RepetitionCounter:
    """Counts how often an angle falls to `full` degrees, and by at least `fall`, and comes up again.

    What takes less than `shortest` seconds is none.
    """

    def __init__(self, full: float, fall: float, shortest: float = SHORTEST) -> None:
        self.full, self.fall, self.shortest = full, fall, shortest
        self.asked = full  # the angle to reach, which others may ask less of (`own_range.py`)
        self.attempts: list[Repetition] = []  # in order; the last one's end may still move on
        self.restart()

    def restart(self) -> None:
        """Void the repetition under way: stand at the beginning of one, with nothing known."""
        self.phase = Phase.AWAY
        self._top = self._low = NAN
        self._left_top = 0.0
        self._deepest = inf  # the lowest angle since the top, of attempts that went back half-way
        self._turned_back = NAN  # when the way back from an attempt ended half-way: the next one begins there
        self._back = (NAN, NAN)  # seconds and angle, the highest since the lowest
        self._course: list[tuple[float, float]] = []  # seconds and angles since the top was left
        self._dipped = self._deep = False
        self._calm = (NAN, NAN)  # since when, and near which angle, nothing has moved
        self.resting = False  # whether the angle is the highest there is: the next repetition has not begun
        self.rising = False  # whether the last attempt still rises after it has been counted

    def disturb(self) -> None:
        """Something else is being done, if only for a moment: who does it is not at rest."""
        self._calm = (NAN, NAN)

    @property
    def count(self) -> int:
        """Repetitions that count."""
        return sum(attempt.counted for attempt in self.attempts)

    def update(
        self,
        seconds: float,
        angle: float,
        *,
        ready: bool = True,
        deep: bool = True,
        nearly: bool = True,
        under_way: bool = False,
    ) -> Repetition | None:
        """Take in the next angle in degrees. Returned: the attempt that just ended, if one did. `seconds` must grow.

        ready: whether a repetition may begin. deep, nearly: whether everything else that is asked of a deep repetition
        holds, or would if it were asked a little less. under_way: whether a repetition may have begun before anything
        was seen, as in a video that is cut.
        """
        self._dipped = self._dipped or nearly
        if self.phase is Phase.AWAY:
            return self._before_top(seconds, angle, ready, deep, under_way)
        if self.phase is Phase.TOP:
            return self._on_top(seconds, angle, deep)
        return self._in_effort(seconds, angle)

    def amend(self, **changes: Any) -> Repetition:
        """Change what is known of the last attempt. Returned: the attempt as it is now."""
        self.attempts[-1] = replace(self.attempts[-1], **changes)
        return self.attempts[-1]

    def finish(self, seconds: float) -> Repetition | None:
        """Nothing more comes. Returned: the attempt that is under way, if it went far enough to be one."""
        if self.phase is Phase.TOP:
            return self._shallow(seconds)
        return self._half_way_back(seconds) if self.phase is Phase.EFFORT else None

    def _before_top(self, seconds: float, angle: float, ready: bool, deep: bool, under_way: bool) -> Repetition | None:
        """Wait for the first top. What was already under way counts if enough of its way down was seen."""
        # It may have begun at the first angle there is, or at a higher one before anything deep.
        if not under_way:
            self._top, self._deep = NAN, False
        elif not (angle <= self._top or self._deep) or seconds - self._left_top > LATEST:
            self._top, self._deep = angle, False
            self._leave_top(seconds, angle)
        else:
            self._note_lowest(seconds, angle)
            self._deep = self._deep or (deep and angle <= self.full)
        if not self._rests(seconds, angle) or not ready:
            return None
        fell_in_sight = self._top - self._low >= SEEN_FALLING * (angle - self._low) >= SEEN_FALLING * self.fall
        return self._back_on_top(seconds, angle, top=angle, counts=self._deep and fell_in_sight)

    def _rests(self, seconds: float, angle: float) -> bool:
        """Whether this is a top: above what is asked by a whole fall, or by half of one and for a while no other.

        From a tilted camera somebody's rest may look like a part of the way.
        """
        if not abs(angle - self._calm[1]) <= CALM * self.fall:
            self._calm = (seconds, angle)
        calm = seconds - self._calm[0] >= STAYS and angle >= self.full + self.fall / 2
        return calm or angle >= self.full + self.fall

    def _on_top(self, seconds: float, angle: float, deep: bool) -> Repetition | None:
        self._stretch_last(seconds, angle)
        self._deep = self._deep or deep
        if self._turned_deep_between_frames(seconds, angle):
            return self._in_effort(seconds, angle)
        if angle >= self._top - 0.1 * (self._top - self.full):
            attempt = self._shallow(seconds)
            self._top = max(self._top, angle)
            self._dipped = self._deep = False
            self._leave_top(seconds, angle)
            return attempt
        self._note_lowest(seconds, angle)
        if deep and angle <= min(self.asked, self._top - self.fall):
            self.phase = Phase.EFFORT
            return None
        # Half the way back from a dip counts as back: otherwise two shallow ones in a row would look like one.
        if angle > self._way_up():
            attempt = self._shallow(seconds)
            if attempt:
                self._leave_top(seconds, angle)
            return attempt
        return None

    def _turned_deep_between_frames(self, seconds: float, angle: float) -> bool:
        """Whether the way down that is over now was deep enough, though no frame shows it."""
        if not self._deep or angle <= self._way_up():
            return False
        turn, reached = lowest_between([*self._course, (seconds, angle)])
        if reached > min(self.asked, self._top - self.fall):
            return False
        self._note_lowest(turn, reached)
        self.phase = Phase.EFFORT
        return True

    def _in_effort(self, seconds: float, angle: float) -> Repetition | None:
        self._note_lowest(seconds, angle)
        if angle >= self._way_up():
            return self._back_on_top(seconds, angle, top=self._top, counts=True)
        back, deep = self._back[1], min(self.asked, self._top - self.fall)
        if angle <= deep < back and min(back - self._low, back - angle) >= HALF_BACK * self._way:
            return self._half_way_back(self._back[0])
        return None

    def _half_way_back(self, seconds: float) -> Repetition:
        """The attempt whose way back ended at that second before it had been gone. The next one is under way."""
        top, low, (_, back), course = self._top, self._low, self._back, self._course
        self._course = [frame for frame in course if frame[0] <= seconds]
        attempt = Repetition(self._began, self._turned_at(top), seconds, top, low, counted=False, back=back)
        self.attempts.append(attempt)
        self._turned_back, self._deepest = seconds, min(self._deepest, low)
        self._course = [frame for frame in course if frame[0] >= seconds]
        self._low, self._back = NAN, (NAN, NAN)
        for frame in self._course:
            self._note_low(*frame)
        return attempt

    def _back_on_top(self, seconds: float, angle: float, top: float, counts: bool) -> Repetition | None:
        """The way from `top` down and up again has been gone: a repetition, if it `counts`."""
        attempt = None
        if counts and seconds - self._left_top >= self.shortest:
            attempt = Repetition(self._began, self._turned_at(top), seconds, top, self._low)
            self.attempts.append(attempt)
        self.rising = attempt is not None
        # The last repetition's top stays what it was until this one's is known to be higher.
        self._top = max(angle, self._low + 0.8 * (top - self._low)) if self.phase is Phase.EFFORT else angle
        self.phase = Phase.TOP
        self._deep = False
        self._leave_top(seconds, angle)
        return attempt

    def _shallow(self, seconds: float) -> Repetition | None:
        """The dip that just ended, if it went far enough to have been an attempt."""
        far = self._top - self._low >= DIP * (self._top - self.full)
        if not (far and self._dipped) or seconds - self._left_top < self.shortest:
            return None
        turned = self._turned_at(self._top)
        attempt = Repetition(self._left_top, turned, seconds, self._top, self._low, counted=False)
        self.attempts.append(attempt)
        return attempt

    def _leave_top(self, seconds: float, angle: float) -> None:
        """As far as is known now, the next repetition begins here."""
        self._low, self._left_top, self._course = angle, seconds, [(seconds, angle)]
        self._turned_back, self._back, self._deepest = NAN, (seconds, angle), inf
        self.resting = True

    @property
    def _began(self) -> float:
        """The second at which the attempt under way began."""
        return self._left_top if isnan(self._turned_back) else self._turned_back

    def _note_lowest(self, seconds: float, angle: float) -> None:
        self.resting = False
        self._course.append((seconds, angle))
        self._note_low(seconds, angle)

    def _note_low(self, seconds: float, angle: float) -> None:
        if not angle > self._low:
            self._low, self._back = angle, (seconds, angle)
        elif angle > self._back[1]:
            self._back = (seconds, angle)

    def _turned_at(self, top: float) -> float:
        """When the way down from `top` became the way up: the middle of the time spent near the lowest angle."""
        near = [seconds for seconds, angle in self._course if angle <= self._low + TURN * (top - self._low)]
        return (min(near) + max(near)) / 2

    @property
    def _way(self) -> float:
        """How far the attempt under way went."""
        return self._top - self._low

    def _way_up(self) -> float:
        """The angle from which on the way up has been gone: of the deepest attempt since the top."""
        low = min(self._low, self._deepest)
        return low + RETURN * (self._top - low)

    def _stretch_last(self, seconds: float, angle: float) -> None:
        """A repetition counts at 65% of the way up; its end is where the person stops rising."""
        if not self.rising:
            return
        last = self.attempts[-1]
        if angle < self._low - 2 or seconds - last.end > 2:
            self.rising = False
        elif angle > self._low + 0.5:
            self.amend(end=seconds)
