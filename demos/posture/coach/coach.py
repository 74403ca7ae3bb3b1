"""The coach: watches one exercise, pose by pose, counts its repetitions or seconds, and says what to do better.

`Coach.update` is the way of each pose: could a body stand like this (`plausible.py`), is it seen (`visibility.py`), is
it where the exercise is done (`position.py`)? Then it is counted (`repetitions.py`, judged by `demands.py`) or timed
(`position.Holding`), and its form is looked at (`advice.py`). Nothing counts before the person is in position, nor
while a joint that matters is out of sight.
"""

from dataclasses import dataclass, replace

from demos.posture.coach.advice import FormCheck
from demos.posture.coach.between_frames import both_up_between
from demos.posture.coach.demands import SHALLOW, Demands
from demos.posture.coach.own_range import OwnRange
from demos.posture.coach.plausible import Plausible
from demos.posture.coach.position import Hold, Holding, PositionTimer, first_broken
from demos.posture.coach.repetitions import Phase, Repetition, RepetitionCounter
from demos.posture.coach.visibility import (
    SideVisibility,
    believed,
    combine,
    least_seen,
    without_guesses,
    without_unseen,
)
from demos.posture.exercises import Exercise
from demos.posture.pose.landmarks import Pose
from demos.posture.pose.measures import measures, picture_measures
from demos.posture.pose.one_euro import OneEuro

