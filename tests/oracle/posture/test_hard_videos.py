"""The coach where a video is cut, interrupted, sped up, seen from low down, or shows something else than was told."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from demos.posture.athlete.examples import simulate_landmarks
from demos.posture.athlete.performance import Performance, perform
from demos.posture.coach.coach import Coach
from demos.posture.exercises import exercises
from demos.posture.pose.landmarks import INDEX, Pose

ARM = ("shoulder", "elbow", "wrist")
COUNTED = ("squat", "push_up", "bicep_curl", "lunge")


@cache
def performance(exercise: str, **options) -> tuple[Performance, list[Pose]]:  # type: ignore[no-untyped-def]
    """What the athlete does, and what a landmarker sees of it."""
    done = perform(exercise, **options)
    return done, simulate_landmarks(done, options["seed"])


def coached(told: str, poses: Iterable[tuple[float, Pose | None]]) -> tuple[Coach, list]:
    """A coach told what comes, who has seen these poses (seconds, pose or nobody), and every reading."""
    coach = Coach(exercises()[told])
    return coach, [coach.update(pose and replace(pose, seconds=seconds), seconds) for seconds, pose in poses]


def faster(poses: list[Pose], factor: float) -> list[tuple[float, Pose | None]]:
    return [(pose.seconds / factor, pose) for pose in poses]


@pytest.mark.parametrize("factor", [1.5, 2.0])
@pytest.mark.parametrize("exercise", COUNTED)
def test_up_to_double_speed_the_count_is_the_same(exercise: str, factor: float) -> None:
    _, poses = performance(exercise, reps=4, view="side", seed=1, fps=30, tempo=1)
    assert coached(exercise, faster(poses, factor))[0].count == 4


STRAIN = [(6, 0.5), (12, 0.5), (12, 1.0), (30, 1.0), (30, 2.0), (60, 2.0), (120, 0.5), (120, 2.0)]
EVERY = [slug for slug, exercise in exercises().items() if exercise.kind == "repetitions" and exercise.order < 1000]


@pytest.mark.soak
@pytest.mark.parametrize(("fps", "tempo"), STRAIN, ids=[f"{fps} fps, tempo {tempo}" for fps, tempo in STRAIN])
@pytest.mark.parametrize("exercise", EVERY)
def test_at_any_frame_rate_and_speed_with_a_third_of_the_frames_missing_the_count_is_the_same(
    exercise: str, fps: float, tempo: float
) -> None:
    done = perform(exercise, reps=3, view=exercises()[exercise].views[0], seed=2, fps=fps, tempo=tempo)
    random = np.random.default_rng(2)
    poses = [pose for pose in simulate_landmarks(done, 2, noise=0.6) if random.random() > (0.3 if fps > 12 else 0.0)]
    assert coached(exercise, ((p.seconds, p) for p in poses))[0].count == 3


@pytest.mark.parametrize("factor", [6, 8])
@pytest.mark.parametrize("exercise", COUNTED)
def test_a_first_dip_too_quick_for_a_repetition_is_ignored(exercise: str, factor: float) -> None:
    _, poses = performance(exercise, reps=4, view="side", seed=1, fps=30, tempo=1)
    coach, _ = coached(exercise, faster(poses, factor))
    assert coach.count == len([attempt for attempt in coach.attempts if attempt.counted]) <= 4


@pytest.mark.parametrize("missing", [-0.1, 0.0, 0.15, 0.25])
@pytest.mark.parametrize("exercise", COUNTED)
def test_a_repetition_whose_first_third_is_cut_counts(exercise: str, missing: float) -> None:
    """`missing` is the share of the first repetition that passed before the video began."""
    done, poses = performance(exercise, reps=3, view="side", seed=1, fps=30)
    start, _, end = done.repetitions[0]
    begin = start + missing * (end - start)
    assert coached(exercise, ((p.seconds, p) for p in poses if p.seconds >= begin))[0].count == 3


@pytest.mark.parametrize("gap", [0.3, 0.45, 0.6, 1.2, 1.9])
@pytest.mark.parametrize("exercise", ["squat", "bicep_curl", "push_up"])
def test_a_repetition_counts_though_nobody_was_seen_for_up_to_two_seconds_of_it(exercise: str, gap: float) -> None:
    done, poses = performance(exercise, reps=3, view="three_quarter", seed=3, fps=30, tempo=0.6)
    _, bottom, end = done.repetitions[1]
    assert end - bottom > 1.5
    middle = (bottom + end) / 2
    coach, _ = coached(exercise, ((p.seconds, None if abs(p.seconds - middle) < gap / 2 else p) for p in poses))
    assert coach.count == 3


@pytest.mark.parametrize("exercise", ["squat", "bicep_curl", "push_up"])
def test_of_who_was_gone_for_longer_the_repetition_under_way_is_void(exercise: str) -> None:
    done, poses = performance(exercise, reps=3, view="three_quarter", seed=3, fps=30, tempo=0.4)
    _, bottom, end = done.repetitions[1]
    assert end - bottom > 2.2
    coach, _ = coached(exercise, ((p.seconds, None if bottom < p.seconds < bottom + 2.2 else p) for p in poses))
    assert coach.count == 2


def tilted(world: np.ndarray, degrees: float) -> np.ndarray:
    """World coordinates (33, 3) turned about the image's horizontal axis: depth as a low camera gets it wrong."""
    sine, cosine = np.sin(np.radians(degrees)), np.cos(np.radians(degrees))
    return world @ np.array([[1, 0, 0], [0, cosine, sine], [0, -sine, cosine]], dtype=world.dtype)


