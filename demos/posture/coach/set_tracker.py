"""Sets of exercises in a stream of poses. In "auto" it finds out by itself which exercise is done."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from demos.posture.coach.coach import Coach, Reading
from demos.posture.coach.demands import OF_ITS_ANGLE
from demos.posture.coach.position import Hold
from demos.posture.coach.repetitions import Phase, Repetition
from demos.posture.exercises import AUTO, Exercise, find_exercise, recognisable
from demos.posture.pose.box import Box
from demos.posture.pose.landmarks import Pose
from demos.posture.recognise import REST, Answer, Recogniser
from demos.posture.second_opinion import Opinions

LOOK_BACK = 4.0  # seconds that a new set reaches back: it takes two to recognise an exercise


def is_tried(attempt: Repetition) -> bool:
    """Whether this was the exercise, however shallow: who walks about in a rest bends the knees and does no squat."""
    return attempt.rejection is None or attempt.rejection.cue in OF_ITS_ANGLE


@dataclass(frozen=True)
class ExerciseSet:
    """Repetitions, or a position held, of one exercise in a row; `count` and `hold` (seconds) are of this set alone.

    Attempts that did not count are among them. `start` is the second from which on what is done belongs to this set;
    see also `began` and `ended`. `own` is the exercise itself where it is a visitor's own: only ours are known by their
    slug.
    """

    exercise: str
    start: float
    attempts: tuple[Repetition, ...]
    count: int
    hold: float
    own: Exercise | None = None
    holds: tuple[Hold, ...] = ()

    @property
    def definition(self) -> Exercise:
        """The exercise that its slug names."""
        return self.own or find_exercise(self.exercise)

    @property
    def began(self) -> float:
        """The second at which the exercise was first tried or held in it; `start` if it was not."""
        return min((done.start for done in self._tried), default=self.start)

    @property
    def ended(self) -> float:
        """The second at which the exercise was last tried or held in it; `start` if it was not."""
        return max((done.end for done in self._tried), default=self.start)

    @property
    def _tried(self) -> list[Repetition | Hold]:
        return [*filter(is_tried, self.attempts), *self.holds]


@dataclass(frozen=True)
class FrameResult:
    """What is known after one pose. `reading` and `exercise` are None while no exercise is recognised.

    `answer` is the network's newest, `opinion` where it disagrees with the rules about the last repetition, as long as
    that is said (`second_opinion.py`). `own`: see ExerciseSet. `person` is the number of who is followed, `others` are
    the boxes of who else is in view, by their numbers. Of somebody followed from now on, `past` is what was seen of
    them before.
    """

    seconds: float
    pose: Pose | None
    exercise: str | None
    reading: Reading | None
    probabilities: dict[str, float] = field(default_factory=dict)
    own: Exercise | None = None
    person: int = 0
    others: Mapping[int, Box] = field(default_factory=dict)
    past: tuple[Pose, ...] = ()
    answer: Answer | None = None
    opinion: tuple[str, ...] = ()

    @property
    def definition(self) -> Exercise | None:
        """The exercise that its slug names."""
        return self.own or (find_exercise(self.exercise) if self.exercise else None)


class SetTracker:
    """Follows one stream of poses. `exercise` is a slug, "auto", or an exercise that is none of ours.

    Raises BadInput for an unknown slug. Told the exercise, one coach watches everything, and a set ends where for REST
    seconds nothing was tried or held. In "auto" each set has a coach of its own: it ends when the recogniser says so.
    """

    def __init__(self, exercise: str | Exercise = AUTO) -> None:
        self._own = exercise if isinstance(exercise, Exercise) else None
        told = None if exercise == AUTO else self._own or find_exercise(str(exercise))
        self.recogniser = None if told else Recogniser()
        # Told the exercise, the network only watches.
        self._watching = Recogniser() if told and told.slug in recognisable() else None
        self._form = self._own.form if self._own else None
        self._opinions = Opinions(self._form.opinion) if self._form else Opinions()
        self.coach = Coach(told) if told else None
        self._start = 0.0  # of the present set
        self._active = float("inf")  # when something was tried or held last
        self._shown: ExerciseSet | None = None  # the present set, once it has something to show
        self._done: list[ExerciseSet] = []
        self._recent: deque[tuple[float, Pose | None]] = deque()

    def update(self, pose: Pose | None, seconds: float) -> FrameResult:
        """Take in the next pose (None if nobody was found); `seconds` grows from call to call.

        The reading's `count` and `hold` are of the present set: during a rest still of the one before.
        """
        network = self.recogniser or self._watching
        result = self._followed(pose, seconds, network.update(pose, seconds) if network else None)
        if self.coach is None or not (network or self._form):
            return result
        answer = network.answer if network else None
        opinion = self._opinions.update(self.coach, result.reading, pose if self._form else answer, seconds)
        return replace(result, answer=answer, opinion=opinion)

    def _followed(self, pose: Pose | None, seconds: float, exercise: str | None) -> FrameResult:
        """What the coach says; in "auto" that of the `exercise` which is recognised now."""
        if self.recogniser is None:
            assert self.coach is not None
            told = self._for_present_set(self.coach, self.coach.update(pose, seconds))
            return FrameResult(seconds, pose, self.coach.exercise.slug, told, own=self._own)
        if exercise != (self.coach and self.coach.exercise.slug):
            self._change(exercise, seconds)
        self._recent.append((seconds, pose))
        while self._recent[0][0] < seconds - LOOK_BACK:
            self._recent.popleft()
        reading = self.coach.update(pose, seconds) if self.coach else None
        return FrameResult(seconds, pose, exercise, reading, dict(self.recogniser.probabilities))

    @property
    def sets(self) -> list[ExerciseSet]:
        """Every set so far that has something to show, in order, the present one last."""
        return [self._opinions.added(done) for done in (*self._done, *self._present())]

    def _present(self) -> list[ExerciseSet]:
        if self.coach is None or (self.recogniser and not self.coach.attempts and self.coach.hold < 1):
            return []
        return [set_of(self.coach, self._start, own=self._own)]

    def _for_present_set(self, coach: Coach, reading: Reading) -> Reading:
        """The coach's reading with the count of the present set, which begins here if this frame ends a rest."""
        tried = reading.finished if reading.finished and is_tried(reading.finished) else None
        held = coach.holds[-1] if reading.phase is Phase.HOLDING else None
        for now in (tried, held):
            if now and now.start - self._active >= REST:
                self._done.append(set_of(coach, self._start, now.start, own=self._own))
                self._start = now.start
            if now:
                self._active = now.end
        if reading.finished or held:
            self._shown = set_of(coach, self._start)
        return replace(reading, count=self._shown.count, hold=self._shown.hold) if self._shown else reading

    def _change(self, exercise: str | None, seconds: float) -> None:
        """Close the present set; begin another, and show its coach what led to recognising it."""
        closed = self._present()
        self._done += closed
        self.coach = Coach(find_exercise(exercise)) if exercise else None
        self._start = seconds
        if self.coach is None:
            return
        # What the closed set has counted is not for the new one to count again.
        counted_until = max((attempt.end for done in closed for attempt in done.attempts), default=float("-inf"))
        for when, pose in self._recent:
            if when > counted_until:
                self._start = min(self._start, when)
                self.coach.update(pose, when)


def set_of(coach: Coach, start: float, end: float = float("inf"), own: Exercise | None = None) -> ExerciseSet:
    """What a coach has seen that began from second `start` on and before `end`."""
    attempts = tuple(attempt for attempt in coach.attempts if start <= attempt.start < end)
    holds = tuple(held for held in coach.holds if start <= held.start < end)
    count, hold = sum(attempt.counted for attempt in attempts), sum(held.end - held.start for held in holds)
    return ExerciseSet(coach.exercise.slug, start, attempts, count, hold, own, holds)
