"""The real landmarker on the athlete's videos, whose truth lies beside them."""

import hashlib
import json
import zipfile

import numpy as np
import pytest

from demos.common.models import weights
from demos.posture.coach.coach import Coach
from demos.posture.exercises import exercises
from demos.posture.pose.landmarker import NAME, Landmarker
from demos.posture.pose.landmarks import INDEX, Pose, joint_angles
from demos.posture.video import clips, video_file

RATE = 10  # frames a second looked at: enough to count by


def landmarks_of(exercise: str) -> list[Pose | None]:
    found, due = [], 0.0
    with Landmarker() as landmarker:
        for frame in video_file.read(clips.clip(exercise)):
            if frame.seconds >= due:
                due = frame.seconds + 1 / RATE - 1e-3
                found.append(landmarker.detect(frame.image, frame.seconds))
    return found


@pytest.fixture(scope="module")
def seen() -> dict[str, list[Pose | None]]:
    return {exercise: landmarks_of(exercise) for exercise in clips.samples()}


def truth(exercise: str) -> dict:
    return json.loads(clips.clip(exercise).with_suffix(".json").read_text())


def test_the_task_file_is_the_manifests_and_stored_uncompressed() -> None:
    file = weights.path(NAME)
    assert hashlib.sha256(file.read_bytes()).hexdigest() == weights.manifest()[NAME]["sha256"]
    with zipfile.ZipFile(file) as task:
        assert [entry.filename for entry in task.infolist()] == [
            "pose_detector.tflite",
            "pose_landmarks_detector.tflite",
        ]
        for entry in task.infolist():
            assert entry.compress_type == zipfile.ZIP_STORED
            assert task.read(entry)[4:8] == b"TFL3"
            assert b"M001" in task.read(entry)  # the metadata that says how pixels are scaled


def test_the_athlete_is_found_in_every_frame(seen: dict[str, list[Pose | None]]) -> None:
    for exercise, poses in seen.items():
        assert sum(pose is None for pose in poses) <= 1, exercise


@pytest.mark.parametrize(
    ("exercise", "joint", "error"), [("squat", "knee", 9), ("push_up", "elbow", 12), ("lunge", "knee", 9)]
)
def test_angles_are_the_athletes(seen: dict[str, list[Pose | None]], exercise: str, joint: str, error: float) -> None:
    """Mean absolute error in degrees of the better seen side (measured: squat 5, push-up 8, lunge 5)."""
    known = truth(exercise)
    estimates, angles = [], []
    for pose in seen[exercise]:
        if pose is None:
            continue
        side = max(("left", "right"), key=lambda side: pose.visibility[INDEX[f"{side}_{joint}"]])
        estimates.append(joint_angles(pose.world)[f"{side}_{joint}"])
        frame = min(round(pose.seconds * known["fps"]), known["frames"] - 1)
        angles.append(known["main_angle_degrees"][frame])
    assert np.abs(np.array(estimates) - angles).mean() < error


@pytest.mark.parametrize("exercise", clips.samples())
def test_sample_clips_are_counted_as_they_were_performed(seen: dict[str, list[Pose | None]], exercise: str) -> None:
    coach, known = Coach(exercises()[exercise]), truth(exercise)
    for number, pose in enumerate(seen[exercise]):
        coach.update(pose, number / RATE)
    if known["hold_seconds"]:
        assert coach.hold == pytest.approx(known["hold_seconds"], abs=0.5)
        return
    wanted = [set(repetition["faults"]) for repetition in known["repetitions"]]
    assert [attempt.counted for attempt in coach.attempts] == ["shallow" not in faults for faults in wanted]
    assert [set(attempt.cues) for attempt in coach.attempts] == wanted


def test_an_image_without_a_person_has_no_pose() -> None:
    grey = np.full((240, 320, 3), 128, np.uint8)
    with Landmarker() as landmarker:
        assert landmarker.detect(grey, 0.0) is None
        assert landmarker.detect(grey, 0.0) is None  # a clock that stands still is borne
    landmarker.close()  # twice is allowed
