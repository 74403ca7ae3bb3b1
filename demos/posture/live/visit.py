"""One visitor in front of a webcam: a landmarker and a session that live as long as they stay."""

import time
from threading import Lock

import numpy as np

from demos.common.errors import BadInput
from demos.posture.coach.set_tracker import AUTO, Moment, Session
from demos.posture.landmarker import Landmarker


class Visit:
    """Takes pictures as they come, times them by the clock, and holds no picture."""

    def __init__(self) -> None:
        self._lock = Lock()  # a visitor's frames may arrive in two threads
        self._landmarker: Landmarker | None = None
        self._begin = time.monotonic()
        self._exercise = ""
        self._session: Session | None = None

    def see(self, picture: np.ndarray, exercise: str = AUTO) -> Moment:
        """The next picture, (H, W, 3) uint8 RGB. Another `exercise` begins a new session.

        Raises BadInput for something that is no colour picture.
        """
        if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8:
            raise BadInput("posture.not_a_picture")
        with self._lock:
            if self._session is None or exercise != self._exercise:
                self._session, self._exercise = Session(exercise), exercise
            if self._landmarker is None:
                self._landmarker = Landmarker()
            seconds = time.monotonic() - self._begin
            return self._session.see(self._landmarker.find(picture, seconds), seconds)

    def warm_up(self) -> None:
        """Load the networks once, so that they are in memory."""
        Session()
        self.see(np.zeros((48, 64, 3), np.uint8))
        self.close()

    def again(self) -> None:
        """Count from nothing."""
        with self._lock:
            self._session = None

    def close(self) -> None:
        """Give back what the landmarker holds."""
        with self._lock:
            if self._landmarker is not None:
                self._landmarker.close()
                self._landmarker = None
