"""Images as visitors have them: turned by EXIF, transparent, 16 bits deep, animated, cut off, or none at all.

Whatever the format, opening one takes no more memory than MAX_PIXELS colours of four bytes: formats that unpack into
more are held to fewer pixels, JPEGs and large HEICs are unpacked at a fraction of their size, and what is done to the
colours is done strip by strip.
"""

import hashlib
import os
import struct
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageFile, ImageSequence, UnidentifiedImageError

from demos.clip.images import colours, containers
from demos.common.errors import BadInput

MAX_PIXELS = 64_000_000  # 256 MB while an image is opened
MAX_JPEG_PIXELS = 160_000_000  # JPEGs can be read at a fraction of their size
BYTES = 4  # of a pixel in memory, whatever its colours
# What a pixel takes while it is unpacked, as the tests measure it. No other format is opened.
FORMATS = dict.fromkeys(("JPEG", "PNG", "GIF", "BMP", "DIB", "PPM", "TGA", "PCX"), 4.0)
FORMATS |= {"ICO": 8.0, "TIFF": 4.0, "WEBP": 17.0, "AVIF": 12.0, "HEIF": 7.5, "JPEG2000": 20.0}
HALVED = 5.2  # of a HEIC that is unpacked at half its size: 4.5 while libheif decodes it
STUMBLES = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    LookupError,
    ArithmeticError,
    struct.error,
    zlib.error,
    MemoryError,
)
SUFFIXES = frozenset(
    f".{end}"
    for end in (
        *("jpg", "jpeg", "jpe", "jfif", "mpo", "png", "apng", "webp", "gif", "bmp", "dib", "tif", "tiff"),
        *("heic", "heif", "hif", "heics", "heifs", "avif", "avifs", "jp2", "j2k", "jpc", "jpf", "jpx", "j2c"),
        *("ppm", "pgm", "pbm", "pnm", "pfm", "tga", "icb", "vda", "vst", "pcx", "ico"),
    )
)


@dataclass(frozen=True)
class LoadedImage:
    """An image as it is meant to be seen: upright, opaque, RGB. `key` is the file's sha256."""

    name: str
    key: str
    image: Image.Image


@dataclass(frozen=True)
class File:
    """A file that may be an image, not yet unpacked. `name` is for people; `key` the content's sha256."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    @cached_property
    def key(self) -> str:
        """Raises BadInput if there is no such file or nothing is in it."""
        if not os.path.isfile(self.path):
            raise BadInput("clip.no_such_file", name=self.name)
        if not self.path.stat().st_size:
            raise BadInput("clip.empty_file", name=self.name)
        with self.path.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()


def read(file: Path | str | File, enough: int = 0) -> LoadedImage:
    """The image in `file`; of an animation the first frame; transparent parts become white.

    `enough` is the length in pixels that suffices for the shorter side: a larger JPEG is then read at a half, a quarter
    or an eighth of its size, which takes a fraction of the time. Raises BadInput if there is no such file, if it is no
    image that can be read, if it is cut off or damaged, or if it has more pixels than its format allows (MAX_PIXELS at
    most, JPEG: MAX_JPEG_PIXELS). The size is checked before any pixel is unpacked.
    """
    file = file if isinstance(file, File) else File(Path(file))
    name, key = file.name, file.key
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # our own limit is lower, and damaged marks are no news to a visitor
            image = _unpacked(file.path, name, enough)
    except BadInput:
        raise
    except Image.DecompressionBombError as error:
        raise BadInput("clip.too_many_pixels", name=name, limit=MAX_PIXELS // 1_000_000) from error
    except UnidentifiedImageError as error:
        raise BadInput("clip.not_an_image", name=name) from error
    except STUMBLES as error:
        raise BadInput("clip.damaged", name=name) from error
    return LoadedImage(name, key, image)


def _unpacked(path: Path, name: str, enough: int) -> Image.Image:
    with containers.opened(path) as source:
        try:
            return _image(source, name, enough)
        except OSError:
            whole = containers.mended(source)
            if whole is None:
                raise
            return _image(BytesIO(whole), name, enough)


def _image(source: BinaryIO, name: str, enough: int) -> Image.Image:
    containers.register()
    with Image.open(source, formats=tuple(FORMATS)) as opened:
        held = _fit(opened, name, enough)
        if held == HALVED:
            return colours.seen(containers.halved(source, opened), BYTES, BYTES * MAX_PIXELS)
        frame = next(iter(ImageSequence.Iterator(opened)))
        frame.load()
        return colours.seen(frame, held, BYTES * MAX_PIXELS)


def _fit(opened: ImageFile.ImageFile, name: str, enough: int) -> float:
    """Check the size, and have a JPEG unpacked no larger than it should be. Returns the bytes that a pixel takes.

    HALVED says that the image, a HEIC as phones take it with 48 megapixels, has room at half its size only.
    """
    kind = "JPEG" if opened.format == "MPO" else str(opened.format)  # several JPEGs, of which the first is opened
    pixels, most, takes = opened.width * opened.height, BYTES * MAX_PIXELS, FORMATS[kind]
    if kind == "TIFF" and opened.info.get("compression") != "raw":
        takes = 6.0
    if kind == "HEIF" and (opened.info.get("chroma"), opened.info.get("bit_depth")) != (420, 8):
        takes = 13.0
    if kind == "HEIF" and takes < 13 and opened.mode == "RGB" and pixels * takes > most:
        takes = HALVED
    if kind != "JPEG":
        if pixels * takes > most:
            raise BadInput("clip.too_many_pixels", name=name, limit=int(most / takes) // 1_000_000)
        return takes
    waiting = containers.coefficient_bytes(opened)
    scale = max((s for s in (1, 2, 4, 8) if min(opened.size) / s >= enough), default=1) if enough else 1
    while scale < 8 and pixels * (waiting + takes / scale**2) > most:
        scale *= 2
    if pixels > MAX_JPEG_PIXELS or pixels * (waiting + takes / scale**2) > most:
        limit = min(MAX_JPEG_PIXELS, most / (waiting + takes / 64))
        raise BadInput("clip.too_many_pixels", name=name, limit=int(limit) // 1_000_000)
    if scale > 1:
        opened.draft("", (opened.width // scale, opened.height // scale))
    return takes


def images_in(folder: Path) -> Iterator[Path]:
    """All image files below `folder`, by name. Raises BadInput if there is no such folder."""
    if not folder.is_dir():
        raise BadInput("clip.no_such_folder", name=str(folder))
    yield from (path for path in sorted(folder.rglob("*")) if path.suffix.lower() in SUFFIXES and path.is_file())