CUTOFF, BETA = 2.5, 3.0  # of the smoothing: the bottom of a repetition that takes a second loses 1 degree or 2
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
        self._phase = Phase.AWAY
        self._plausible = Plausible()
        self._smooth = OneEuro(CUTOFF, BETA)
        self._sides = SideVisibility(exercise.required)
        self._position = PositionTimer()
        signal = exercise.signal
        self._counter = RepetitionCounter(signal.falling(signal.full), signal.range, signal.shortest)
        self._counter.asked = signal.falling(signal.goal)
        self._own_range = OwnRange(self._counter)
        self._demands = Demands(exercise)
        self._form = FormCheck(exercise.cues)
        self._holding = Holding(exercise.still)
        self._sides_before: tuple[float, dict[str, float]] | None = None  # each side's angle in the frame before

    @property
    def attempts(self) -> list[Repetition]:
        """Every repetition that was tried, in order."""
        return [self._in_its_direction(attempt) for attempt in self._counter.attempts]

    @property
    def count(self) -> int:
        """Repetitions that count."""
        return self._counter.count

    @property
    def holds(self) -> list[Hold]:
        """Each time the position was held, in order."""
        return self._holding.holds

    @property
    def hold(self) -> float:
        """Seconds held."""
        return sum(held.end - held.start for held in self.holds)

    def update(self, pose: Pose | None, seconds: float) -> Reading:
        """Take in the next pose; `seconds` grows from call to call."""
        if pose is None or not self._plausible.accepts(pose):
            return self._out_of_sight(seconds, "nobody")
        weights = self._sides.update(pose.visibility)
        if not any(weights.values()):
            return self._out_of_sight(seconds, f"unseen:{least_seen(pose.visibility, self.exercise.required)}")
        found = measures(self._smooth(pose.world, seconds)) | picture_measures(pose.upright_image)
        known = {name: float(value) for name, value in found.items()}
        values = without_guesses(known, pose.visibility, self.exercise.required)
        signal = combine(values, self.exercise.signal.measure, weights, self.exercise.signal.sides)
        shown = without_unseen(values, pose.visibility)
        entered = self._position.since is not None
        broken = first_broken(self.exercise.position, values, weights, entered=entered)
        if broken is not None:
            return self._out_of_position(seconds, shown, signal, f"position:{broken}")
        step = self._position.inside(seconds)
        finished = None
        if self.exercise.kind == "hold":
            held = self._holding.update(seconds, step, values, weights, ready=self._position.ready(seconds))
            self._phase = Phase.HOLDING if held else Phase.AWAY
        else:
            finished = self._count_on(seconds, signal, values, weights)
            self._phase = self._counter.phase
        cue = self._advise(seconds, values, weights, finished)
        return self._reading(seconds, signal, shown, cue, finished)

    def finish(self, seconds: float) -> None:
        """Nothing more comes: what is under way was an attempt, if it went far enough, and says what it lacks."""
        watched = self.exercise.kind == "repetitions" and self._position.since is not None
        if watched and (attempt := self._counter.finish(seconds)):
            self._judge(attempt, unfinished=True)

    def _out_of_sight(self, seconds: float, cue: str) -> Reading:
        """Forgiven for a moment, then said. What was proven of the repetition under way holds a while longer."""
        if not self._position.outside(seconds):
            return self._reading(seconds)
        self._smooth.reset()
        self._phase = Phase.AWAY
        if self._position.forgotten(seconds):
            self._begin_anew()
        return self._reading(seconds, cue=cue)

    def _out_of_position(self, seconds: float, shown: dict[str, float], signal: float, cue: str) -> Reading:
        """Forgiven for a moment, then the repetition under way is void: the body does something else."""
        self._counter.disturb()
        if not self._position.elsewhere(seconds):
            return self._reading(seconds, signal, shown)
        self._smooth.reset()
        self._phase = Phase.AWAY
        self._begin_anew()
        return self._reading(seconds, signal, shown, cue)

    def _reading(
        self,
        seconds: float,
        signal: float = NAN,
        shown: dict[str, float] | None = None,
        cue: str | None = None,
        finished: Repetition | None = None,
    ) -> Reading:
        return Reading(seconds, self._phase, signal, shown or {}, self.count, self.hold, cue, finished)

    def _begin_anew(self) -> None:
        """Of what is under way nothing is known any more; what is done stays."""
        self._sides_before = None
        for part in (self._holding, self._counter, self._demands, self._form):
            part.restart()

    def _count_on(
        self, seconds: float, signal: float, values: dict[str, float], weights: dict[str, float]
    ) -> Repetition | None:
        """The attempt that has just ended, judged, if one has."""
        counter, was = self._counter, self._counter.phase
        angle = self.exercise.signal.falling(signal)
        self._demands.update(angle, values, weights)
        known = {"ready": self._position.ready(seconds), "under_way": not self._position.arrived}
        ended = None
        if passed := self._sides_passed(seconds, values, weights):
            ended = counter.update(*passed, deep=False, nearly=False, **known)
        at_frame = counter.update(seconds, angle, deep=self._demands.deep, nearly=self._demands.nearly, **known)
        ended = at_frame or ended
        if was is not Phase.EFFORT and (ended or counter.phase is Phase.EFFORT):
            self._form.begin_effort()
        if ended:
            self._judge(ended)
            if ended.back is not None:  # what was seen of it is known of the next one as well, which has not rested
                self._form.begin_effort()
                return self.attempts[-1]
            self._demands.restart()
            if at_frame is None:  # it ended between the frames: this one is the next one's
                self._demands.update(angle, values, weights)
            return self.attempts[-1]
        if counter.resting:
            self._demands.leave_rest()
        return None

    def _sides_passed(
        self, seconds: float, values: dict[str, float], weights: dict[str, float]
    ) -> tuple[float, float] | None:
        """When, and at which falling angle, the sides that may take turns passed each other since the last frame."""
        signal, before = self.exercise.signal, self._sides_before
        angles = {side: values.get(f"{side}_{signal.measure}", NAN) for side in believed(weights)}
        self._sides_before = (seconds, angles)
        passed = both_up_between(before, self._sides_before) if signal.sides == "more_bent" and before else None
        return passed and (passed[0], signal.falling(passed[1]))

    def _judge(self, attempt: Repetition, unfinished: bool = False) -> None:
        """Say of the attempt that has just ended whether it counts, and if not why; else what was not good about it."""
        rejection = self._demands.rejection(attempt, self._counter.asked, unfinished)
        judged = self._counter.amend(
            counted=rejection is None,
            cues=(rejection.cue,) if rejection else self._form.broken(),
            rejection=rejection,
        )
        shallow = rejection is not None and rejection.cue == SHALLOW and self._demands.were_deep
        self._own_range.update(judged, only_shallow=shallow)

    def _advise(
        self, seconds: float, values: dict[str, float], weights: dict[str, float], finished: Repetition | None
    ) -> str | None:
        """What to say now. What breaks on the last third of the way up still belongs to the repetition."""
        if self._phase is Phase.AWAY:
            return None
        counter = self._counter
        effort = counter.rising or self._phase is not Phase.TOP
        self._form.update(seconds, values, weights, effort, resting=counter.resting)
        last = counter.attempts[-1] if counter.attempts else None
        if last and counter.rising and last.counted:
            late = tuple(cue for cue in self._form.broken() if cue not in last.cues)
            counter.amend(cues=last.cues + late)
        if finished and finished.rejection:
            self._form.say(finished.rejection.cue, seconds)
        return self._form.advice(seconds)

    def _in_its_direction(self, attempt: Repetition) -> Repetition:
        """An attempt with the signal's own angles: the counter's always fall."""
        falling = self.exercise.signal.falling
        back = attempt.back if attempt.back is None else falling(attempt.back)
        return replace(attempt, top=falling(attempt.top), depth=falling(attempt.depth), back=back)
