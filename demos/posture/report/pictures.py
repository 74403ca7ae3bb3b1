"""Small pictures of some moments of a video, as data: addresses, which hold the JPEG themselves. No file is written."""

import base64
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np

from demos.posture.video import video_file

SIDE = 240  # pixels of the longer side
QUALITY = 70
MOST = 60  # pictures of one report


def pictures(path: str | Path, seconds: Sequence[float]) -> Iterator[tuple[float, str]]:
    """The frames of the video at `path` at `seconds`, the first MOST of them in their order, as (second, address).

    Raises BadInput as `video_file.read` does.
    """
    wanted = sorted(set(seconds))[:MOST]
    before: video_file.Frame | None = None
    for frame in video_file.read(path, max_side=SIDE) if wanted else ():
        while wanted and frame.seconds >= wanted[0]:
            second = wanted.pop(0)
            nearer = before if before and second - before.seconds < frame.seconds - second else frame
            yield second, data_address(nearer.image)
        if not wanted:
            return
        before = frame


def data_address(image: np.ndarray) -> str:
    """A JPEG of `image` (H, W, 3) uint8 RGB as an address that an <img> shows."""
    done, data = cv2.imencode(".jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    assert done
    return "data:image/jpeg;base64," + base64.b64encode(data.tobytes()).decode()
