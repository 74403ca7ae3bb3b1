"""Whom the coach follows when there are several: the truth is what each athlete did."""

import threading
from threading import Event

import numpy as np
import pytest

from demos.posture.coach.set_tracker import FrameResult, SetTracker
from demos.posture.people.people import People, Spot
from demos.posture.pose.box import Box
from demos.posture.pose.landmarks import Pose
from demos.posture.video.hindsight import about, is_settled, who_exercises
from demos.posture.video.others import Others
from demos.posture.video.results import Results
from tests.unit.posture.people.scene import ASPECT, FPS, IMAGE, LEFT, RIGHT, Scene, actor, people_in, play

SQUATS = 4


def squatter(x: float = RIGHT, **options):  # type: ignore[no-untyped-def]
    return actor("squat", x, reps=SQUATS, seed=2, tempo=1, **options)


def count(people: People) -> int:
    return sum(done.count for done in people.sets)


@pytest.mark.parametrize("told", ["squat", "auto"])
def test_whoever_exercises_is_followed_and_nothing_that_they_did_is_lost(told: str) -> None:
    scene = Scene([actor("idle", LEFT, seconds=14), squatter()])
    people = people_in(scene, told)
    results = play(scene, people, 13)
    assert scene.with_ == 1
    assert count(people) == results[-1].reading.count == SQUATS
    assert list(results[-1].others) == [1]


def test_of_two_who_exercise_the_first_stays() -> None:
    scene = Scene([squatter(LEFT), squatter(RIGHT)])
    people = people_in(scene, "squat")
    assert {result.person for result in play(scene, people, 13)} == {1}
    assert scene.with_ == 0


@pytest.mark.parametrize("slips", [False, True], ids=["seen", "taken for the other"])
def test_who_walks_past_in_front_changes_nothing(slips: bool) -> None:
    """MediaPipe goes along with whoever hides the one it followed."""
    walker = actor("walk", lambda s: -0.2 + 0.2 * (s - 2), view="left", seconds=14, there=lambda s: 2 < s < 9)
    scene = Scene([squatter(0.5), walker], slips=lambda s: 1 if slips and 5 < s < 8 else None)
    people = people_in(scene, "squat")
    results = play(scene, people, 13)
    assert {result.person for result in results} == {1}
    assert count(people) == SQUATS


def test_a_tap_follows_somebody_else_from_then_on_and_a_tap_beside_everybody_nobody() -> None:
    scene = Scene([squatter(LEFT), actor("bicep_curl", RIGHT, reps=5, seed=3, tempo=1)])
    people = people_in(scene, "auto")
    play(scene, people, 6)
    people.choose(0.02, 0.02)
    assert play(scene, people, 1, 6)[-1].person == 1
    people.choose(RIGHT, 0.6)
    results = play(scene, people, 6, 7)
    assert {result.person for result in results} == {2}
    assert {result.exercise for result in results[3 * FPS :]} == {"bicep_curl"}


def test_whom_the_visitor_has_chosen_is_followed_though_somebody_else_exercises() -> None:
    scene = Scene([actor("idle", LEFT, seconds=14), squatter()])
    people = people_in(scene, "squat")
    people.choose(LEFT, 0.6)
    assert {result.person for result in play(scene, people, 13)} == {1}
    assert count(people) == 0


def test_who_is_alone_may_go_and_come_back_elsewhere_and_is_the_same() -> None:
    away = squatter(there=lambda s: not 5 < s < 6.5)
    away.x = lambda s: LEFT if s < 6 else RIGHT
    scene = Scene([away])
    people = people_in(scene, "squat")
    assert {result.person for result in play(scene, people, 13)} == {1}


def test_partners_who_take_turns_keep_their_own_counts() -> None:
    first, second = squatter(LEFT), squatter(RIGHT)
    waits = second.poses[0]
    second.poses = [waits] * (20 * FPS) + second.poses
    scene = Scene([first, second])
    people = people_in(scene, "squat")
    results = play(scene, people, 33)
    assert [result.person for result in results if result.past] == [2]
    assert results[19 * FPS].reading.count == SQUATS
    assert results[-1].reading.count == SQUATS


def test_somebody_who_is_alone_is_looked_around_for_once_a_second() -> None:
    scene = Scene([squatter()])
    play(scene, people_in(scene, "squat"), 12)
    assert 10 <= len(scene.looks) <= 14


def test_while_the_one_who_is_followed_exercises_others_are_looked_at_once_a_second() -> None:
    scene = Scene([squatter(), actor("idle", LEFT, seconds=30, seed=4)])
    play(scene, people_in(scene, "squat"), 12)
    assert len([second for second in scene.looks if second > 6]) <= 7


