"""What is kept of a live session for the report at its end: angles, and the poses of its last minutes. No image."""

from collections import deque
from collections.abc import Sequence
from typing import Any

import numpy as np

from demos.posture.coach.set_tracker import ExerciseSet, FrameResult
from demos.posture.pose.landmarks import Pose
from demos.posture.report.look import posed_in, report_message
from demos.posture.report.record import Record

POSES = 6000  # the latest that are kept: five minutes at 20 a second, in 3 MB
NOTHING_SEEN = np.zeros((33, 3), np.float32)


class Session:
    """Grows frame by frame; `done` holds the sets of those coaches that have been replaced."""

    def __init__(self) -> None:
        self.done: list[ExerciseSet] = []
        self._record = Record()
        self._poses: deque[tuple[float, np.ndarray]] = deque(maxlen=POSES)
        self._aspect = 4 / 3

    def add(self, result: FrameResult, aspect: float) -> None:
        """Take in a frame's result; `aspect` is the image's width over its height."""
        self._record.add(result)
        self._aspect = aspect
        if result.pose is not None:
            seen = np.concatenate([result.pose.image[:, :2], result.pose.visibility[:, None]], axis=1)
            self._poses.append((result.seconds, seen.astype(np.float32)))

    def report(self, present: Sequence[ExerciseSet], language: str) -> dict[str, Any] | None:
        """The message for the page of every set in which something was tried or held; None if there is none.

        `present`: the sets of the coach that is at work.
        """
        sets = [done for done in (*self.done, *present) if done.attempts or done.hold >= 1]
        if not sets:
            return None
        posed = posed_in([seconds for seconds, _ in self._poses], self._pose)
        return report_message(sets, self._record, language, posed, self._aspect, "camera")

    def _pose(self, place: int) -> Pose:
        seconds, seen = self._poses[place]
        return Pose(seconds, seen, NOTHING_SEEN, seen[:, 2])
