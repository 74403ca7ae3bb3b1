"""The athlete comes, raises a hand and trains: each state begins when it should, and each set holds what was done."""

from dataclasses import dataclass
from itertools import pairwise

import pytest

from demos.posture.workout.announcer import GAP, Announcement, Announcer
from demos.posture.workout.placement import NOBODY
from demos.posture.workout.plan import Plan
from demos.posture.workout.workout import COUNTDOWN, GET_DOWN, State, Workout, WorkoutFrame
from tests.posture_visit import Visit, seen

FPS = 10.0
ORDER = [State.READY, State.COUNTDOWN, State.SET]


@dataclass
class Course:
    """What a workout made of a visit."""

    frames: list[WorkoutFrame]
    said: list[tuple[float, Announcement]]

    @property
    def states(self) -> list[State]:
        """In order, each once."""
        states = [frame.state for frame in self.frames]
        return [state for before, state in zip([None, *states], states, strict=False) if state is not before]

    def begin_of(self, state: State, number: int = 1) -> float:
        return next(frame.seconds for frame in self.frames if frame.state is state and frame.number == number)

    @property
    def counts(self) -> list[tuple[str, int]]:
        return [(done.exercise, done.count) for done in self.frames[-1].done]


def course(visit: Visit, plan: Plan, view: float) -> Course:
    workout, announcer = Workout(plan), Announcer()
    frames, said = [], []
    for seconds, pose in seen(visit.performance(view)):
        frames.append(workout.update(pose, seconds))
        announcement = announcer.update(frames[-1].result, frames[-1])
        if announcement:
            said.append((seconds, announcement))
    return Course(frames, said)


@pytest.fixture(scope="module")
def squats() -> tuple[Visit, Course]:
    """Two sets of five squats, of which the second is stopped by hand after three."""
    visit = Visit("squat", FPS).go(1.5).walk_in().raise_hand().stand(2.6).do(5).stand(5.5).do(3).raise_hand().stand(1)
    return visit, course(visit, Plan("squat", 2, 5, rest=8), 60.0)


def test_sets_and_rest_follow_each_other_and_the_hand_ends_the_last(squats: tuple[Visit, Course]) -> None:
    visit, done = squats
    assert done.states == [State.POSITIONING, *ORDER, State.REST, *ORDER[1:], State.DONE]
    assert done.counts == [("squat", 5), ("squat", 3)]
    assert 1.0 < done.begin_of(State.COUNTDOWN) - visit.begin_of("hand") < 2.2
    assert done.begin_of(State.SET) - done.begin_of(State.COUNTDOWN) == pytest.approx(COUNTDOWN, abs=2 / FPS)
    rest = done.begin_of(State.SET, 2) - done.begin_of(State.REST)
    assert rest == pytest.approx(8, abs=3 / FPS)  # the countdown is a part of it
    assert done.begin_of(State.DONE, 2) > visit.begin_of("hand", 1)


def test_nothing_counts_outside_of_a_set(squats: tuple[Visit, Course]) -> None:
    _, done = squats
    assert all(
        frame.result.reading is None for frame in done.frames if frame.state not in (State.SET, State.REST, State.DONE)
    )
    assert done.frames[0].problem == NOBODY


def test_at_most_one_sentence_in_a_few_seconds_and_none_twice_in_a_row(squats: tuple[Visit, Course]) -> None:
    _, done = squats
    times = [seconds for seconds, _ in done.said]
    assert all(later - sooner >= GAP for sooner, later in pairwise(times))
    sentences = [announcement.words["en"] for _, announcement in done.said]
    assert sentences[:2] == ["I can't see anybody: step into view.", "Good. Raise one hand over your head to begin."]
    assert "Set 1 of 2 done. Rest for 8 seconds." in sentences
    assert sentences[-1] == "Well done, that's it."
    assert [announcement.number for _, announcement in done.said] == list(range(1, len(sentences) + 1))


