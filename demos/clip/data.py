"""Images as visitors have them: turned by EXIF, transparent, 16 bits deep, animated, cut off, or none at all."""

import hashlib
import os
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from demos.common.errors import BadInput

MAX_PIXELS = 64_000_000  # 256 MB while an image is opened
MAX_JPEG_PIXELS = 160_000_000  # JPEGs can be read at a fraction of their size
SUFFIXES = frozenset((".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif", ".ppm", ".pgm"))


@dataclass(frozen=True)
class LoadedImage:
    """An image as it is meant to be seen: upright, opaque, RGB. `key` is the file's sha256."""

    name: str
    key: str
    image: Image.Image


def read(file: Path | str) -> LoadedImage:
    """The image in `file`; of an animation the first frame; transparent parts become white.

    Raises BadInput if there is no such file, if it is no image that can be read, if it is cut off or damaged, or if
    it has more than MAX_PIXELS (JPEG: MAX_JPEG_PIXELS). The size is checked before any pixel is unpacked.
    """
    file = Path(file)
    if not os.path.isfile(file):
        raise BadInput("clip.no_such_file", name=file.name)
    data = file.read_bytes()
    if not data:
        raise BadInput("clip.empty_file", name=file.name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is lower
            with Image.open(file) as opened:
                _check_size(opened, file.name)
                image = _flat(ImageOps.exif_transpose(next(iter(ImageSequence.Iterator(opened)))))
    except BadInput:
        raise
    except Image.DecompressionBombError as error:
        raise BadInput("clip.too_many_pixels", name=file.name, limit=MAX_PIXELS // 1_000_000) from error
    except UnidentifiedImageError as error:
        raise BadInput("clip.not_an_image", name=file.name) from error
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, OverflowError) as error:
        raise BadInput("clip.damaged", name=file.name) from error
    return LoadedImage(file.name, hashlib.sha256(data).hexdigest(), image)


def _check_size(opened: Image.Image, name: str) -> None:
    limit = MAX_JPEG_PIXELS if opened.format == "JPEG" else MAX_PIXELS
    if opened.width * opened.height > limit:
        raise BadInput("clip.too_many_pixels", name=name, limit=limit // 1_000_000)
    if opened.width * opened.height > MAX_PIXELS:
        opened.draft("RGB", (opened.width // 2, opened.height // 2))


def _flat(image: Image.Image) -> Image.Image:
    """Any mode of Pillow → opaque 8-bit RGB."""
    if image.mode.startswith("I") or image.mode == "F":
        return _eight_bits(image).convert("RGB")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    return image.convert("RGB")


def _eight_bits(image: Image.Image) -> Image.Image:
    """Greys of 16 or 32 bits or floats: 16-bit by their full range, others by what occurs in the image."""
    grey = np.asarray(image).astype(np.float32)
    grey = np.nan_to_num(grey, nan=0.0, posinf=0.0, neginf=0.0)
    low, high = (0.0, 65535.0) if 255 < grey.max() <= 65535 and grey.min() >= 0 else (grey.min(), grey.max())
    return Image.fromarray(((grey - low) / max(high - low, 1e-12) * 255).round().astype(np.uint8))


def images_in(folder: Path) -> Iterator[Path]:
    """All image files below `folder`, by name. Raises BadInput if there is no such folder."""
    if not folder.is_dir():
        raise BadInput("clip.no_such_folder", name=str(folder))
    yield from (path for path in sorted(folder.rglob("*")) if path.suffix.lower() in SUFFIXES and path.is_file())
