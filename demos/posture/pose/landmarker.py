"""The pose landmarker: an image in, the 33 landmarks of one person out; or of everybody in it.

A thin wrapper around MediaPipe's PoseLandmarker (BlazePose, Bazarevsky et al. 2020, arXiv:2006.10204), which follows a
person from frame to frame. So each stream of frames needs a landmarker of its own, and must close it. Looking for
people in a single image follows nobody: one finder serves all streams.
"""

from collections.abc import Sequence
from contextlib import nullcontext
from threading import Lock
from types import TracebackType
from typing import Self
from weakref import ReferenceType, ref

import mediapipe as mp
import numpy as np
from mediapipe.tasks.python import vision
from mediapipe.tasks.python.core.base_options import BaseOptions

from demos.common.models import weights
from demos.posture.pose.box import Box
from demos.posture.pose.landmarks import Pose, fused, in_sight
from demos.posture.pose.left_behind import closed_when_left
from demos.posture.pose.native_log import without_native_log

NAME = "posture/pose_landmarker.task"
MOST_PEOPLE = 4  # that are looked for in one image
GREY = 128  # what is painted over whoever is not looked for


def _options(mode: vision.RunningMode, people: int) -> vision.PoseLandmarkerOptions:
    return vision.PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(weights.path(NAME))), running_mode=mode, num_poses=people
    )


class Landmarker:
    """Landmarks for one stream of images. Use it as a context manager, or call `close()`."""

    _warned = False  # MediaPipe warns once in a process, about the first person that is found

    def __init__(self) -> None:
        options = _options(vision.RunningMode.VIDEO, 1)
        with without_native_log():
            self._landmarker = vision.PoseLandmarker.create_from_options(options)
        self._left = closed_when_left(self, self._landmarker)  # a visitor may leave without saying so
        self._milliseconds = -1

    def detect(self, image: np.ndarray, seconds: float) -> Pose | None:
        """The person in `image` (H, W, 3) uint8 RGB, or None. `seconds` should grow from call to call."""
        self._milliseconds = max(self._milliseconds + 1, round(seconds * 1000))  # MediaPipe refuses time standing still
        with nullcontext() if Landmarker._warned else without_native_log():
            found = self._landmarker.detect_for_video(_mediapipe_image(image), self._milliseconds)
        Landmarker._warned = Landmarker._warned or bool(found.pose_landmarks)
        return next(iter(_poses(found, image, seconds)), None)

    def follow(self, image: np.ndarray, seconds: float, box: Box) -> Pose | None:
        """From now on the person in this `box` of the `image`, whoever was followed so far.

        MediaPipe cannot be told whom to follow. But it lets go of whom it does not see any more, and then takes whom it
        sees: so it is shown nobody, and then nobody else.
        """
        nobody = np.full_like(image, GREY)
        self.detect(nobody, seconds)
        nobody[box.pixels(image)] = image[box.pixels(image)]
        return self.detect(nobody, seconds)

    def close(self) -> None:
        """Give back the native memory. Closing twice is allowed."""
        if self._left.detach():
            self._landmarker.close()
            self._landmarker = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class PeopleFinder:
    """Everybody in an image, up to MOST_PEOPLE. May be asked from any thread; images are not remembered."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._streams = 0  # that have asked for it and not closed it
        options = _options(vision.RunningMode.IMAGE, MOST_PEOPLE)
        with without_native_log():
            self._landmarker = vision.PoseLandmarker.create_from_options(options)
        self._left = closed_when_left(self, self._landmarker)  # when no stream holds it any more

    def find(self, image: np.ndarray, seconds: float, without: Box | None = None) -> list[Pose]:
        """The people in `image` (H, W, 3) uint8 RGB but for who is in the box `without`, whom it would cost to find."""
        if without is not None:
            image = image.copy()
            image[without.pixels(image)] = GREY
        with self._lock:
            found = self._landmarker.detect(_mediapipe_image(image))
        return _poses(found, image, seconds)

    def close(self) -> None:
        """One stream less looks with it: the last gives back the native memory."""
        global _shared
        with _sharing:
            self._streams -= 1
            if self._streams:
                return
            _shared = None
        self._left.detach()
        self._landmarker.close()


_shared: ReferenceType[PeopleFinder] | None = None
_sharing = Lock()


def people_finder() -> PeopleFinder:
    """The finder that all streams share: it is as large as a landmarker. Each stream closes it, once."""
    global _shared
    with _sharing:
        finder = _shared() if _shared else None
        if finder is None:
            finder = PeopleFinder()
            _shared = ref(finder)
        finder._streams += 1
        return finder


def _mediapipe_image(image: np.ndarray) -> mp.Image:
    return mp.Image(image_format=mp.ImageFormat.SRGB, data=np.ascontiguousarray(image))


def _poses(found: vision.PoseLandmarkerResult, image: np.ndarray, seconds: float) -> list[Pose]:
    """What MediaPipe found, as ours."""
    aspect = image.shape[1] / image.shape[0]
    poses = []
    for points, in_metres in zip(found.pose_landmarks, found.pose_world_landmarks, strict=True):
        places = _array([(p.x, p.y, p.z) for p in points])
        world = _array([(p.x, p.y, p.z) for p in in_metres])
        seen = in_sight(places, _array([p.visibility for p in points]))
        poses.append(Pose(seconds, places, fused(places, world, aspect), seen))
    return poses


def _array(values: Sequence[object]) -> np.ndarray:
    return np.array(values, dtype=np.float32)
