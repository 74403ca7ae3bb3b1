"""What the network learns from: windows whose exercise, phase and faults are the athlete's own truth."""

import numpy as np
import pytest

from demos.posture.athlete import variations
from demos.posture.athlete.examples import UNSEEN, examples
from demos.posture.athlete.performance import perform
from demos.posture.data import COLUMNS, FEATURES, STEPS, SWAP
from demos.posture.exercises import OTHER
from demos.posture.pose.measures import measures

CLASSES = ("squat", "bicep_curl", "plank", OTHER)


def test_the_same_seed_makes_the_same_examples_and_every_fourth_performance_is_of_no_exercise() -> None:
    first, again = examples(5, CLASSES), examples(5, CLASSES)
    assert len(first) == len(again) > 3
    for one, other in zip(first, again, strict=True):
        assert one.label == other.label
        assert one.faults == other.faults
        np.testing.assert_array_equal(one.window, other.window)
        np.testing.assert_array_equal(one.phase, other.phase)
    assert {example.label for seed in (3, 7) for example in examples(seed, CLASSES)} == {OTHER}


def test_an_example_is_a_window_with_a_phase_from_0_to_1_and_faults_of_its_own_exercise() -> None:
    found = [example for seed in range(12) for example in examples(seed, CLASSES)]
    assert {example.label for example in found} == set(CLASSES)
    for example in found:
        assert example.window.shape == (STEPS, FEATURES)
        assert np.isfinite(example.window).all()
        known = example.phase[~np.isnan(example.phase)]
        assert ((known >= 0) & (known <= 1)).all()
    assert all(np.isnan(example.phase).all() for example in found if example.label == "plank")
    made = {(example.label, fault) for example in found for fault, is_made in example.faults.items() if is_made}
    assert made <= {
        *(("squat", fault) for fault in ("shallow", "knees_in", "lean_forward", "heels_up")),
        *(("bicep_curl", fault) for fault in ("partial", "elbow_swing", "body_swing")),
        *(("plank", fault) for fault in ("hips_sag", "knees_bent", "hips_high")),
    }
    assert made


def test_the_mirror_swaps_left_and_right_columns_and_no_others() -> None:
    for index, name in enumerate(COLUMNS):
        other = name.replace("left", "#").replace("right", "left").replace("#", "right")
        assert COLUMNS[SWAP[index]] == other


def test_what_is_not_seen_are_columns_of_that_part_of_the_body() -> None:
    arms, legs, feet = ({COLUMNS[index] for index in UNSEEN[part][0]} for part in ("arms", "legs", "feet"))
    assert {"left_elbow", "right_shoulder_to_elbow", "wrists_apart", "left_wrist_under_floor"} <= arms
    assert {"left_knee", "hip_sag", "stride", "ankles_apart", "knee_over_toe"} <= legs
    assert {"left_heel_to_foot_index", "right_ankle", "knee_over_toe"} <= feet
    assert not (arms | legs) & {"torso_lean", "forward_lean"}
    assert not feet & {"left_knee", "left_hip", "stride"}


def test_a_style_moves_the_effort_and_less_so_the_rest() -> None:
    plain, mine = (perform("squat", reps=1, seed=4, fps=10, style=style) for style in (None, {"torso": 10.0}))
    lean = [measures(done.world)["forward_lean"] for done in (plain, mine)]
    deep = int(plain.phase.argmax())
    assert lean[1][deep] - lean[0][deep] == pytest.approx(10, abs=2)
    assert lean[1][0] - lean[0][0] == pytest.approx(4, abs=2)


def test_fidgeting_moves_the_arms_alone_and_keeps_their_length() -> None:
    still = perform("idle", seed=1, seconds=3, fps=10)
    moved = variations.fidgeting(still, np.random.default_rng(0))
    before, after = measures(still.world), measures(moved.world)
    for name in ("left_knee", "right_hip", "torso_lean"):
        np.testing.assert_allclose(before[name], after[name], atol=1e-6)
    assert np.abs(before["left_elbow"] - after["left_elbow"]).max() > 20
    lengths = np.linalg.norm(moved.world[:, 14] - moved.world[:, 12], axis=-1)
    np.testing.assert_allclose(lengths, lengths[0], rtol=1e-6)


def test_pauses_hold_the_deepest_frames() -> None:
    done = perform("squat", reps=2, seed=1, fps=10)
    order = variations.with_pauses(done, np.random.default_rng(1))
    longer = variations.in_order(done, order)
    assert len(longer.phase) > len(done.phase)
    assert set(done.phase[[frame for frame in order if order.count(frame) > 1]].round(1)) <= {0.9, 1.0}
