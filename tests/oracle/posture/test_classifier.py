"""The network that tells exercises apart: what it must not depend on, and how well it does on athletes never seen."""

from dataclasses import replace

import numpy as np
import torch

from demos.posture import learn
from demos.posture.athlete.examples import simulate_landmarks
from demos.posture.athlete.performance import perform
from demos.posture.coach.set_tracker import SetTracker
from demos.posture.data import FEATURES, STEPS, SWAP, features, window, windows
from demos.posture.landmarks import MIRROR
from demos.posture.make import train as make


def test_features_do_not_see_size_place_or_heading() -> None:
    world = perform("lunge", reps=1, seed=1, fps=10).world
    turn = np.radians(35)
    about_up = np.array([[np.cos(turn), 0, np.sin(turn)], [0, 1, 0], [-np.sin(turn), 0, np.cos(turn)]])
    assert np.allclose(features(world), features(1.7 * world @ about_up + (3, -1, 2)), atol=1e-4)


def test_a_mirror_changes_nothing() -> None:
    world = perform("bicep_curl", reps=1, seed=2, fps=10).world
    seen = features(world)
    reflected = features((world * (-1, 1, 1))[:, MIRROR])
    assert np.allclose(reflected, seen[:, SWAP], atol=1e-5)
    torch.manual_seed(0)
    network = learn.new_network(("squat", "other")).eval()
    batch = torch.randn(3, STEPS, FEATURES)
    assert torch.allclose(network(batch), network(batch[..., SWAP]), atol=1e-5)


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


def test_exercises_of_athletes_never_seen_are_recognised() -> None:
    """0.99 when it was trained; a seed it has not seen may be harder."""
    network = learn.load_network()
    windows, labels = make.joined(make.dataset(make.VALIDATION_SEEDS + 5000, 48, network.classes))
    assert learn.accuracy(network, windows, labels) > 0.95


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
