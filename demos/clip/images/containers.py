"""What lies around the pixels of an image file: text that PNGs carry, the end mark that a JPEG lost, and HEIC."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from PIL import Image, JpegImagePlugin

PNG = b"\x89PNG\r\n\x1a\n"
TEXTS = (b"tEXt", b"zTXt", b"iTXt")
MOST_KEPT = 1 << 16  # bytes of a text that may tell how the image is turned (XMP)
MOST_COPIED = 1 << 25  # bytes of a file that is copied without its texts
END = b"\xff\xd9"  # of a JPEG
STRIP = 256  # rows, an even number
MOST_COMPARED = 6000  # pixels of a side
NOISE = bytes(1 + value * 97 % 251 for value in range(1 << 16))  # no byte is 0xFF, so none is a mark


@cache
def register() -> None:
    """Let Pillow read HEIC, the format of iPhones."""
    import pillow_heif

    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)


def halved(source: BinaryIO, opened: Image.Image) -> Image.Image:
    """The HEIC that `opened` opens from `source`, at half its size.

    It is made smaller strip by strip from the three bytes a pixel that libheif gives, so Pillow's four never stand
    beside them.
    """
    import pillow_heif

    source.seek(0)
    image = pillow_heif.open_heif(source)
    (width, height), content, stride = image.size, memoryview(image.data), image.stride
    half = Image.new("RGB", (-(-width // 2), -(-height // 2)))
    half.info = dict(opened.info)
    for top in range(0, height, STRIP):
        rows = min(STRIP, height - top)
        part = content[top * stride : (top + rows) * stride].tobytes()
        half.paste(Image.frombuffer("RGB", (width, rows), part, "raw", "RGB", stride, 1).reduce(2), (0, top // 2))
    return half


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The file, without the texts of a PNG: Pillow refuses an image whose texts are long."""
    with path.open("rb") as file:
        texts = _texts(file)
        if not texts or path.stat().st_size > MOST_COPIED:
            file.seek(0)
            yield file
            return
        kept, at = [], 0
        for start, end in texts:
            file.seek(at)
            kept.append(file.read(start - at))
            at = end
        file.seek(at)
        yield BytesIO(b"".join([*kept, file.read()]))


def _texts(file: BinaryIO) -> list[tuple[int, int]]:
    """Where the texts of a PNG begin and end (W3C, PNG, section 5.3): length, type, so many bytes and a checksum."""
    found = []
    if file.read(len(PNG)) == PNG:
        while len(head := file.read(8)) == 8:
            length, kind = int.from_bytes(head[:4], "big"), head[4:]
            start = file.tell() - 8
            turned = kind == b"iTXt" and length < MOST_KEPT and file.read(20).startswith(b"XML:com.adobe.xmp\0\0")
            if kind in TEXTS and not turned:
                found.append((start, start + 12 + length))
            file.seek(start + 12 + length)
    return found


def coefficient_bytes(opened: Image.Image) -> float:
    """Bytes for each pixel that libjpeg keeps until a JPEG's last scan: none if it is written from top to bottom."""
    if not isinstance(opened, JpegImagePlugin.JpegImageFile) or "progressive" not in opened.info:
        return 0.0
    samples = [across * down for _, across, down, _ in opened.layer]
    return 2.0 * sum(samples) / max(samples)


def mended(source: BinaryIO) -> bytes | None:
    """The JPEG with the mark at its end, if it holds all of its pixels and only lacks that mark; else None.

    Where pixels are missing, libjpeg takes for them whatever follows; so two different ends make two images.
    """
    source.seek(0)
    content = source.read()
    if not content.startswith(b"\xff\xd8\xff"):
        return None
    body = content.rstrip(b"\0")
    if len(body) < len(content) and body.endswith(b"\xff"):
        body += b"\0"  # which together are a byte of pixels
    try:
        whole = not body.endswith(END) and _digest(body + END) == _digest(body + NOISE + END)
    except (OSError, SyntaxError, ValueError):
        return None
    return body + END if whole else None


def _digest(content: bytes) -> bytes:
    with Image.open(BytesIO(content), formats=("JPEG",)) as image:
        image.draft("", (min(image.width, MOST_COMPARED), min(image.height, MOST_COMPARED)))
        found = hashlib.sha256()
        for top in range(0, image.height, 256):
            found.update(image.crop((0, top, image.width, min(top + 256, image.height))).tobytes())
        return found.digest()
