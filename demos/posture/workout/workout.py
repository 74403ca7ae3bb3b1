"""A workout as a state machine: get into place, raise a hand, three, two, one, a set, a rest, the next set.

It takes one pose after the other and no clock of its own, knows no page, and says no word: `announcer.py` does.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from demos.posture.coach.repetitions import Phase
from demos.posture.coach.set_tracker import ExerciseSet, FrameResult, SetTracker, set_of
from demos.posture.pose.landmarks import Pose
from demos.posture.workout.placement import Placement, goes_down
from demos.posture.workout.plan import Plan
from demos.posture.workout.raised_hand import RaisedHand, lifts_hands

COUNTDOWN = 3.0  # seconds
GET_DOWN = 8.0  # the same, of who has to get down to the floor or up to a bar first
SETTLED = 2.0  # seconds in the exercise's first position after which nobody has to raise a hand
QUIET = 3.0  # seconds without a repetition, after which a raised hand ends a set of what lifts hands itself
LET_GO = 3.0  # seconds out of a held position that end its set
LEFT = 20.0  # seconds without anybody that end a set


class State(StrEnum):
    """Where in the workout somebody is."""

    POSITIONING = "positioning"  # not yet in place
    READY = "ready"  # in place: a raised hand begins
    COUNTDOWN = "countdown"
    SET = "set"
    REST = "rest"
    DONE = "done"


@dataclass(frozen=True)
class WorkoutFrame:
    """What is known after one pose.

    result: what the coach makes of it; nothing is counted but in a set. number: of the set, from 1. remaining: seconds
    to the end of the state, None where none is set. problem: what is wrong with the place (`Placement`). hand: the
    share of the second for which a hand is up. done: the sets so far, the present one not among them.
    """

    seconds: float
    state: State
    result: FrameResult
    plan: Plan
    number: int
    remaining: float | None
    problem: str | None
    hand: float
    done: tuple[ExerciseSet, ...]


class Workout:
    """Follows one visitor through their plan. Feed it every pose in order with `update`."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.state = State.POSITIONING
        self.done: list[ExerciseSet] = []
        self.tracker: SetTracker | None = None  # of the set under way
        self._entry = plan.entry()
        self._own = self._entry if self._entry is plan.exercise else None  # if it is none of ours
        self._placement = Placement(self._entry)
        self._hand = RaisedHand()
        self._ends = float("inf")  # second at which the state is over
        self._since = 0.0  # second at which it began
        self._active = 0.0  # second at which somebody last moved, or was seen to hold
        self._seen = 0.0  # second at which somebody was last seen
        self._settled: float | None = None  # since when somebody is in the exercise's first position
        self._asked = ""  # what a button has asked for, until the next pose: "next" or "end"
        self._number = 1

    def next(self) -> None:
        """As if a hand were raised: begin, end the set, or skip the rest."""
        self._asked = "next"

    def end(self) -> None:
        """End the workout with the next pose; what was done in the set under way stays."""
        self._asked = "end"

    def count_anew(self) -> None:
        """Count the set under way from nothing."""
        if self.tracker is not None:
            self.tracker = SetTracker(self.plan.exercise)

    def update(self, pose: Pose | None, seconds: float, aspect: float = 4 / 3) -> WorkoutFrame:
        """Take in the next pose (None if nobody was found), of an image `aspect` times as wide as high."""
        problem = self._placement.update(pose, seconds, aspect)
        raised = self._hand.update(pose, seconds, aspect)
        asked, self._asked = self._asked, ""
        self._seen = seconds if pose is not None else self._seen
        result = self._uncounted(pose, seconds)
        if self.state is State.SET:
            assert self.tracker is not None
            result = _of_whole_set(self.tracker, self.tracker.update(pose, seconds))
        self._step(result, raised, asked, seconds)
        remaining = None if self._ends == float("inf") else max(0.0, self._ends - seconds)
        return WorkoutFrame(
            seconds,
            self.state,
            result,
            self.plan,
            self._number,
            remaining,
            problem,
            self._hand.share if self._hand_counts(seconds) else 0.0,
            tuple(self.done),
        )

    def _uncounted(self, pose: Pose | None, seconds: float) -> FrameResult:
        return FrameResult(seconds, pose, self._entry.slug if self._entry else None, None, own=self._own)

    def _step(self, result: FrameResult, raised: bool, asked: str, seconds: float) -> None:
        """On to the next state, if this one is over. `raised`: somebody raised a hand."""
        if asked == "end" and self.state is not State.DONE:
            self._close_set()
            self._enter(State.DONE, seconds)
        elif self.state in (State.POSITIONING, State.READY):
            in_place = self._placement.problem is None
            self._enter(State.READY if in_place else State.POSITIONING, seconds)
            going_on = self._number > 1  # after a rest nobody has to ask
            if asked == "next" or (in_place and (raised or going_on)):
                self._count_down(seconds)
            elif self._in_first_position(result, seconds):
                self._enter(State.COUNTDOWN, seconds, lasts=COUNTDOWN)
        elif self.state is State.COUNTDOWN and seconds >= self._ends:
            self.tracker = SetTracker(self.plan.exercise)
            self._enter(State.SET, seconds, lasts=self.plan.target if self._by_clock() else float("inf"))
        elif self.state is State.SET and self._over(result, raised, asked, seconds):
            self._close_set()
            last = self._number >= self.plan.sets
            self._enter(State.DONE if last else State.REST, seconds, lasts=float("inf") if last else self.plan.rest)
        elif self.state is State.REST and (raised or asked == "next" or seconds >= self._ends - self._lead()):
            self._number += 1
            if self._placement.problem is None or asked == "next":
                self._count_down(seconds)
            else:
                self._enter(State.POSITIONING, seconds)

    def _over(self, result: FrameResult, raised: bool, asked: str, seconds: float) -> bool:
        """Whether the set is over: reached, timed out, let go of, left, or stopped."""
        reading = result.reading
        if reading and (reading.finished or reading.phase in (Phase.EFFORT, Phase.HOLDING)):
            self._active = seconds
        if asked == "next" or (raised and self._hand_counts(seconds)):
            return True
        if seconds >= self._ends or seconds - self._seen > LEFT:
            return True
        exercise = result.definition
        if reading is None or exercise is None:
            return False
        if exercise.kind == "hold":
            let_go = reading.hold > 0 and seconds - self._active > LET_GO
            return let_go or reading.hold >= self.plan.target
        return not self.plan.by_time and reading.count >= self.plan.target

    def _by_clock(self) -> bool:
        """Whether a clock ends the set. A position that is held has a clock of its own: what is held."""
        return self.plan.by_time and not (self._entry and self._entry.kind == "hold")

    def _hand_counts(self, seconds: float) -> bool:
        """Whether a raised hand means something now: not while hands go up in the exercise itself."""
        coach = self.tracker.coach if self.tracker else None
        if self.state is State.SET and lifts_hands(coach.exercise if coach else None):
            return seconds - max(self._active, self._since) > QUIET
        return self.state not in (State.COUNTDOWN, State.DONE)

    def _gets_down(self) -> bool:
        """Whether the exercise is done where nobody can raise a hand: on the floor, or at a bar."""
        hangs = self._entry is not None and (self._entry.movement or {}).get("rig") == "bar"
        return goes_down(self._entry) or hangs

    def _lead(self) -> float:
        """Seconds that the countdown takes."""
        return GET_DOWN if self._gets_down() and not self._placement.lies else COUNTDOWN

    def _in_first_position(self, result: FrameResult, seconds: float) -> bool:
        """Whether somebody has lain or hung long enough where the exercise begins: they can raise no hand."""
        if self._entry is None or result.pose is None or not self._gets_down():
            return False
        if self.tracker is None:
            self.tracker = SetTracker(self.plan.exercise)
        reading = self.tracker.update(result.pose, seconds).reading
        if reading is None or (reading.phase is Phase.AWAY and not self._is_held(reading.cue)):
            self._settled = None
            return False
        self._settled = seconds if self._settled is None else self._settled
        return seconds - self._settled >= SETTLED

    def _is_held(self, cue: str | None) -> bool:
        """Of a position that is held the coach waits longer than we: it is enough that nothing is wrong."""
        return self._entry is not None and self._entry.kind == "hold" and cue is None

    def _count_down(self, seconds: float) -> None:
        self._enter(State.COUNTDOWN, seconds, lasts=self._lead())

    @property
    def sets(self) -> list[ExerciseSet]:
        """Every set so far, the one under way last."""
        return [*self.done, *self._present()]

    def _present(self) -> list[ExerciseSet]:
        if self.state is not State.SET or self.tracker is None:
            return []
        told = self.tracker.coach if self.tracker.recogniser is None else None
        return [set_of(told, self._since, own=self._own)] if told else self.tracker.sets

    def _close_set(self) -> None:
        self.done += self._present()
        self.tracker = None

    def _enter(self, state: State, seconds: float, *, lasts: float = float("inf")) -> None:
        if state is self.state:
            return
        between = {state, self.state} == {State.POSITIONING, State.READY}
        self.state = state
        self._since = self._active = self._seen = seconds
        self._ends = seconds + lasts
        if not between:
            self._hand.restart()
            self._settled = None


def _of_whole_set(tracker: SetTracker, result: FrameResult) -> FrameResult:
    """A tracker that is told the exercise begins to count anew after a pause; here the visitor says when a set ends."""
    if tracker.recogniser or tracker.coach is None or result.reading is None:
        return result
    return replace(result, reading=replace(result.reading, count=tracker.coach.count, hold=tracker.coach.hold))
