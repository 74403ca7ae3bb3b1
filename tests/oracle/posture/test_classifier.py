"""The network that tells exercises apart: what it must not depend on, and how well it does on athletes never seen."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch

from demos.posture import learn
from demos.posture.athlete.examples import simulate_landmarks
from demos.posture.athlete.performance import perform
from demos.posture.coach.set_tracker import SetTracker
from demos.posture.data import COLUMNS, FEATURES, STEPS, SWAP, features, window, windows
from demos.posture.exercises import OTHER, exercises, recognisable
from demos.posture.make import train as make
from demos.posture.pose.landmarks import MIRROR
from demos.posture.second_opinion import SURE


def test_features_do_not_see_size_place_or_heading() -> None:
    world = perform("lunge", reps=1, seed=1, fps=10).world
    turn = np.radians(35)
    about_up = np.array([[np.cos(turn), 0, np.sin(turn)], [0, 1, 0], [-np.sin(turn), 0, np.cos(turn)]])
    off = np.abs(features(world) - features(1.7 * world @ about_up + (3, -1, 2)))
    # Where both feet stand side by side to the last digit, rounding decides which leg is the one in front.
    front = COLUMNS.index("knee_over_toe")
    apart = features(world)[:, COLUMNS.index("stride")] > 0.01
    assert off[apart].max() < 1e-4
    assert np.delete(off, front, axis=1).max() < 1e-4
    assert off.max() < 0.02
    assert apart.any()


def test_a_mirror_changes_nothing() -> None:
    world = perform("bicep_curl", reps=1, seed=2, fps=10).world
    seen = features(world)
    reflected = features((world * (-1, 1, 1))[:, MIRROR])
    off = np.abs(reflected - seen[:, SWAP])
    assert np.delete(off, COLUMNS.index("knee_over_toe"), axis=1).max() < 1e-5  # as above
    assert off.max() < 0.02
    torch.manual_seed(0)
    network = learn.new_network(("squat", "other"), ("squat:shallow",)).eval()
    batch = torch.randn(3, STEPS, FEATURES)
    for head, mirrored in zip(network(batch), network(batch[..., SWAP]), strict=True):
        assert torch.allclose(head, mirrored, atol=1e-5)


def test_windows_agree_live_and_afterwards() -> None:
    poses = simulate_landmarks(perform("squat", reps=2, seed=3, fps=17), 3)
    for end, values in windows(poses, every=0.7):
        live = window([pose for pose in poses if pose.seconds <= end], end)
        assert live is not None
        assert np.allclose(live[:-1], values[:-1], atol=1e-4)  # live the newest pose may be a little old


def test_a_window_with_a_hole_is_none() -> None:
    poses = simulate_landmarks(perform("squat", reps=2, seed=3, fps=20), 3)
    assert window(poses[:20], 2.5) is None
    assert window([], 2.5) is None


def test_who_has_just_come_is_taken_to_have_stood_still_before() -> None:
    poses = simulate_landmarks(perform("squat", reps=2, seed=3, fps=20), 3)
    short = window(poses[:21], 1.0)
    assert short is not None
    assert np.allclose(short[: STEPS - 10], features(poses[0].world[None])[0], atol=1e-5)
    assert window(poses[:15], 0.7) is None


@cache
def unseen() -> tuple[learn.ExerciseNet, learn.Examples]:
    """The carried network, and windows of athletes that it was not trained on."""
    network = learn.load_network()
    return network, make.joined(make.dataset(make.VALIDATION_SEEDS + 5000, 64, network.classes))


def test_exercises_phases_and_faults_of_athletes_never_seen_are_recognised() -> None:
    """The card says what it was on 600 of them; 64 may be harder."""
    accuracy, phase_error, fault_accuracy = learn.measured(*unseen())
    assert accuracy > 0.94
    assert phase_error < 0.12
    assert fault_accuracy > 0.8


def test_a_fault_is_seldom_seen_where_none_is() -> None:
    network, examples = unseen()
    sure = learn.outputs_of(network, examples.windows).faults.sigmoid() >= SURE
    assert float(sure[examples.faults == 0].float().mean()) < 0.01


@pytest.mark.parametrize("view", ["front", "three_quarter", "side"])
def test_a_picture_of_somebody_who_stands_is_no_exercise(view: str) -> None:
    network = learn.load_network()
    seen = [simulate_landmarks(perform("idle", view=view, seed=seed, seconds=0.5, fps=10), seed) for seed in range(8)]
    windows = np.repeat(features(np.stack([poses[2].world for poses in seen]))[:, None], STEPS, axis=1)
    found = learn.outputs_of(network, torch.from_numpy(windows))
    assert {network.classes[best] for best in found.exercise.argmax(-1).tolist()} == {OTHER}
    assert float(found.phase.sigmoid().median()) < 0.3


@pytest.mark.parametrize("fps", [8, 30])
def test_every_exercise_that_the_network_knows_is_found_and_counted(fps: int) -> None:
    found = {}
    for slug in recognisable():
        done = perform(slug, reps=3, seconds=6, view=exercises()[slug].views[0], seed=1, fps=fps)
        tracker = SetTracker()
        for pose in simulate_landmarks(done, 1):
            tracker.update(pose, pose.seconds)
        found[slug] = [(one.exercise, one.count) for one in tracker.sets]
    assert found == {slug: [(slug, 3 * (exercises()[slug].kind == "repetitions"))] for slug in recognisable()}


def test_told_another_exercise_than_is_done_the_network_says_so() -> None:
    tracker = SetTracker("squat")
    poses = simulate_landmarks(perform("lunge", reps=3, view="side", seed=1, fps=20), 1)
    said = {tracker.update(pose, pose.seconds).opinion for pose in poses}
    assert said == {(), ("another:lunge",)}
    assert {attempt.second_opinion for attempt in tracker.sets[0].attempts} <= said


def test_a_tracker_finds_out_the_exercise_and_counts_from_its_beginning() -> None:
    tracker = SetTracker()
    start = 0.0
    for movement in ("squat", "bicep_curl"):
        poses = simulate_landmarks(perform(movement, reps=4, view="three_quarter", seed=9, fps=20), 9)
        for pose in poses:
            tracker.update(replace(pose, seconds=start + pose.seconds), start + pose.seconds)
        start += poses[-1].seconds + 0.05
    assert [(done.exercise, done.count) for done in tracker.sets] == [("squat", 4), ("bicep_curl", 4)]


def test_training_yields_progress_and_learns() -> None:
    threads = torch.get_num_threads()
    *progress, last = make.train(performances=18, validation=6, steps=60, batch=32)
    assert torch.get_num_threads() == threads
    assert {record.stage for record in progress} | {last.stage} == {"performing", "learning"}
    assert last.network is not None
    assert last.accuracy > 2 / len(last.network.classes)