@pytest.mark.parametrize("degrees", [-40, -30, -20, 0, 20, 30, 40])
def test_push_ups_from_the_front_are_counted_however_wrong_the_depth_is(degrees: int) -> None:
    _, poses = performance("push_up", reps=4, view="front", seed=2, fps=15)
    coach, readings = coached("push_up", ((p.seconds, replace(p, world=tilted(p.world, degrees))) for p in poses))
    assert not any(reading.cue and reading.cue.startswith("position:") for reading in readings)
    assert coach.count == 4


@pytest.mark.parametrize("view", ["side", "three_quarter", "front"])
@pytest.mark.parametrize("movement", ["walk", "high_knees"])
def test_walking_past_is_no_squat(movement: str, view: str) -> None:
    _, poses = performance(movement, reps=8, seconds=8.0, seed=9, fps=15, view=view)
    assert coached("squat", ((p.seconds, p) for p in poses))[0].count == 0


@pytest.mark.parametrize(("done", "told"), [("squat", "lunge"), ("lunge", "squat"), ("push_up", "plank")])
def test_another_exercise_than_the_one_told_counts_nothing(done: str, told: str) -> None:
    _, poses = performance(done, reps=3, seed=9, fps=15, view="side")
    coach, readings = coached(told, ((p.seconds, p) for p in poses))
    assert (coach.count, coach.hold) == (0, 0)
    if told != "plank":
        assert f"looks_like_{done}" in {reading.cue for reading in readings}
        assert [attempt.cues for attempt in coach.attempts] == [(f"looks_like_{done}",)] * 3
        assert {attempt.rejection.measure for attempt in coach.attempts} == {"stride"}


@pytest.mark.parametrize("seed", range(3))
def test_the_bottom_of_a_slow_squat_is_no_wall_sit(seed: int) -> None:
    _, poses = performance("squat", reps=3, seed=seed, fps=15, view="side", tempo=0.5)
    assert coached("wall_sit", ((p.seconds, p) for p in poses))[0].hold == 0


def test_who_sits_against_a_wall_with_the_knees_far_forward_is_timed_and_told() -> None:
    done, poses = performance("wall_sit", seconds=6, seed=3, fps=15, view="three_quarter", faults=("knees_forward",))
    coach, _ = coached("wall_sit", ((p.seconds, p) for p in poses))
    assert coach.hold == pytest.approx(done.hold_seconds, abs=0.5)


@pytest.mark.parametrize("view", ["side", "three_quarter"])
def test_who_touches_their_toes_is_told_that_this_is_no_deadlift(view: str) -> None:
    _, poses = performance("toe_touch", reps=4, seed=6, fps=15, view=view)
    coach, readings = coached("deadlift", ((p.seconds, p) for p in poses))
    assert [attempt.cues for attempt in coach.attempts] == [("touches_toes",)] * 4
    assert "touches_toes" in {reading.cue for reading in readings}


