"""A camera's image from JPEG: measured by its head, before any pixel is unpacked."""

import cv2
import numpy as np
import pytest
from PIL import Image

from demos.common.errors import BadInput
from demos.posture.live.frame import decode, size_of

IMAGE = np.dstack([*np.meshgrid(np.arange(40), np.arange(30)), np.full((30, 40), 90)]).astype(np.uint8)


@pytest.mark.parametrize(
    "options", [{}, {"progressive": True}, {"exif": b"Exif\0\0" + b"x" * 300}, {"comment": b"x" * 999}]
)
def test_the_size_stands_in_the_head_of_every_kind_of_jpeg(tmp_path, options: dict) -> None:  # type: ignore[no-untyped-def,type-arg]
    file = tmp_path / "image.jpg"
    Image.fromarray(IMAGE).save(file, quality=95, **options)
    assert size_of(file.read_bytes()) == (40, 30)
    assert np.abs(decode(file.read_bytes(), 40).astype(int) - IMAGE).mean() < 3  # RGB, not BGR


@pytest.mark.parametrize("cut", range(0, 150, 7))
def test_a_head_that_ends_too_early_is_no_image(cut: int) -> None:
    data = cv2.imencode(".jpg", IMAGE)[1].tobytes()
    assert size_of(data) == (40, 30)
    with pytest.raises(BadInput) as refused:
        size_of(data[:cut])
    assert refused.value.key == "posture.not_an_image"


@pytest.mark.parametrize(
    "data", [b"\xff\xd8" + b"\xff\xe0\x00\x00" * 9, b"\xff\xd8" + b"\xff" * 400, b"\x89PNG\r\n" + b"\xff\xc0" * 99]
)
def test_what_only_looks_like_a_head_is_no_image(data: bytes) -> None:
    with pytest.raises(BadInput):
        decode(data, 70_000)
