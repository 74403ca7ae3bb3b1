"""Sets in a stream, with a recogniser and coaches whose answers are written down here."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from demos.posture.coach import set_tracker
from demos.posture.coach.coach import Reading
from demos.posture.coach.position import Hold
from demos.posture.coach.repetitions import Phase, Rejection, Repetition
from demos.posture.coach.set_tracker import LOOK_BACK, ExerciseSet, SetTracker

STEP = 0.5  # seconds between two frames


@dataclass
class Script:
    """A recogniser that names from each of these seconds on that exercise."""

    changes: dict[float, str | None]
    probabilities: dict[str, float] = field(default_factory=lambda: {"squat": 0.0})
    answer: None = None

    def update(self, pose: object, seconds: float) -> str | None:
        self.probabilities["squat"] = seconds
        begun = [when for when in self.changes if when <= seconds]
        return self.changes[max(begun)] if begun else None


class Noted:
    """A coach that notes when it was shown a pose; what it counts is put into it."""

    made: "list[Noted]"

    def __init__(self, exercise: Any) -> None:
        self.exercise, self.seen = exercise, list[float]()
        self.attempts, self.holds = list[Repetition](), list[Hold]()
        Noted.made.append(self)

    @property
    def count(self) -> int:
        return len(self.attempts)

    @property
    def hold(self) -> float:
        return sum(held.end - held.start for held in self.holds)

    def update(self, pose: object, seconds: float) -> Reading:
        self.seen.append(seconds)
        ended = next((attempt for attempt in self.attempts if attempt.end == seconds), None)
        phase = Phase.HOLDING if any(held.end == seconds for held in self.holds) else Phase.TOP
        return Reading(seconds, phase, 0.0, {}, self.count, self.hold, f"{self.exercise.slug} at {seconds}", ended)


@pytest.fixture(autouse=True)
def coaches(monkeypatch: pytest.MonkeyPatch) -> list[Noted]:
    Noted.made = []
    monkeypatch.setattr(set_tracker, "Coach", Noted)
    return Noted.made


def tracker(changes: dict[float, str | None]) -> SetTracker:
    made = SetTracker()
    made.recogniser = Script(changes)  # type: ignore[assignment]
    return made


def run(tracker: SetTracker, begin: float, end: float) -> list[Any]:
    """Every STEP from `begin` to `end`, both included."""
    return [tracker.update(None, begin + STEP * k) for k in range(round((end - begin) / STEP) + 1)]


def repetition(end: float) -> Repetition:
    return Repetition(start=end - 1, bottom=end - 0.5, end=end, top=170.0, depth=90.0)


def seconds(begin: float, end: float) -> list[float]:
    return [begin + STEP * k for k in range(round((end - begin) / STEP) + 1)]


def test_a_named_exercise_is_one_set_from_the_beginning(coaches: list[Noted]) -> None:
    named = SetTracker("squat")
    [result] = run(named, 7.0, 7.0)
    assert (result.exercise, result.reading.cue, result.probabilities) == ("squat", "squat at 7.0", {})
    assert named.sets == [ExerciseSet("squat", 0.0, (), 0, 0.0)]  # also before anything was counted
    coaches[0].attempts = [repetition(9.0)]
    assert named.sets == [ExerciseSet("squat", 0.0, (repetition(9.0),), 1, 0.0)]


def told(exercise: str, coaches: list[Noted]) -> tuple[SetTracker, Noted]:
    named = SetTracker(exercise)
    return named, coaches[0]


def test_told_the_exercise_a_rest_begins_a_new_set_whose_count_is_shown_when_it_has_one(coaches: list[Noted]) -> None:
    named, coach = told("squat", coaches)
    shown = []
    for end in (2.0, 4.0, 13.0, 14.5):  # the third begins 8 seconds after the second has ended
        before = run(named, end - 1.0, end - 0.5)[-1].reading.count
        coach.attempts = [*coach.attempts, repetition(end)]
        shown.append((before, run(named, end, end)[-1].reading.count))
    assert [(one.start, one.began, one.ended, one.count) for one in named.sets] == [
        (0.0, 1.0, 4.0, 2),
        (12.0, 12.0, 14.5, 2),
    ]
    assert shown == [(0, 1), (1, 2), (2, 1), (1, 2)]


def test_less_than_a_rest_is_one_set_and_so_is_one_in_which_somebody_walks_about(coaches: list[Noted]) -> None:
    named, coach = told("squat", coaches)
    coach.attempts = [repetition(end) for end in (2.0, 10.5)]
    run(named, 0.0, 12.0)
    [only] = named.sets
    assert (only.began, only.ended, only.count) == (1.0, 10.5, 2)


def test_what_was_another_exercise_keeps_no_set_going_and_what_was_shallow_does(coaches: list[Noted]) -> None:
    for cue, sets in (("looks_like_lunge", [1, 1]), ("shallow", [2])):
        coaches.clear()
        named, coach = told("squat", coaches)
        between = replace(repetition(7.0), counted=False, rejection=Rejection(cue, "knee", 120.0, 105.0))
        coach.attempts = [repetition(2.0), between, repetition(12.0)]
        run(named, 0.0, 13.0)
        assert [sum(attempt.counted for attempt in one.attempts) for one in named.sets] == sets


def test_a_position_that_is_taken_again_after_a_rest_is_held_from_nothing(coaches: list[Noted]) -> None:
    named, coach = told("plank", coaches)
    coach.holds = [Hold(1.0, 5.0), Hold(7.0, 9.0)]
    run(named, 0.0, 9.0)
    assert [one.hold for one in named.sets] == [6.0]
    coach.holds.append(Hold(17.0, 20.0))
    *_, last = run(named, 9.5, 21.0)
    assert [(one.began, one.ended, one.hold) for one in named.sets] == [(1.0, 9.0, 6.0), (17.0, 20.0, 3.0)]
    assert last.reading.hold == 3.0


def test_until_something_is_recognised_there_is_no_coach_and_no_set(coaches: list[Noted]) -> None:
    auto = tracker({})
    *_, last = run(auto, 0.0, 3.0)
    assert (last.exercise, last.reading, last.probabilities) == (None, None, {"squat": 3.0})
    assert coaches == auto.sets == []


def test_a_result_keeps_the_probabilities_of_its_moment() -> None:
    first, *_ = run(tracker({}), 0.0, 3.0)
    assert first.probabilities == {"squat": 0.0}


def test_a_new_set_is_shown_the_seconds_that_led_to_it_once_and_in_their_order(coaches: list[Noted]) -> None:
    auto = tracker({8.0: "squat"})
    *_, last = run(auto, 0.0, 9.0)
    [coach] = coaches
    assert coach.seen == seconds(7.5 - LOOK_BACK, 9.0)  # what the frame before still remembers
    assert (last.exercise, last.reading.cue) == ("squat", "squat at 9.0")
    assert auto.sets == []  # nothing to show yet
    coach.attempts = [repetition(8.5)]
    assert auto.sets == [ExerciseSet("squat", 7.5 - LOOK_BACK, (repetition(8.5),), 1, 0.0)]


def test_what_one_set_has_counted_the_next_one_is_not_shown(coaches: list[Noted]) -> None:
    auto = tracker({2.0: "squat", 8.0: "lunge"})
    run(auto, 0.0, 7.5)
    coaches[0].attempts = [repetition(6.5), repetition(5.0)]
    run(auto, 8.0, 8.5)
    assert coaches[1].seen == seconds(7.0, 8.5)
    coaches[1].attempts = [repetition(8.4)]
    assert [(one.exercise, one.start, one.count) for one in auto.sets] == [("squat", 0.0, 2), ("lunge", 7.0, 1)]


def test_a_set_that_counted_up_to_now_leaves_nothing_and_the_next_begins_now(coaches: list[Noted]) -> None:
    auto = tracker({2.0: "squat", 8.0: "lunge"})
    run(auto, 0.0, 7.5)
    coaches[0].attempts = [repetition(7.5)]
    run(auto, 8.0, 8.5)
    assert coaches[1].seen == [8.0, 8.5]
    coaches[1].attempts = [repetition(8.4)]
    assert auto.sets[1].start == 8.0


@pytest.mark.parametrize(("hold", "kept"), [(0.9, 0), (1.0, 1), (2.0, 1)])
def test_a_set_of_nothing_but_less_than_a_seconds_hold_is_none(coaches: list[Noted], hold: float, kept: int) -> None:
    auto = tracker({2.0: "plank", 6.0: "squat"})
    run(auto, 0.0, 5.5)
    coaches[0].holds = [Hold(1.0, 1.0 + hold)]
    assert len(auto.sets) == kept
    run(auto, 6.0, 6.0)
    assert [one.hold for one in auto.sets] == pytest.approx([hold] * kept)


def test_when_nothing_is_recognised_any_more_the_set_is_over_and_listed_once(coaches: list[Noted]) -> None:
    auto = tracker({2.0: "squat", 6.0: None, 12.0: "squat"})
    run(auto, 0.0, 5.5)
    coaches[0].attempts = [repetition(5.0)]
    *_, last = run(auto, 6.0, 11.0)
    assert (last.exercise, last.reading, auto.coach) == (None, None, None)
    assert [one.exercise for one in auto.sets] == ["squat"]
    assert coaches[0].seen[-1] == 5.5
    run(auto, 11.5, 12.0)
    coaches[1].attempts = [repetition(11.9)]
    assert [one.start for one in auto.sets] == [0.0, 7.5]