@pytest.mark.parametrize("number", [1, 2])
def test_the_caller_may_name_somebody_by_their_number_from_the_left(number: int) -> None:
    scene = Scene([squatter(RIGHT), actor("squat", LEFT, reps=2, seed=5, tempo=1)])
    people = people_in(scene, "squat", number)
    play(scene, people, 13)
    assert count(people) == (2, SQUATS)[number - 1]


def test_of_a_number_that_nobody_has_is_said_how_many_there_are() -> None:
    scene = Scene([squatter(RIGHT), actor("idle", LEFT, seconds=5)])
    people = people_in(scene, "squat", 3)
    assert not any(result.pose for result in play(scene, people, 5))
    assert "2" in people.nobody().in_language("en")


def test_the_caller_may_name_somebody_by_a_spot() -> None:
    scene = Scene([actor("bicep_curl", LEFT, reps=4, seed=3), squatter(RIGHT)])
    people = people_in(scene, "squat", Spot(0.5, RIGHT, 0.6))
    results = play(scene, people, 13)
    assert [result.person for result in results[:6]] == [0] * 6
    assert count(people) == SQUATS


def test_a_whole_video_is_about_who_exercises() -> None:
    scene = Scene([actor("idle", LEFT, seconds=14, size=0.7), squatter()])
    people = people_in(scene, "squat")
    results = Results(play(scene, people, 13))
    assert (results[0].person, who_exercises(results)) == (1, 2)
    assert not is_settled(results.poses)
    poses = about(2, results.poses, ASPECT)
    tracker = SetTracker("squat")
    told = Results(poses=poses)
    for seconds, pose in poses:
        told.append(tracker.update(pose, seconds))
    assert [done.count for done in tracker.sets] == [SQUATS]
    assert {result.person for result in told} == {2}
    assert all(list(result.others) == [1] for result in told)
    assert len(poses) - poses.seen < 3


def test_a_video_of_one_person_needs_no_hindsight() -> None:
    scene = Scene([squatter()])
    assert is_settled(Results(play(scene, people_in(scene, "squat"), 3)).poses)


def test_between_two_looks_others_are_on_their_way() -> None:
    others, here, there = Others(), Box(0, 0, 0.2, 1), Box(0.4, 0, 0.6, 1)
    for seconds, box in ((0.0, here), (0.5, here), (1.0, there), (1.5, there), (9.0, here)):
        others.add(seconds, {3: box})
    assert others.at(0.5)[3].left == pytest.approx(0.2)
    assert others.at(2.0)[3] == there
    assert others.at(2.0, without=3) == others.at(4.0) == {}


@pytest.mark.parametrize("person", [None, 2, Spot(3.0, RIGHT, 0.6)], ids=["whoever exercises", "a number", "a spot"])
def test_a_video_gives_what_its_frames_give_one_by_one(person: int | Spot | None) -> None:
    def results(whole: bool) -> list[tuple[object, ...]]:
        scene = Scene([actor("idle", LEFT, seconds=14), squatter()])
        people = People("squat", person, landmarker=scene, finder=scene)  # type: ignore[arg-type]
        frames = [(IMAGE, number / FPS) for number in range(12 * FPS)]
        found = people.updates(frames) if whole else (people.update(*frame) for frame in frames)
        return [(r.seconds, r.person, r.reading and r.reading.count, sorted(r.others), len(r.past)) for r in found]

    assert results(whole=True) == results(whole=False)


def test_of_a_video_the_next_frame_is_looked_at_while_the_coach_still_watches_one() -> None:
    begun, overlapping = Event(), list[bool]()

    class Noted(Scene):
        def detect(self, image: np.ndarray, seconds: float) -> Pose | None:
            begun.set()
            return super().detect(image, seconds)

    scene = Noted([squatter()])
    people = People("squat", landmarker=scene, finder=scene)  # type: ignore[arg-type]
    results = people.updates((IMAGE, number / FPS) for number in range(20))
    next(results)
    watching = people.tracker
    assert watching is not None
    update = watching.update

    def watched(pose: Pose | None, seconds: float) -> FrameResult:
        overlapping.append(begun.wait(1.0))
        begun.clear()
        return update(pose, seconds)

    watching.update = watched  # type: ignore[method-assign]
    begun.clear()
    for _ in range(5):
        next(results)
    threads = threading.active_count()
    results.close()
    assert all(overlapping)
    assert threading.active_count() == threads - 1
