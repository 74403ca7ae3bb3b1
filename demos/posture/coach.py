"""The coach: watches one exercise, pose by pose, counts its repetitions or seconds, and says what to do better.

Counting is a phase machine with hysteresis on one joint angle, the signal. A repetition starts on top, must come down
to the depth that the exercise asks for, and ends on the way up, after 65 % of *its own* range. So a bounce at the
bottom is no second repetition, and nobody has to straighten a joint further than they can. Nothing counts before the
person is in position, nor while a joint that matters is out of sight.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np

from demos.posture.exercises import Exercise, Limit
from demos.posture.landmarks import INDEX, SIDES, Pose
from demos.posture.measures import measures
from demos.posture.smooth import OneEuro

SEEN, LOST = (
    0.5,
    0.2,
)  # visibility from which a limb is believed, and below which no longer: at the picture's edge it wavers
GET_READY = 0.2  # seconds in position before anything counts
PATIENCE = 0.5  # seconds out of position or out of sight that are forgiven
RETURN = 0.65  # share of its own range after which a repetition has ended
NEARLY = 1.1  # share of a deep limit's maximum from which a dip was an attempt
DIP = 0.55  # share of the way from the top to the asked depth from which a dip was an attempt
SHORTEST = 0.35  # seconds; a repetition cannot be faster


class Phase(StrEnum):
    """Where in the exercise the person is."""

    AWAY = "away"  # not seen, or not in position
    TOP = "top"
    EFFORT = "effort"  # deep enough, on the way down or up
    HOLDING = "holding"


@dataclass(frozen=True)
class Repetition:
    """One attempt. Times in seconds; `top` and `depth` are the signal's largest and smallest angle in degrees.

    `counted` is False for one that was too shallow. `cues` are the names of the limits it broke.
    """

    start: float
    bottom: float
    end: float
    top: float
    depth: float
    counted: bool = True
    cues: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What the coach makes of one pose.

    signal: the smoothed joint angle in degrees, NaN when not seen. measures: every measure, each NaN when its
    landmarks are not seen. count: repetitions so far. hold: seconds held so far. cue: what to say, or None: a cue's
    name, "shallow", "position:0" (the exercise's first position limit), "unseen:ankle" or "nobody".
    """

    seconds: float
    phase: Phase
    signal: float
    measures: dict[str, float]
    count: int
    hold: float
    cue: str | None = None
    finished: Repetition | None = None


