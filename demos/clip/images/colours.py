"""From what a file stores to what is meant to be seen: opaque RGB of 8 bits in sRGB, upright."""

from collections.abc import Callable
from hashlib import sha256
from io import BytesIO
from typing import Any

import numpy as np
from PIL import ExifTags, Image, ImageCms

from demos.common.byte_cache import ByteCache

UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # by EXIF's orientation (Exif 2.3, section 4.6.4)
STRIP = 1 << 20  # pixels that are changed at once
ROOM = 1.06  # of the memory that is promised
SPACES = {"RGB ": ("RGB", ("RGB", "RGBA", "P", "PA")), "GRAY": ("L", ("L", "LA")), "CMYK": ("CMYK", ("CMYK",))}
SAME = 2  # levels of 255 by which a profile may differ from sRGB and still be taken for it

TRANSFORM = 1 << 20  # bytes of a way to sRGB at most, beside its profile: a table of 17⁴ × 3 numbers, or of 33³ × 3

Strip = Callable[[Image.Image], Image.Image]
Way = tuple[str, Any, tuple[str, ...]]  # the mode that a profile describes, from there to sRGB, the modes it fits

_ways: ByteCache[str, tuple[int, Way | None]] = ByteCache(32 << 20, size=lambda known: known[0])  # by the sha256


def seen(image: Image.Image, held: float, most: int) -> Image.Image:
    """`image` as it is meant to be seen, made smaller where a copy of it would take more than `most` bytes.

    `held` are the bytes that its decoder keeps for each pixel.
    """
    pixels, turned = image.width * image.height, UPRIGHT.get(_orientation(image))
    change = _change(image)
    if turned is None and change is None and pixels * (held + 4) > ROOM * most:
        return image
    smaller = 1
    while pixels * max(held + 4 / smaller**2, 8 / smaller**2) > ROOM * most and smaller < 64:
        smaller *= 2
    flat = Image.new("RGB", (-(-image.width // smaller), -(-image.height // smaller)))
    rows = max(1, STRIP // image.width // smaller) * smaller
    for top in range(0, image.height, rows):
        strip = image.crop((0, top, image.width, min(top + rows, image.height)))
        strip = change(strip) if change else strip
        flat.paste(strip.reduce(smaller) if smaller > 1 else strip, (0, top // smaller))
    return flat if turned is None else flat.transpose(turned)


def _orientation(image: Image.Image) -> Any:
    try:
        return image.getexif().get(ExifTags.Base.Orientation)
    except Exception:  # EXIF that nobody can read turns nothing
        return None


def _change(image: Image.Image) -> Strip | None:
    """What makes opaque RGB of a part of `image`; None if it is that already."""
    clear = image.info.get("transparency")
    if image.mode.startswith("I") or image.mode == "F":
        return _eight_bits(image, clear)
    if image.mode == "RGB" and isinstance(clear, tuple) and max(clear) > 255:  # 16 bits, of which 8 were kept
        image.info["transparency"] = tuple(level >> 8 for level in clear)
    profile = _profile(image)
    if image.mode == "RGB" and not image.has_transparency_data and profile is None:
        return None

    def change(strip: Image.Image) -> Image.Image:
        colours = strip.convert("RGB") if profile is None else _in_srgb(strip, *profile)
        if not strip.has_transparency_data:
            return colours
        white = Image.new("RGB", strip.size, "white")
        return Image.composite(colours, white, strip.convert("RGBA").getchannel("A"))

    return change


def _eight_bits(image: Image.Image, clear: Any) -> Strip:
    """Greys of 16 or 32 bits or floats: 16-bit by their full range, others by what occurs in the image."""
    low, high = 0.0, 65535.0
    if not image.mode.startswith("I;16"):
        rows = max(1, STRIP // image.width)
        tops = range(0, image.height, rows)
        strips = (_greys(image.crop((0, top, image.width, min(top + rows, image.height)))) for top in tops)
        least, largest = np.array([(strip.min(), strip.max()) for strip in strips]).T
        least, largest = float(least.min()), float(largest.max())
        if not (255 < largest <= high and least >= 0):
            low, high = least, largest
    return lambda strip: _grey_strip(strip, low, high, clear)


def _greys(strip: Image.Image) -> np.ndarray[Any, np.dtype[np.float32]]:
    return np.nan_to_num(np.asarray(strip).astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)


def _grey_strip(strip: Image.Image, low: float, high: float, clear: Any) -> Image.Image:
    greys = _greys(strip)
    levels = ((greys - low) / max(high - low, 1e-12) * 255).round().astype(np.uint8)
    if isinstance(clear, int):
        levels[greys == clear] = 255
    return Image.fromarray(levels).convert("RGB")


def _profile(image: Image.Image) -> tuple[str, Any] | None:
    """The mode that the image's colour profile describes, and the way from there to sRGB; None if nothing changes."""
    found = image.info.get("icc_profile")
    if not isinstance(found, bytes):
        return None
    key = sha256(found).hexdigest()
    known = _ways.get(key)
    if known is None:
        known = len(found) + TRANSFORM, _to_srgb(found)
        _ways.keep({key: known})
    way = known[1]
    return way[:2] if way and image.mode in way[2] else None


def _to_srgb(profile: bytes) -> Way | None:
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        mode, modes = SPACES[source.profile.xcolor_space]
        way = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB")
        levels = np.linspace(0, 255, 6, dtype=np.uint8)
        samples = np.stack(np.meshgrid(levels, levels, levels), -1).reshape(36, 6, 3)
        if mode != "CMYK":
            plain = Image.fromarray(samples).convert(mode)
            changed = ImageCms.applyTransform(plain, way)
            difference = np.asarray(changed).astype(int) - np.asarray(plain.convert("RGB"))
            if np.abs(difference).max() <= SAME:
                return None
    except Exception:  # a profile that nobody can read says nothing
        return None
    return mode, way, modes


def _in_srgb(strip: Image.Image, mode: str, way: Any) -> Image.Image:
    changed = ImageCms.applyTransform(strip.convert(mode), way)
    assert changed is not None  # not in place
    return changed