def test_who_gets_down_to_the_floor_has_time_to_and_is_told_how() -> None:
    visit = Visit("push_up", FPS).walk_in().raise_hand().do(3).stand(1)
    done = course(visit, Plan("push_up", 1, 3), 80.0)
    assert done.counts == [("push_up", 3)]
    assert done.states[-1] is State.DONE
    assert done.begin_of(State.SET) - done.begin_of(State.COUNTDOWN) == pytest.approx(GET_DOWN, abs=2 / FPS)
    assert "Get down on hands and toes to begin." in [announcement.words["en"] for _, announcement in done.said]


def test_who_lies_down_without_raising_a_hand_is_counted_in() -> None:
    visit = Visit("plank", FPS).walk_in().do(seconds=16)
    done = course(visit, Plan("plank", 1, 6, by_time=True), 80.0)
    assert done.states[-4:] == [State.READY, State.COUNTDOWN, State.SET, State.DONE]
    assert done.frames[-1].done[0].hold == pytest.approx(6, abs=0.2)


def test_a_plank_that_is_let_go_of_ends_its_set() -> None:
    visit = Visit("plank", FPS).walk_in().raise_hand().do(seconds=7).stand(5)
    done = course(visit, Plan("plank", 1, 60), 80.0)
    assert done.states[-1] is State.DONE
    assert 5 < done.frames[-1].done[0].hold < 7.5


def test_raised_arms_end_no_set_of_jumping_jacks_but_one_hand_after_it_does() -> None:
    visit = Visit("jumping_jack", FPS).walk_in().raise_hand(how="sideways").stand(2.6).do(6).stand(3.5)
    done = course(visit.raise_hand().stand(0.5), Plan("jumping_jack", 1, 30), 5.0)
    assert done.counts == [("jumping_jack", 6)]
    assert done.states[-1] is State.DONE
    assert done.begin_of(State.DONE) > visit.begin_of("hand", 1)


@pytest.mark.parametrize("exercise", ["overhead_press", "lateral_raise", "pull_up"])
def test_what_lifts_the_hands_itself_runs_to_its_target(exercise: str) -> None:
    visit = Visit(exercise, FPS).walk_in().raise_hand().stand(2.6 if exercise != "pull_up" else 5.0).do(4)
    done = course(visit, Plan(exercise, 1, 4), 20.0)
    assert done.states[-4:] == [State.READY, State.COUNTDOWN, State.SET, State.DONE]
    assert done.counts == [(exercise, 4)]


def test_a_pause_within_a_set_does_not_begin_another() -> None:
    visit = Visit("squat", FPS).stand(4.0).do(2).stand(7.0).do(2).stand(0.5)
    workout = Workout(Plan("squat", 2, 4, rest=8))
    workout.next()
    frames = [workout.update(pose, seconds) for seconds, pose in seen(visit.performance(60.0))]
    assert frames[-1].state is State.REST
    assert [done.count for done in frames[-1].done] == [4]


def test_by_time_a_clock_ends_the_set() -> None:
    visit = Visit("squat", FPS).walk_in().raise_hand().stand(2.6).do(5, tempo=1.2).stand(1)
    done = course(visit, Plan("squat", 1, 8, by_time=True), 60.0)
    assert done.begin_of(State.DONE) - done.begin_of(State.SET) == pytest.approx(8, abs=2 / FPS)
    assert 1 <= done.counts[0][1] <= 3


def test_the_buttons_do_what_a_hand_does() -> None:
    workout, frames = Workout(Plan("squat", 2, 5, rest=30)), []
    visit = Visit("squat", FPS).stand(4.5).do(2).stand(3)
    pressed = {0.5: workout.next, 11.5: workout.next, 12.0: workout.next, 13.0: workout.end}
    for seconds, pose in seen(visit.performance(60.0)):
        for when in [when for when in pressed if when <= seconds]:
            pressed.pop(when)()
        frames.append(workout.update(pose, seconds))
    states = Course(frames, []).states
    assert states[1:] == [State.COUNTDOWN, State.SET, State.REST, State.COUNTDOWN, State.DONE]
    assert [done.count for done in frames[-1].done] == [2]
