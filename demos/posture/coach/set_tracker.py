"""Sets of exercises in a stream of poses. In "auto" it finds out by itself which exercise is done."""

from collections import deque
from dataclasses import dataclass, field

from demos.posture.coach.coach import Coach, Reading
from demos.posture.coach.repetitions import Repetition
from demos.posture.exercises import AUTO, Exercise, find_exercise
from demos.posture.landmarks import Pose
from demos.posture.recognise import Recogniser

LOOK_BACK = 4.0  # seconds that a new set reaches back: it takes two to recognise an exercise


@dataclass(frozen=True)
class ExerciseSet:
    """Repetitions (or one hold, in seconds) of one exercise in a row. Attempts that did not count are among them.

    `own` is the exercise itself where it is a visitor's own: only ours are known by their slug.
    """

    exercise: str
    start: float
    attempts: tuple[Repetition, ...]
    count: int
    hold: float
    own: Exercise | None = None

    @property
    def definition(self) -> Exercise:
        """The exercise that its slug names."""
        return self.own or find_exercise(self.exercise)


@dataclass(frozen=True)
class FrameResult:
    """What is known after one pose. `reading` and `exercise` are None while no exercise is recognised.

    `own`: see ExerciseSet.
    """

    seconds: float
    pose: Pose | None
    exercise: str | None
    reading: Reading | None
    probabilities: dict[str, float] = field(default_factory=dict)
    own: Exercise | None = None

    @property
    def definition(self) -> Exercise | None:
        """The exercise that its slug names."""
        return self.own or (find_exercise(self.exercise) if self.exercise else None)


class SetTracker:
    """Follows one stream of poses. `exercise` is a slug, "auto", or an exercise that is none of ours.

    Raises BadInput for an unknown slug.
    """

    def __init__(self, exercise: str | Exercise = AUTO) -> None:
        self._own = exercise if isinstance(exercise, Exercise) else None
        told = None if exercise == AUTO else self._own or find_exercise(str(exercise))
        self.recogniser = None if told else Recogniser()
        self.coach = Coach(told) if told else None
        self._start = 0.0
        self._done: list[ExerciseSet] = []
        self._recent: deque[tuple[float, Pose | None]] = deque()

    def update(self, pose: Pose | None, seconds: float) -> FrameResult:
        """Take in the next pose (None if nobody was found); `seconds` grows from call to call."""
        if self.recogniser is None:
            assert self.coach is not None
            told = self.coach.update(pose, seconds)
            return FrameResult(seconds, pose, self.coach.exercise.slug, told, own=self._own)
        exercise = self.recogniser.update(pose, seconds)
        if exercise != (self.coach and self.coach.exercise.slug):
            self._change(exercise, seconds)
        self._recent.append((seconds, pose))
        while self._recent[0][0] < seconds - LOOK_BACK:
            self._recent.popleft()
        reading = self.coach.update(pose, seconds) if self.coach else None
        return FrameResult(seconds, pose, exercise, reading, dict(self.recogniser.probabilities))

    @property
    def sets(self) -> list[ExerciseSet]:
        """Every set so far that has something to show, the present one last."""
        return [*self._done, *self._present()]

    def _present(self) -> list[ExerciseSet]:
        coach = self.coach
        if coach is None or (self.recogniser and not coach.attempts and coach.hold < 1):
            return []
        attempts = tuple(coach.attempts)
        return [ExerciseSet(coach.exercise.slug, self._start, attempts, coach.count, coach.hold, self._own)]

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
