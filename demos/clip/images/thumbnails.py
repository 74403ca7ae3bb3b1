"""Small images for the page, as data addresses."""

import io
import threading
from collections import OrderedDict

from PIL import Image

from demos.clip.data import LoadedImage
from demos.common.base64_arrays import encode_bytes

SIDE = 480  # pixels on the longer side
REMEMBERED = 256
_thumbnails: "OrderedDict[tuple[str, int], str]" = OrderedDict()  # by the image's sha256 and the side
_lock = threading.Lock()


def thumbnail(image: LoadedImage, side: int = SIDE) -> str:
    """A small JPEG as a data address, remembered by the image's content."""
    with _lock:
        if (image.key, side) in _thumbnails:
            _thumbnails.move_to_end((image.key, side))
            return _thumbnails[image.key, side]
    small = image.image.copy()
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    address = data_address(small)
    with _lock:
        _thumbnails[image.key, side] = address
        while len(_thumbnails) > REMEMBERED:
            _thumbnails.popitem(last=False)
    return address


def data_address(image: Image.Image, quality: int = 85) -> str:
    """An image as a data address of its own JPEG, `quality` as Pillow counts it (1 to 95)."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return f"data:image/jpeg;base64,{encode_bytes(buffer.getvalue())}"
