"""Arrays as text: what is written is what the standard says, and what is none is refused."""

import base64
import struct

import numpy as np
import pytest

from demos.common.base64_arrays import decode_floats, encode_bytes, encode_floats


def test_floats_are_little_endian_and_in_c_order() -> None:
    numbers = np.array([[1.5, -2.0], [3.25, 1e-30]], dtype=np.float64)
    written = base64.b64decode(encode_floats(numbers))
    assert written == struct.pack("<4f", 1.5, -2.0, 3.25, 1e-30)
    assert base64.b64decode(encode_floats(numbers.T)) == struct.pack("<4f", 1.5, 3.25, -2.0, 1e-30)


def test_what_was_written_is_read_back() -> None:
    numbers = np.linspace(-3, 3, 7, dtype=np.float32)
    read = decode_floats(encode_floats(numbers))
    assert read.dtype == np.float32
    assert read.flags.writeable
    np.testing.assert_array_equal(read, numbers)
    assert decode_floats("").shape == (0,)


def test_bytes_are_written_as_they_are() -> None:
    assert encode_bytes(b"\x00\xff") == "AP8="
    assert encode_bytes(np.array([0, 255], dtype=np.uint8)) == "AP8="  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A", "no base64"),
        ("AA=A", "no base64"),
        ("ä===", "ASCII"),
        ("AAAAAAAA*AAAAAAAA", "no base64"),
        ("AP8=", "2 bytes"),
    ],
)
def test_anything_else_is_refused(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        decode_floats(text)
