"""One visitor's camera: a landmarker and a set tracker that live as long as the visitor stays."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import Any

import numpy as np

from demos.common.errors import BadInput
from demos.posture.coach.set_tracker import FrameResult, SetTracker
from demos.posture.exercises import AUTO, Exercise
from demos.posture.landmarker import Landmarker
from demos.posture.report.session import Session
from demos.posture.trouble import sentence_for

NOTHING = FrameResult(0.0, None, None, None)  # of an image that could not be looked at


@cache
def warm_up() -> None:
    """Load the networks, so that they are in memory when the first frame comes. Once is enough."""
    stream = LiveStream()
    stream.process(np.zeros((48, 64, 3), np.uint8))
    stream.close()


class LiveStream:
    """Takes frames as they come, times them by the clock, and holds none of them."""

    def __init__(self) -> None:
        self._lock = Lock()  # a stream may be closed while a frame is looked at in another thread
        self._landmarker: Landmarker | None = None
        self._started = time.monotonic()
        self._exercise: str | Exercise = ""
        self._tracker: SetTracker | None = None
        self._counting = Lock()  # a report may be asked for while a frame is looked at
        self._session = Session()
        self._closed = False

    def process(self, image: np.ndarray, exercise: str | Exercise = AUTO) -> FrameResult:
        """The next frame, (H, W, 3) uint8 RGB. Another `exercise` counts from nothing.

        Raises BadInput for something that is no colour image, for a stream that is closed, and when what nobody foresaw
        went wrong: the next frame begins anew.
        """
        if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8:
            raise BadInput("posture.not_an_image")
        with self._lock, self._begun_anew_after_trouble(), sentence_for("posture.frame_failed"):
            landmarker = self._open_landmarker()
            seconds = time.monotonic() - self._started
            pose = landmarker.detect(image, seconds)
            with self._counting:
                if self._tracker is None or exercise != self._exercise:
                    self._session.done += self._tracker.sets if self._tracker else []
                    self._tracker, self._exercise = SetTracker(exercise), exercise
                result = self._tracker.update(pose, seconds)
                self._session.add(result, image.shape[1] / image.shape[0])
            return result

    def prepare(self) -> None:
        """Open the landmarker while the visitor is still asked for the camera. Raises BadInput as `process` does."""
        with self._lock, sentence_for("posture.live_failed"):
            self._open_landmarker()

    def _open_landmarker(self) -> Landmarker:
        if self._closed:
            raise BadInput("posture.live_ended")
        if self._landmarker is None:
            self._landmarker = Landmarker()
        return self._landmarker

    @contextmanager
    def _begun_anew_after_trouble(self) -> Iterator[None]:
        try:
            yield
        except Exception:
            self._tracker = None
            self._release()
            raise

    def restart(self) -> None:
        """Count from nothing."""
        with self._lock:
            self._tracker = None

    def report(self, language: str) -> dict[str, Any] | None:
        """What the sets so far were like, for the page; None if nothing was tried. No frame under way is waited for."""
        with self._counting:
            return self._session.report(self._tracker.sets if self._tracker else [], language)

    def close(self) -> None:
        """Give back what the landmarker holds. A frame under way is finished first; no other is looked at."""
        with self._lock:
            self._closed = True
            self._release()

    def _release(self) -> None:
        if self._landmarker is not None:
            self._landmarker.close()
            self._landmarker = None