@dataclass
class Coach:
    """Watches `exercise`. Feed it every pose in order with `see`; None where nobody was found."""

    exercise: Exercise
    attempts: list[Repetition] = field(default_factory=list)
    hold: float = 0.0

    def __post_init__(self) -> None:
        self._smooth = OneEuro()
        self._forget()
        self._seen = dict.fromkeys(SIDES, False)
        self._good_since: float | None = None
        self._good_last = float("-inf")
        self._advice: tuple[str, float] | None = None

    @property
    def count(self) -> int:
        """Repetitions that count."""
        return sum(attempt.counted for attempt in self.attempts)

    def see(self, pose: Pose | None, seconds: float) -> Reading:
        """Take in the next pose; `seconds` grows from call to call."""
        if pose is None:
            return self._away(seconds, {}, float("nan"), "nobody")
        weights = self._believed(pose.visibility)
        if not any(weights.values()):
            unseen = _least_seen(pose.visibility, self.exercise.required)
            return self._away(seconds, {}, float("nan"), f"unseen:{unseen}")
        values = {name: float(value) for name, value in measures(self._smooth(pose.world, seconds)).items()}
        signal = _combine(values, self.exercise.signal.joint, self.exercise.signal.sides, weights)
        shown = _hide_unseen(values, pose.visibility)
        for number, limit in enumerate(self.exercise.position):
            if _breaks(limit, _combine(values, limit.measure, "mean", weights)):
                return self._away(seconds, shown, signal, f"position:{number}")
        return self._in_position(seconds, shown, signal, values, weights)

    def _believed(self, visibility: np.ndarray) -> dict[str, float]:
        """How much each side of the body is believed: 0 when it is not seen, more the better it is."""
        weights = {}
        for side in SIDES:
            seen = min(float(visibility[INDEX[f"{side}_{part}"]]) for part in self.exercise.required)
            self._seen[side] = seen >= (LOST if self._seen[side] else SEEN)
            weights[side] = max(seen, LOST) ** 2 if self._seen[side] else 0.0
        return weights

    def _away(self, seconds: float, shown: dict[str, float], signal: float, cue: str) -> Reading:
        """Not seen or not in position: forgiven for a moment, then the repetition under way is void."""
        if seconds - self._good_last > PATIENCE:
            self._good_since = None
            self._smooth.reset()
            self._forget()
            return Reading(seconds, Phase.AWAY, signal, shown, self.count, self.hold, cue)
        return Reading(seconds, self._phase, signal, shown, self.count, self.hold)

    def _forget(self) -> None:
        """Stand at the beginning of a repetition, with nothing known."""
        self._phase = Phase.AWAY
        self._top = self._low = float("nan")
        self._left_top = self._low_at = 0.0
        self._dipped = False
        self._broken: dict[str, int] = {}

    def _in_position(
        self,
        seconds: float,
        shown: dict[str, float],
        signal: float,
        values: dict[str, float],
        weights: dict[str, float],
    ) -> Reading:
        since, self._good_last = seconds - self._good_last, seconds
        if self._good_since is None:
            self._good_since, since = seconds, 0.0
        ready = seconds - self._good_since >= GET_READY
        finished = None
        if self.exercise.kind == "hold":
            if ready:
                # The moments of getting ready were held as well.
                self.hold += since if self._phase is Phase.HOLDING else seconds - self._good_since
                self._phase = Phase.HOLDING
        else:
            over = [_combine(values, limit.measure, "mean", weights) / limit.max for limit in self.exercise.deep]
            deep = all(share <= 1 for share in over)
            self._dipped = self._dipped or all(share <= NEARLY for share in over)
            finished = self._step(seconds, signal, ready, deep)
        cue = self._cue(seconds, values, weights, finished) if self._phase is not Phase.AWAY else None
        return Reading(seconds, self._phase, signal, shown, self.count, self.hold, cue, finished)

    def _step(self, seconds: float, signal: float, ready: bool, deep: bool) -> Repetition | None:
        """One step of the phase machine; the attempt that just ended, if one did."""
        asked = self.exercise.signal
        if self._phase is Phase.AWAY:
            if ready and signal >= asked.full + asked.range:
                self._phase, self._top, self._low = Phase.TOP, signal, signal
                self._left_top = self._low_at = seconds
            return None
        if self._phase is Phase.TOP:
            return self._on_top(seconds, signal, deep)
        if signal < self._low:
            self._low, self._low_at = signal, seconds
        if signal < self._low + RETURN * (self._top - self._low):
            return None
        self._phase = Phase.TOP
        if seconds - self._left_top < SHORTEST:
            self._begin(seconds, signal)
            return None
        attempt = Repetition(
            self._left_top, self._low_at, seconds, self._top, self._low, cues=tuple(self._broken_cues())
        )
        self.attempts.append(attempt)
        self._begin(seconds, signal)
        return attempt

    def _on_top(self, seconds: float, signal: float, deep: bool) -> Repetition | None:
        asked = self.exercise.signal
        self._stretch_last(seconds, signal)
        if signal >= self._top - 0.1 * (self._top - asked.full):
            attempt = self._shallow(seconds)
            self._top = max(self._top, signal)
            self._dipped = False
            self._low, self._left_top, self._low_at = signal, seconds, seconds
            return attempt
        if signal < self._low:
            self._low, self._low_at = signal, seconds
        if deep and signal <= min(asked.full, self._top - asked.range):
            self._phase, self._broken = Phase.EFFORT, {}
            return None
        # Half the way back from a dip counts as back: otherwise two shallow ones in a row would look like one.
        if signal > self._low + RETURN * (self._top - self._low):
            attempt = self._shallow(seconds)
            if attempt:
                self._low, self._left_top, self._low_at = signal, seconds, seconds
            return attempt
        return None

    def _shallow(self, seconds: float) -> Repetition | None:
        """The dip that just ended, if it went far enough to have been an attempt."""
        far = self._top - self._low >= DIP * (self._top - self.exercise.signal.full)
        if not (far and self._dipped) or seconds - self._left_top < SHORTEST:
            return None
        attempt = Repetition(
            self._left_top, self._low_at, seconds, self._top, self._low, counted=False, cues=("shallow",)
        )
        self.attempts.append(attempt)
        return attempt

    def _begin(self, seconds: float, signal: float) -> None:
        """On top again. The last repetition's top stays what it was until this one's is known to be higher."""
        self._top = max(signal, self._low + 0.8 * (self._top - self._low))
        self._low = signal
        self._left_top = self._low_at = seconds
        self._rising = True

    _rising = False

    def _stretch_last(self, seconds: float, signal: float) -> None:
        """A repetition counts at 65 % of the way up; its end is where the person stops rising."""
        if not self._rising:
            return
        last = self.attempts[-1]
        if signal < self._low - 2 or seconds - last.end > 2:
            self._rising = False
        elif signal > self._low + 0.5:
            self.attempts[-1] = replace(last, end=seconds)

    def _broken_cues(self) -> Iterator[str]:
        """Cues that a good part of the repetition's frames broke."""
        frames = max(1, self._broken.get("", 0))
        for cue in self.exercise.cues:
            if self._broken.get(cue.name, 0) > 0.3 * frames:
                yield cue.name

    def _cue(
        self, seconds: float, values: dict[str, float], weights: dict[str, float], finished: Repetition | None
    ) -> str | None:
        """What to say now. Advice stays for two seconds, so that it can be read."""
        view = view_of(values["facing"])
        if self._phase is not Phase.TOP:
            self._broken[""] = self._broken.get("", 0) + 1
        for cue in self.exercise.cues:
            due = cue.when == "always" or self._phase is not Phase.TOP
            if due and view in cue.views and _breaks(cue, _combine(values, cue.measure, "mean", weights)):
                self._broken[cue.name] = self._broken.get(cue.name, 0) + 1
                if self._broken[cue.name] >= 5:
                    self._advice = (cue.name, seconds)
        if finished and not finished.counted:
            self._advice = ("shallow", seconds)
        if self._advice and seconds - self._advice[1] > 2:
            self._advice = None
        return self._advice[0] if self._advice else None