@pytest.mark.parametrize("exercise", ["high_knees", "mountain_climber"])
def test_legs_that_take_turns_are_counted_though_no_frame_shows_both_of_them_straight(exercise: str) -> None:
    done, poses = performance(exercise, reps=6, view=exercises()[exercise].views[0], seed=5, fps=60, tempo=1)
    shown = [pose for pose in poses if done.phase[round(pose.seconds * 60)] >= 0.2][::4]
    start, end = done.repetitions[0][0], done.repetitions[-1][2]
    shown = [pose for pose in poses if pose.seconds < start or pose.seconds > end] + shown
    coach, _ = coached(exercise, ((p.seconds, p) for p in sorted(shown, key=lambda pose: pose.seconds)))
    assert coach.count == 6


def with_a_hidden_arm(poses: list[Pose], seed: int) -> list[Pose]:
    """From the side: the far arm is seen at first, then guessed, its elbow jumping between 60° and 142° in 0.2 s."""
    random = np.random.default_rng(seed)
    near_is_left = poses[0].visibility[INDEX["left_elbow"]] > poses[0].visibility[INDEX["right_elbow"]]
    shoulder, elbow, wrist = (INDEX[f"{'right' if near_is_left else 'left'}_{part}"] for part in ARM)
    changed, bends = [], np.radians(random.uniform(60, 142, len(poses) // 6 + 1))
    for number, pose in enumerate(poses):
        bend = bends[number // 6]
        world, visibility = pose.world.copy(), pose.visibility.copy()
        up = (world[shoulder] - world[elbow]) / np.linalg.norm(world[shoulder] - world[elbow])
        aside = np.array([up[1], -up[0], 0]) / np.hypot(up[0], up[1])
        world[wrist] = world[elbow] + 0.25 * (np.cos(bend) * up + np.sin(bend) * aside)
        visibility[[shoulder, elbow, wrist]] = random.uniform(0.23, 0.45) if number > 3 else 0.6
        changed.append(replace(pose, world=world, visibility=visibility))
    return changed


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("movement", "curls"), [("bicep_curl", 4), ("idle", 0)])
def test_a_hidden_arm_neither_adds_nor_takes_away_a_curl(movement: str, curls: int, seed: int) -> None:
    _, poses = performance(movement, reps=4, seconds=8, view="side", seed=seed, fps=30)
    assert coached("bicep_curl", ((p.seconds, p) for p in with_a_hidden_arm(poses, seed)))[0].count == curls


@pytest.mark.parametrize("view", ["front", "three_quarter"])
def test_arms_that_take_turns_are_each_counted(view: str) -> None:
    """Of both arms' four curls the left arm does every second, the right one the others."""
    done, poses = performance("bicep_curl", reps=4, view=view, seed=2, fps=30)
    starts = [start for start, _, _ in done.repetitions]
    taking_turns = []
    for pose in poses:
        turn = int(np.searchsorted(starts, pose.seconds)) % 2
        hanging = [INDEX[f"{('left', 'right')[turn]}_{part}"] for part in (*ARM[1:], "index", "pinky", "thumb")]
        world = pose.world.copy()
        world[hanging] = world[INDEX[f"{('left', 'right')[turn]}_shoulder"]] + (
            poses[0].world[hanging] - poses[0].world[INDEX[f"{('left', 'right')[turn]}_shoulder"]]
        )
        taking_turns.append(replace(pose, world=world))
    assert coached("bicep_curl", ((p.seconds, p) for p in taking_turns))[0].count == 4


@pytest.mark.parametrize("exercise", COUNTED)
@pytest.mark.parametrize("wrong", [(1, -1, 1), (1, 2.2, 2.2)], ids=["turned over", "stretched"])
def test_poses_that_no_body_does_are_as_good_as_none(exercise: str, wrong: tuple[float, float, float]) -> None:
    """For 0.8 s on the way up the landmarker sees a body that is turned over, or twice as long."""
    done, poses = performance(exercise, reps=3, view="side", seed=1, fps=30, tempo=0.6)
    _, bottom, end = done.repetitions[1]
    middle = (bottom + end) / 2
    odd = np.array(wrong, dtype=np.float32)
    broken = [replace(p, world=p.world * odd) if abs(p.seconds - middle) < 0.4 else p for p in poses]
    coach, readings = coached(exercise, ((p.seconds, p) for p in broken))
    assert coach.count == len(coach.attempts) == 3
    assert not any(reading.cue and reading.cue.startswith("position:") for reading in readings)
