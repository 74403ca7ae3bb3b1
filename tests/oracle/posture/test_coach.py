"""The coach against the synthetic athlete, whose repetitions are known."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from demos.posture.athlete.examples import simulate_landmarks
from demos.posture.athlete.performance import faults_of, perform
from demos.posture.coach.advice import sentence
from demos.posture.coach.coach import Coach
from demos.posture.coach.repetitions import Phase
from demos.posture.exercises import exercises
from demos.posture.pose.landmarks import INDEX, Pose

# From where the camera looks, by name or in degrees, and which of exercises.VIEWS those are.
DIRECTIONS: dict[str | float, str] = {
    "side": "side",
    "three_quarter": "three_quarter",
    "front": "front",
    130.0: "three_quarter side",
    -60.0: "three_quarter side",  # between the two
}
PERFORMED = {slug: exercise for slug, exercise in exercises().items() if exercise.movement}
COUNTED = [slug for slug, exercise in PERFORMED.items() if exercise.kind == "repetitions"]
CARRIED = [slug for slug in PERFORMED if PERFORMED[slug].order < 1000]  # those that say their place
HELD = [slug for slug, exercise in PERFORMED.items() if exercise.kind == "hold"]
SEEN = [
    (slug, view)
    for slug in COUNTED
    for view, name in DIRECTIONS.items()
    if set(name.split()) <= set(PERFORMED[slug].views)
]


def named(slugs: list[str]) -> list[object]:
    """The athlete's faults that the coach names, called as a cue is, with the best view that can judge each of them.

    The other views that can are looked at in the long tests.
    """
    found = []
    for slug in slugs:
        exercise = PERFORMED[slug]
        for cue in exercise.cues:
            views = [view for view in exercise.views if view in cue.views and cue.name in faults_of(slug)]
            for number, view in enumerate(views):
                found.append(pytest.param(slug, cue.name, view, marks=[pytest.mark.soak] if number else []))
    return found


NAMED, NAMED_HELD = named(COUNTED), named(HELD)


def watch(slug: str, poses: list[Pose]) -> tuple[Coach, list]:
    coach = Coach(exercises()[slug])
    return coach, [coach.update(pose, pose.seconds) for pose in poses]


@pytest.mark.parametrize("seeds", [(0, 7), pytest.param((11, 12, 13, 14), marks=pytest.mark.soak)], ids=["two", "more"])
@pytest.mark.parametrize(("slug", "view"), SEEN)
def test_repetitions_are_counted_exactly(slug: str, view: str | float, seeds: tuple[int, ...]) -> None:
    for seed in seeds:
        performance = perform(slug, reps=4, view=view, seed=seed, fps=20)
        coach, _ = watch(slug, simulate_landmarks(performance, seed))
        assert coach.count == 4, f"seed {seed}: {coach.attempts}"
        bottoms = [attempt.bottom for attempt in coach.attempts if attempt.counted]
        assert bottoms == pytest.approx([bottom for _, bottom, _ in performance.repetitions], abs=0.4)


@pytest.mark.parametrize("slug", [slug for slug in COUNTED if "shallow" in faults_of(slug)])
def test_shallow_repetitions_are_seen_but_not_counted(slug: str) -> None:
    view = PERFORMED[slug].views[0]
    performance = perform(slug, reps=4, view=view, faults=("shallow",), faulty_reps={1, 2}, seed=4, fps=20)
    coach, _ = watch(slug, simulate_landmarks(performance, 4, noise=0.5))
    assert [attempt.counted for attempt in coach.attempts] == [True, False, False, True]
    assert coach.attempts[1].cues == ("shallow",)


def test_every_exercise_has_three_faults_that_the_athlete_shows_and_the_coach_names() -> None:
    for slug in CARRIED:
        exercise = PERFORMED[slug]
        shown = {cue.name for cue in exercise.cues} & set(faults_of(slug))
        # those of a depth that is missed are named by the count
        shown |= {fault for fault in faults_of(slug) if fault in ("shallow", "partial")}
        assert len(shown) >= 3, f"{slug}: {shown}"
        assert {cue.name for cue in exercise.cues} <= shown, slug


@pytest.mark.parametrize("seed", [5, 6, pytest.param(8, marks=pytest.mark.soak)])
@pytest.mark.parametrize(("slug", "fault", "view"), NAMED)
def test_faults_are_named_in_the_repetition_that_has_them(slug: str, fault: str, view: str, seed: int) -> None:
    performance = perform(slug, reps=3, view=view, faults=(fault,), faulty_reps={1}, seed=seed, fps=20)
    coach, readings = watch(slug, simulate_landmarks(performance, seed, noise=0.5))
    assert [fault in attempt.cues for attempt in coach.attempts] == [False, True, False]
    assert fault in {reading.cue for reading in readings}
    assert sentence(exercises()[slug], fault, "ko") != sentence(exercises()[slug], fault, "en") != ""


@pytest.mark.parametrize(("slug", "fault", "view"), NAMED_HELD)
def test_faults_of_a_position_are_named_while_it_is_held(slug: str, fault: str, view: str) -> None:
    for seed in (5, 6):
        for faults in ((), (fault,)):
            performance = perform(slug, view=view, seconds=5, faults=faults, seed=seed, fps=20)
            _, readings = watch(slug, simulate_landmarks(performance, seed, noise=0.5))
            assert (fault in {reading.cue for reading in readings}) == bool(faults)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("slug", HELD)
def test_a_position_held_is_timed(slug: str, seed: int) -> None:
    performance = perform(slug, view=PERFORMED[slug].views[0], seconds=8, seed=seed, fps=20)
    coach, readings = watch(slug, simulate_landmarks(performance, seed))
    assert coach.hold == pytest.approx(performance.hold_seconds, abs=0.5)
    assert readings[-1].phase is Phase.HOLDING


def test_getting_into_position_counts_nothing() -> None:
    performance = perform("push_up", reps=3, view="side", seed=2, fps=20, walk_in=True)
    assert performance.ready_seconds > 1
    coach, readings = watch("push_up", simulate_landmarks(performance, 2))
    before = [reading for reading in readings if reading.seconds < performance.ready_seconds - 0.5]
    assert coach.count == 3
    assert not coach.attempts or min(attempt.start for attempt in coach.attempts) > performance.ready_seconds - 1
    assert all(reading.count == 0 for reading in before)


@cache
def seen(movement: str, view: str) -> list[Pose]:
    return simulate_landmarks(perform(movement, reps=4, seconds=5, view=view, seed=6, fps=20), 6)


@pytest.mark.parametrize("movement", ["idle", "walk", "arm_raise", "jumping_jack", "wave"])
@pytest.mark.parametrize("slug", exercises())
def test_other_movements_count_nothing(slug: str, movement: str) -> None:
    if slug == movement:
        pytest.skip("that is what it is")
    views = exercises()[slug].views
    coach, _ = watch(slug, seen(movement, "three_quarter" if "three_quarter" in views else views[0]))
    assert (coach.count, coach.hold) == (0, 0)


def test_a_bounce_at_the_bottom_is_one_repetition() -> None:
    performance = perform("squat", reps=1, view="side", seed=1, fps=30)
    poses = simulate_landmarks(performance, 1, noise=0.3)
    bottom = round(performance.repetitions[0][1] * 30)
    bounce = [*range(bottom), *range(bottom, bottom - 12, -1), *range(bottom - 12, bottom), *range(bottom, len(poses))]
    video = [replace(poses[index], seconds=number / 30) for number, index in enumerate(bounce)]
    assert watch("squat", video)[0].count == 1


def test_a_hidden_joint_is_asked_for_instead_of_judged() -> None:
    poses = simulate_landmarks(perform("squat", reps=2, view="side", seed=3, fps=20), 3)
    ankles = [INDEX[name] for name in ("left_ankle", "right_ankle")]
    hidden = [
        replace(pose, visibility=np.where(np.isin(np.arange(33), ankles), 0.05, pose.visibility)) for pose in poses
    ]
    coach, readings = watch("squat", hidden)
    assert coach.attempts == []
    assert {reading.cue for reading in readings} == {"unseen:ankle"}


def test_nobody_is_said_and_forgives_a_moment() -> None:
    poses = simulate_landmarks(perform("squat", reps=3, view="side", seed=3, fps=20), 3)
    coach = Coach(exercises()["squat"])
    for number, pose in enumerate(poses):
        lost = number % 20 in (5, 6, 7)  # 0.15 s in every second
        reading = coach.update(None if lost else pose, pose.seconds)
    assert coach.count == 3
    for _ in range(3):
        reading = coach.update(None, reading.seconds + 1)
    assert reading.cue == "nobody"
    assert reading.phase is Phase.AWAY
