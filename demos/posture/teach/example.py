"""A recording that is there before anybody has made one: the athlete rows three times, as the landmarker saw it.

`python -m demos.posture.make.taught` made it. Nothing of the image is kept in it.
"""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from demos.posture.pose.landmarks import Pose
from demos.posture.teach.propose import Proposal, propose
from demos.posture.teach.recording import Recording, record

FILE = Path(__file__).parents[3] / "assets" / "clips" / "row.safetensors"
NAME = {"en": "Bent-over row", "ko": "벤트오버 로우"}
JITTER = 0.06  # metres by which each landmark of the jittery recording is off in each frame, standard deviation
SEED = 3


@cache
def example(jittery: bool = False) -> Recording:
    """The recording; `jittery`: as a bad landmarker would have seen it."""
    stored = {name: values.astype(np.float32) for name, values in load_file(FILE).items()}
    random = np.random.default_rng(SEED)
    frames = []
    for seconds, image, world, visibility in zip(
        *(stored[name] for name in ("seconds", "image", "world", "visibility")), strict=True
    ):
        if jittery:
            off = random.normal(0, JITTER, world.shape).astype(np.float32)
            trunk = float(np.linalg.norm(image[11, :2] - image[23, :2])) / 0.5  # of the image a metre is
            world, image = world + off, image + off * trunk
        frames.append((float(seconds), Pose(float(seconds), image, world, visibility)))
    return record(frames)


@cache
def proposals(jittery: bool = False) -> tuple[Proposal, ...]:
    """What the calm recording proposes, with the curves of the recording that is asked for."""
    recording = example(jittery)
    found = []
    for proposal in propose(example()):
        signal = proposal.exercise.signal
        exercise = replace(proposal.exercise, name=NAME, plural=NAME)
        curve = recording.curve(signal.measure, signal.sides)
        found.append(replace(proposal, exercise=exercise, seconds=recording.seconds, angles=curve))
    return tuple(found)
