"""What the page sends is checked where it enters."""

import base64
from typing import Any

import pytest

from demos.clip.gallery import batch
from demos.clip.gallery.batch import Sent, read_batch
from demos.common.errors import BadInput

GOOD = {"number": 3, "name": "a.png", "data": base64.b64encode(b"content").decode(), "shown": True}


def test_a_batch_is_read() -> None:
    assert read_batch([]) == []
    assert read_batch([GOOD, GOOD | {"number": 0, "shown": False}]) == [
        Sent(3, "a.png", b"content", True),
        Sent(0, "a.png", b"content", False),
    ]
    assert len(read_batch([GOOD | {"name": "n" * 5_000}])[0].name) == 1_000


@pytest.mark.parametrize(
    "images",
    [
        None,
        {},
        "text",
        [None],
        [[]],
        [{}],
        [GOOD] * (batch.MOST_IMAGES + 1),
        [GOOD | {"number": -1}],
        [GOOD | {"number": 1e9}],
        [GOOD | {"number": 10**9}],
        [GOOD | {"number": "3"}],
        [GOOD | {"name": None}],
        [GOOD | {"data": None}],
        [GOOD | {"data": "no base64!"}],
        [GOOD | {"data": "AAA"}],
        [GOOD | {"data": "Ä"}],
        [GOOD | {"data": {"path": "/etc/passwd"}}],
    ],
)
def test_anything_else_is_refused(images: Any) -> None:
    with pytest.raises(BadInput) as refusal:
        read_batch(images)
    assert refusal.value.key == "clip.gallery_bad_batch"


def test_an_image_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "MOST_BYTES", 6)
    assert read_batch([GOOD | {"data": base64.b64encode(b"123456").decode()}])
    with pytest.raises(BadInput):
        read_batch([GOOD | {"data": base64.b64encode(b"123456789").decode()}])
