"""Arrays of numbers as text for the page and for links: base64 of little-endian numbers (`page/base64.js` alike)."""

import base64
import binascii

import numpy as np
from numpy.typing import ArrayLike, NDArray


def encode_floats(numbers: ArrayLike) -> str:
    """32-bit floats, in C order."""
    return encode_bytes(np.ascontiguousarray(numbers, dtype="<f4").tobytes())


def encode_bytes(content: bytes) -> str:
    """Bytes as they are, an array of uint8 alike."""
    return base64.b64encode(content).decode("ascii")


def decode_floats(text: str) -> NDArray[np.float32]:
    """The 32-bit floats (N,) that `encode_floats` wrote. Raises ValueError if the text is anything else."""
    try:
        content = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(f"no base64: {error}") from error
    if len(content) % 4:
        raise ValueError(f"{len(content)} bytes are no 32-bit floats")
    return np.frombuffer(content, dtype="<f4").astype(np.float32)
