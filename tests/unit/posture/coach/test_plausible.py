"""Poses that no body does."""

from dataclasses import replace

import numpy as np
import pytest

from demos.posture.coach.plausible import STUBBORN, Plausible
from tests.unit.posture.coach.test_coach import pose

RATE = 30


def seen(*poses: tuple[float, float]) -> list[bool]:
    """Which of these poses, each a lean in degrees and a size, are accepted after a second of standing still."""
    plausible = Plausible()
    for frame in range(RATE):
        assert plausible.accepts(replace(pose(), seconds=frame / RATE))
    return [
        plausible.accepts(replace(pose(lean=lean), seconds=1 + frame / RATE, world=size * pose(lean=lean).world))
        for frame, (lean, size) in enumerate(poses)
    ]


@pytest.mark.parametrize(("lean", "possible"), [(0, True), (30, True), (44, True), (60, False), (180, False)])
def test_a_trunk_does_not_turn_over_between_two_frames(lean: float, possible: bool) -> None:
    assert seen((lean, 1.0), (0.0, 1.0)) == [possible, True]


@pytest.mark.parametrize(("size", "possible"), [(1.5, True), (0.7, True), (2.0, False), (0.5, False)])
def test_a_trunk_keeps_its_length(size: float, possible: bool) -> None:
    assert seen((0.0, size), (0.0, 1.0)) == [possible, True]


def test_bending_quickly_is_possible() -> None:
    assert all(seen(*((lean, 1.0) for lean in range(0, 110, 11))))  # 330 degrees a second


def test_what_stays_for_a_second_is_believed() -> None:
    answers = seen(*[(180.0, 1.0)] * 45)
    assert answers[: round(STUBBORN * RATE) - 2] == [False] * (round(STUBBORN * RATE) - 2)
    assert answers[-12:] == [True] * 12


def test_a_pose_that_is_no_number_is_none() -> None:
    assert not Plausible().accepts(replace(pose(), world=np.full((33, 3), np.nan)))
    assert not Plausible().accepts(replace(pose(), world=np.zeros((33, 3))))
