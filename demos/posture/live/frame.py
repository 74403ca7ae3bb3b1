"""A frame of a camera, from JPEG. Checked before it is unpacked, and never on a disk."""

import cv2
import numpy as np

from demos.common.errors import BadInput

START = b"\xff\xd8"
SIZED = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # markers of a frame header, which holds the size


def decode(data: bytes, longest: int) -> np.ndarray:
    """The image of a JPEG file, (H, W, 3) uint8 RGB. Raises BadInput for anything else, and for more than `longest`
    pixels on a side: the size is read from the file's head, before any pixel."""
    width, height = size_of(data)
    if max(width, height) > longest:
        raise BadInput("posture.frame_too_large", width=width, height=height, limit=longest)
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION)
    if image is None:
        raise BadInput("posture.not_an_image")
    return image


def size_of(data: bytes) -> tuple[int, int]:
    """Width and height that a JPEG file's head names (ITU-T T.81, B.2). Raises BadInput for what is none."""
    place = len(START)
    while data.startswith(START) and data[place : place + 1] == b"\xff" and place + 9 <= len(data):
        if data[place + 1] in SIZED:
            height, width = (int.from_bytes(data[place + at : place + at + 2]) for at in (5, 7))
            return width, height
        place += 2 + int.from_bytes(data[place + 2 : place + 4])
    raise BadInput("posture.not_an_image")
