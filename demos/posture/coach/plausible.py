"""Poses that no body does: a trunk that changes its length or turns over between two frames.

A landmarker that loses somebody for a moment draws them somewhere else. Such a pose is as good as none.
"""

from collections import deque
from statistics import median

import numpy as np

from demos.posture.pose.landmarks import Pose
from demos.posture.pose.measures import point

# The synthetic athlete with the errors of real videos, at up to double speed, stays below a ratio of 1.6 and 26 degrees
# beside 150 a second; ten real videos below 1.5 and 8 degrees.
STRETCH = 1.8  # times the usual length: how much longer or shorter the trunk may be
TURNED, FASTEST = 40.0, 250.0  # degrees that it may turn between two frames however near, and degrees a second besides
LONGEST = 0.2  # seconds that are taken for the time to turn: later it is no longer one movement
KNOWN = 1.0  # seconds of poses whose length is usual
STUBBORN = 1.0  # seconds after which what seemed impossible is believed: somebody else came, or the camera was turned


class Plausible:
    """Looks at one stream of poses."""

    def __init__(self) -> None:
        self._lengths: deque[tuple[float, float]] = deque()  # seconds, metres
        self._trunk: np.ndarray | None = None  # where the trunk pointed last, length one

    def accepts(self, pose: Pose) -> bool:
        """Whether a body can stand like this after what was seen."""
        trunk = point(pose.world, "shoulder") - point(pose.world, "hip")
        length = float(np.linalg.norm(trunk))
        if not length > 0:  # NaN as well
            return False
        if self._lengths and pose.seconds - self._lengths[-1][0] > STUBBORN:
            self._lengths.clear()
        if self._lengths and not self._possible(pose.seconds, length, trunk / length):
            return False
        self._trunk = trunk / length
        self._lengths.append((pose.seconds, length))
        while self._lengths[0][0] < pose.seconds - KNOWN:
            self._lengths.popleft()
        return True

    def _possible(self, seconds: float, length: float, trunk: np.ndarray) -> bool:
        usual = median(known for _, known in self._lengths)
        turned = float(np.degrees(np.arccos(np.clip(trunk @ self._trunk, -1, 1))))
        step = min(seconds - self._lengths[-1][0], LONGEST)
        return usual / STRETCH < length < usual * STRETCH and turned < TURNED + FASTEST * step
