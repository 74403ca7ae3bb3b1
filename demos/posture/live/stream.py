"""The stream of one visitor's webcam: a landmarker and a set tracker that live as long as the visitor stays."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

import numpy as np

from demos.common.errors import BadInput
from demos.posture.coach.set_tracker import FrameResult, SetTracker
from demos.posture.exercises import AUTO, Exercise
from demos.posture.landmarker import Landmarker
from demos.posture.trouble import sentence_for

NOTHING = FrameResult(0.0, None, None, None)  # of an image that could not be looked at


class LiveStream:
    """Takes frames as they come, times them by the clock, and holds none of them."""

    def __init__(self) -> None:
        self._lock = Lock()  # a visitor's frames may arrive in two threads
        self._landmarker: Landmarker | None = None
        self._started = time.monotonic()
        self._exercise: str | Exercise = ""
        self._tracker: SetTracker | None = None

    def process(self, image: np.ndarray, exercise: str | Exercise = AUTO) -> FrameResult:
        """The next frame, (H, W, 3) uint8 RGB. Another `exercise` counts from nothing.

        Raises BadInput for something that is no colour image, and when what nobody foresaw went wrong: the next frame
        begins anew.
        """
        if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8:
            raise BadInput("posture.not_an_image")
        with self._lock, self._begun_anew_after_trouble(), sentence_for("posture.frame_failed"):
            if self._tracker is None or exercise != self._exercise:
                self._tracker, self._exercise = SetTracker(exercise), exercise
            if self._landmarker is None:
                self._landmarker = Landmarker()
            seconds = time.monotonic() - self._started
            return self._tracker.update(self._landmarker.detect(image, seconds), seconds)

    @contextmanager
    def _begun_anew_after_trouble(self) -> Iterator[None]:
        try:
            yield
        except Exception:
            self._tracker = None
            if self._landmarker is not None:
                self._landmarker.close()
                self._landmarker = None
            raise

    def warm_up(self) -> None:
        """Load the networks once, so that they are in memory."""
        SetTracker()
        self.process(np.zeros((48, 64, 3), np.uint8))
        self.close()

    def restart(self) -> None:
        """Count from nothing."""
        with self._lock:
            self._tracker = None

    def close(self) -> None:
        """Give back what the landmarker holds."""
        with self._lock:
            if self._landmarker is not None:
                self._landmarker.close()
                self._landmarker = None
