"""An address as a QR code (ISO/IEC 18004), level M: it is read also where 15% of it cannot be seen."""

import re
from typing import Any

import numpy as np

from demos.common.errors import BadInput

LONGEST = 280  # characters: up to 13 × 4 + 17 = 69 modules a side, which a phone reads from the back of a room
ADDRESS = re.compile(r"https?://[!-~]+")


def modules(address: object) -> np.ndarray:
    """(N, N) bool, true where it is dark, without the quiet zone. Raises BadInput for what is no web address."""
    if not isinstance(address, str) or len(address) > LONGEST or not ADDRESS.fullmatch(address):
        raise BadInput("start.qr_address", most=LONGEST)
    import cv2  # heavy: not before somebody asks for a code

    opencv: Any = cv2  # its type hints leave out the encoder
    parameters = opencv.QRCodeEncoder_Params()
    parameters.correction_level = opencv.QRCodeEncoder_CORRECT_LEVEL_M
    dark: np.ndarray = opencv.QRCodeEncoder_create(parameters).encode(address) == 0
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    return dark[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
