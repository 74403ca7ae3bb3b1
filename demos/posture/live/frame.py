"""A frame of a camera, from JPEG. Checked before it is unpacked, and never on a disk."""

import io

import cv2
import numpy as np
from PIL import Image

from demos.common.errors import BadInput


def decode(data: bytes, longest: int) -> np.ndarray:
    """The image of a JPEG file, (H, W, 3) uint8 RGB. Raises BadInput for anything else, and for more than `longest`
    pixels on a side: the size is read from the file's head, before any pixel."""
    try:
        with Image.open(io.BytesIO(data), formats=["JPEG"]) as head:
            width, height = head.size
    except Exception as error:  # whatever a damaged file makes Pillow say
        raise BadInput("posture.not_an_image") from error
    if max(width, height) > longest:
        raise BadInput("posture.frame_too_large", width=width, height=height, limit=longest)
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
    if image is None:
        raise BadInput("posture.not_an_image")
    return cv2.cvtColor(image, cv2.COLOR_BGR2RGB)
