"""The coach: watches one exercise, pose by pose, counts its repetitions or seconds, and says what to do better.

Each pose passes sight (`visibility.py`), position (`position.py`), the count (`repetitions.py`) and the form
(`advice.py`). Nothing counts before the person is in position, nor while a joint that matters is out of sight.
"""

from dataclasses import dataclass, replace

from demos.posture.coach.advice import FormCheck
from demos.posture.coach.position import PositionTimer, first_broken
from demos.posture.coach.repetitions import Phase, Repetition, RepetitionCounter
from demos.posture.coach.visibility import SideVisibility, combine, least_seen, without_unseen
from demos.posture.exercises import Exercise
from demos.posture.landmarks import Pose
from demos.posture.measures import measures
from demos.posture.one_euro import OneEuro

NEARLY = 1.1  # share of a deep limit's maximum from which a dip was an attempt
NAN = float("nan")


@dataclass(frozen=True)
class Reading:
    """What the coach makes of one pose.

    signal: the smoothed angle that counts, in degrees, NaN when not seen. measures: every measure, each NaN when its
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


class Coach:
    """Watches `exercise`. Feed it every pose in order with `update`; None where nobody was found."""

    def __init__(self, exercise: Exercise) -> None:
        self.exercise = exercise
        self.hold = 0.0  # seconds held
        self._phase = Phase.AWAY
        self._smooth = OneEuro()
        self._sides = SideVisibility(exercise.required)
        self._position = PositionTimer()
        self._counter = RepetitionCounter(exercise.signal.falling(exercise.signal.full), exercise.signal.range)
        self._form = FormCheck(exercise.cues)

    @property
    def attempts(self) -> list[Repetition]:
        """Every repetition that was tried, in order."""
        return [self._in_its_direction(attempt) for attempt in self._counter.attempts]

    @property
    def count(self) -> int:
        """Repetitions that count."""
        return self._counter.count

    def update(self, pose: Pose | None, seconds: float) -> Reading:
        """Take in the next pose; `seconds` grows from call to call."""
        if pose is None:
            return self._away(seconds, {}, NAN, "nobody")
        weights = self._sides.update(pose.visibility)
        if not any(weights.values()):
            return self._away(seconds, {}, NAN, f"unseen:{least_seen(pose.visibility, self.exercise.required)}")
        values = {name: float(value) for name, value in measures(self._smooth(pose.world, seconds)).items()}
        signal = combine(values, self.exercise.signal.measure, weights, self.exercise.signal.sides)
        shown = without_unseen(values, pose.visibility)
        broken = first_broken(self.exercise.position, values, weights)
        if broken is not None:
            return self._away(seconds, shown, signal, f"position:{broken}")
        finished = self._in_position(seconds, signal, values, weights)
        cue = None
        if self._phase is not Phase.AWAY:
            self._form.update(seconds, values, weights, effort=self._phase is not Phase.TOP)
            if finished and not finished.counted:
                self._form.say("shallow", seconds)
            cue = self._form.advice(seconds)
        return Reading(seconds, self._phase, signal, shown, self.count, self.hold, cue, finished)

    def _away(self, seconds: float, shown: dict[str, float], signal: float, cue: str) -> Reading:
        """Not seen or not in position: forgiven for a moment, then the repetition under way is void."""
        if not self._position.outside(seconds):
            return Reading(seconds, self._phase, signal, shown, self.count, self.hold)
        self._smooth.reset()
        self._counter.restart()
        self._form.restart()
        self._phase = Phase.AWAY
        return Reading(seconds, self._phase, signal, shown, self.count, self.hold, cue)

    def _in_position(
        self, seconds: float, signal: float, values: dict[str, float], weights: dict[str, float]
    ) -> Repetition | None:
        """Count on: seconds that the position is held, or the repetition that has just ended."""
        step = self._position.inside(seconds)
        ready = self._position.ready(seconds)
        if self.exercise.kind == "hold":
            if ready:
                assert self._position.since is not None
                # The moments of getting ready were held as well.
                self.hold += step if self._phase is Phase.HOLDING else seconds - self._position.since
                self._phase = Phase.HOLDING
            return None
        over = [combine(values, limit.measure, weights) / limit.max for limit in self.exercise.deep]
        deep, nearly = (all(share <= most for share in over) for most in (1, NEARLY))
        falling = self.exercise.signal.falling(signal)
        finished = self._counter.update(seconds, falling, ready=ready, deep=deep, nearly=nearly)
        if self._phase is not Phase.EFFORT and self._counter.phase is Phase.EFFORT:
            self._form.restart()
        self._phase = self._counter.phase
        if finished:
            cues = self._form.broken() if finished.counted else ("shallow",)
            finished = self._counter.attempts[-1] = replace(finished, cues=cues)
            return self._in_its_direction(finished)
        return None

    def _in_its_direction(self, attempt: Repetition) -> Repetition:
        """An attempt with the signal's own angles: the counter's always fall."""
        falling = self.exercise.signal.falling
        return replace(attempt, top=falling(attempt.top), depth=falling(attempt.depth))