def view_of(facing: float) -> str:
    """The camera's direction by its name in VIEWS, from the measure `facing` in degrees."""
    return "front" if facing < 30 else "three_quarter" if facing < 62 else "side"


def sentence(exercise: Exercise, cue: str | None, language: str) -> str:
    """What a reading's `cue` says in `language`; "" for None, "nobody" and "unseen:…", which are the page's to say."""
    if cue == "shallow":
        return exercise.shallow[language]
    if cue and cue.startswith("position:"):
        return getattr(exercise.position[int(cue.partition(":")[2])], language)
    return next((getattr(limit, language) for limit in exercise.cues if limit.name == cue), "")


def _breaks(limit: Limit, value: float) -> bool:
    return value < limit.min or value > limit.max


def _least_seen(visibility: np.ndarray, required: tuple[str, ...]) -> str:
    """The part of the body to ask for: the worst seen on the better side."""
    side = max(SIDES, key=lambda side: sum(visibility[INDEX[f"{side}_{part}"]] for part in required))
    return min(required, key=lambda part: visibility[INDEX[f"{side}_{part}"]])


def _combine(values: dict[str, float], name: str, how: str, weights: dict[str, float]) -> float:
    """One number from both sides of a measure; a measure without sides is taken as it is."""
    if name in values:
        return values[name]
    sides = {side: values[f"{side}_{name}"] for side, weight in weights.items() if weight > 0}
    if how == "straighter":
        return max(sides.values())
    if how == "more_bent":
        return min(sides.values())
    return sum(weights[side] * value for side, value in sides.items()) / sum(weights[side] for side in sides)


def _hide_unseen(values: dict[str, float], visibility: np.ndarray) -> dict[str, float]:
    """The measures for showing: a joint that is not seen has no angle."""
    return {
        name: float("nan") if name in INDEX and visibility[INDEX[name]] < LOST else value
        for name, value in values.items()
    }
