"""A recording that the page made of its camera: what each frame was answered, without any image."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from demos.common.errors import BadInput
from demos.posture.pose.landmarks import Pose
from demos.posture.teach.recording import Recording, record

MOST = 3000  # frames: a minute and more
FURTHEST = 10_000.0  # thousandths of the image, or millimetres
LONGEST = 180_000.0  # milliseconds


def read_frames(given: object) -> Recording:
    """The recording in {frames: [{t, points, world}], aspect} as the page sends it.

    t: milliseconds, growing. points: (33, 3) thousandths of the image and visibility in percent, null where nobody was
    found. world: (33, 3) millimetres, as `landmarks.Pose`. Raises BadInput for anything else.
    """
    frames = given.get("frames") if isinstance(given, Mapping) else None
    if not isinstance(frames, list) or len(frames) > MOST:
        raise BadInput("posture.teach_bad_recording")
    found, begun, last = list[tuple[float, Pose | None]](), 0.0, -1.0
    for number, frame in enumerate(frames):
        if not isinstance(frame, Mapping):
            raise BadInput("posture.teach_bad_recording")
        when = _number(frame.get("t"))
        begun = when if number == 0 else begun
        seconds = (when - begun) / 1000
        if not last < seconds <= LONGEST / 1000:
            raise BadInput("posture.teach_bad_recording")
        last = seconds
        found.append((seconds, None if frame.get("points") is None else _pose(seconds, frame)))
    aspect = _number(given.get("aspect")) if isinstance(given, Mapping) else 0.0
    if not 0.1 <= aspect <= 10:
        raise BadInput("posture.teach_bad_recording")
    return record(found, aspect)


def _pose(seconds: float, frame: Mapping[str, Any]) -> Pose:
    points, world = _table(frame["points"]), _table(frame.get("world"))
    image = np.concatenate([points[:, :2] / 1000, np.zeros((33, 1))], axis=1)
    image, world = image.astype(np.float32), (world / 1000).astype(np.float32)
    return Pose(seconds, image, world, np.clip(points[:, 2] / 100, 0, 1).astype(np.float32))


def _table(given: object) -> np.ndarray:
    """(33, 3) numbers within bounds."""
    try:
        table = np.array(given, dtype=float)
    except (ValueError, TypeError, OverflowError) as error:
        raise BadInput("posture.teach_bad_recording") from error
    if table.shape != (33, 3) or not (np.abs(table) <= FURTHEST).all():
        raise BadInput("posture.teach_bad_recording")
    return table


def _number(given: object) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not abs(given) < 1e12:
        raise BadInput("posture.teach_bad_recording")
    return float(given)
