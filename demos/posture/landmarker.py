"""The pose landmarker: an image in, the 33 landmarks of one person out.

A thin wrapper around MediaPipe's PoseLandmarker (BlazePose, Bazarevsky et al. 2020, arXiv:2006.10204), which follows a
person from frame to frame. So each stream of frames needs a landmarker of its own, and must close it.
"""

from types import TracebackType
from typing import Self

import mediapipe as mp
import numpy as np
from mediapipe.tasks.python import vision
from mediapipe.tasks.python.core.base_options import BaseOptions

from demos.common.models import weights
from demos.posture.landmarks import Pose, fused

NAME = "posture/pose_landmarker.task"


class Landmarker:
    """Landmarks for one stream of images. Use it as a context manager, or call `close()`."""

    def __init__(self) -> None:
        options = vision.PoseLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(weights.path(NAME))),
            running_mode=vision.RunningMode.VIDEO,
        )
        self._landmarker = vision.PoseLandmarker.create_from_options(options)
        self._milliseconds = -1

    def detect(self, image: np.ndarray, seconds: float) -> Pose | None:
        """The person in `image` (H, W, 3) uint8 RGB, or None. `seconds` should grow from call to call."""
        self._milliseconds = max(self._milliseconds + 1, round(seconds * 1000))  # MediaPipe refuses time standing still
        mp_image = mp.Image(image_format=mp.ImageFormat.SRGB, data=np.ascontiguousarray(image))
        found = self._landmarker.detect_for_video(mp_image, self._milliseconds)
        if not found.pose_landmarks:
            return None
        points = found.pose_landmarks[0]
        places = np.array([(p.x, p.y, p.z) for p in points], dtype=np.float32)
        world = np.array([(p.x, p.y, p.z) for p in found.pose_world_landmarks[0]], dtype=np.float32)
        visibility = np.array([p.visibility for p in points], dtype=np.float32)
        return Pose(seconds, places, fused(places, world, image.shape[1] / image.shape[0]), visibility)

    def close(self) -> None:
        """Give back the native memory. Closing twice is allowed."""
        if self._landmarker is not None:
            self._landmarker.close()
            self._landmarker = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:  # a visitor may leave without saying so
        if getattr(self, "_landmarker", None) is not None:
            self.close()
