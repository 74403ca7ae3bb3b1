"""A batch of images as the page sends it, checked before anything is done with it."""

import base64
from dataclasses import dataclass

from demos.common.errors import BadInput

MOST_IMAGES = 12  # of one batch
MOST_BYTES = 24_000_000  # of one image
MOST_NUMBER = 10_000_000  # that the page gives an image


@dataclass(frozen=True)
class Sent:
    """An image as it comes from the page: its number there, its name, its bytes, and whether the page can show it."""

    number: int
    name: str
    content: bytes
    shown: bool = True


def read_batch(images: object) -> list[Sent]:
    """The images of a batch as the page sends them: [{number, name, data: base64, shown}]. Raises BadInput."""
    if not isinstance(images, list) or len(images) > MOST_IMAGES:
        raise BadInput("clip.gallery_bad_batch")
    sent = []
    for image in images:
        number, name, data = (image.get(key) if isinstance(image, dict) else None for key in ("number", "name", "data"))
        if not isinstance(number, int) or not 0 <= number < MOST_NUMBER or not isinstance(name, str):
            raise BadInput("clip.gallery_bad_batch")
        if not isinstance(data, str) or len(data) > MOST_BYTES * 4 // 3:
            raise BadInput("clip.gallery_bad_batch")
        try:
            content = base64.b64decode(data, validate=True)
        except ValueError as error:
            raise BadInput("clip.gallery_bad_batch") from error
        sent.append(Sent(number, name[:1_000], content, image.get("shown") is True))
    return sent
