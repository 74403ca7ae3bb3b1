"""Small images for the page, as data addresses."""

import io

from PIL import Image

from demos.clip.data import LoadedImage
from demos.common.base64_arrays import encode_bytes
from demos.common.byte_cache import ByteCache

SIDE = 480  # pixels on the longer side
# By the image's sha256 and the side: some thousand small ones, or some dozen as large as a screen.
_thumbnails: ByteCache[tuple[str, int], str] = ByteCache(32 * 2**20, size=len)


def thumbnail(image: LoadedImage, side: int = SIDE) -> str:
    """A small JPEG as a data address, remembered by the image's content."""
    known = _thumbnails.get((image.key, side))
    if known is not None:
        return known
    small = image.image.copy()
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    address = data_address(small)
    _thumbnails.keep({(image.key, side): address})
    return address


def data_address(image: Image.Image, quality: int = 85) -> str:
    """An image as a data address of its own JPEG, `quality` as Pillow counts it (1 to 95)."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return f"data:image/jpeg;base64,{encode_bytes(buffer.getvalue())}"
