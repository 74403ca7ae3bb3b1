"""A recording that a page sends is read, and nothing that is none."""

from typing import Any

import numpy as np
import pytest

from demos.common.errors import BadInput
from demos.posture.teach.camera_frames import MOST, read_frames
from demos.posture.teach.example import example
from demos.posture.teach.look import points_of
from demos.posture.teach.propose import propose


def sent() -> dict[str, Any]:
    """The example as a page would have recorded it."""
    frames = [
        {
            "t": 5000 + 1000 * seconds,
            "points": points_of(pose.image, pose.visibility),
            "world": (1000 * pose.world).round().astype(int).tolist(),
        }
        for seconds, pose in example().frames
        if pose is not None
    ]
    return {"frames": frames, "aspect": 4 / 3}


def test_what_the_camera_showed_proposes_what_a_film_would() -> None:
    recording = read_frames(sent())
    assert len(recording) == len(example())
    assert recording.seconds[0] == 0
    best, known = propose(recording)[0], propose(example())[0]
    assert best.exercise.signal.measure == known.exercise.signal.measure
    assert best.exercise.signal.full == pytest.approx(known.exercise.signal.full, abs=2)


def test_a_frame_without_anybody_is_one_without_a_pose() -> None:
    frames = [{"t": number, "points": None} for number in range(3)]
    assert [pose for _, pose in read_frames({"frames": frames, "aspect": 1.0}).frames] == [None] * 3


def changed(**frame: object) -> dict[str, Any]:
    """The recording with something else in its second frame."""
    whole = sent()
    whole["frames"][1] |= frame
    return whole


@pytest.mark.parametrize(
    "given",
    [
        None,
        [],
        {"frames": "all", "aspect": 1},
        {"frames": [3], "aspect": 1},
        {"frames": [{"t": 0, "points": None}] * (MOST + 1), "aspect": 1},
        {**sent(), "aspect": 0},
        {**sent(), "aspect": "4:3"},
        changed(t=0),
        changed(t="soon"),
        changed(t=float("nan")),
        changed(t=1e9),
        changed(world=None),
        changed(world=[[0, 0, 0]]),
        changed(points=[[0, 0]] * 33),
        changed(points=[["a", 0, 0]] * 33),
        changed(world=[[1e9, 0, 0]] * 33),
        changed(world=np.full((33, 3), np.nan).tolist()),
    ],
)
def test_anything_else_is_refused(given: object) -> None:
    with pytest.raises(BadInput) as refused:
        read_frames(given)
    assert refused.value.key == "posture.teach_bad_recording"
