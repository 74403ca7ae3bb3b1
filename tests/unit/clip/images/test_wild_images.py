"""Image files as found in the wild: read upright and in the right colours, or refused in one sentence."""

import hashlib
import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms, PngImagePlugin

from demos.clip import data
from demos.clip.images import colours, containers
from demos.common.byte_cache import ByteCache
from demos.common.errors import BadInput

ROOT = Path(__file__).parents[4]
RED, GREEN, BLUE, YELLOW, WHITE = (255, 0, 0), (0, 128, 0), (0, 0, 255), (255, 255, 0), (255, 255, 255)
CORNERS = (RED, GREEN, BLUE, YELLOW)


def four_corners() -> Image.Image:
    """160 × 120: red and green above blue and yellow."""
    corners = np.array(CORNERS, dtype=np.uint8).reshape(2, 2, 3)
    return Image.fromarray(corners.repeat(60, 0).repeat(80, 1))


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(pixels: np.ndarray, colour: int, *extra: bytes) -> bytes:
    """A PNG of 16-bit `pixels` (H, W, C) with the colour type given (0 grey, 2 RGB, 6 RGBA) and `extra` chunks."""
    header = struct.pack(">IIBBBBB", pixels.shape[1], pixels.shape[0], 16, colour, 0, 0, 0)
    rows = b"".join(b"\0" + row.tobytes() for row in pixels.astype(">u2"))
    chunks = [chunk(b"IHDR", header), *extra, chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def stored(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def read(folder: Path, content: bytes, name: str = "image") -> np.ndarray:
    (folder / name).write_bytes(content)
    image = data.read(folder / name).image
    assert image.mode == "RGB"
    return np.asarray(image)


def corners(pixels: np.ndarray) -> np.ndarray:
    """The colours (4, 3) in the middles of the quarters, row by row."""
    height, width = pixels.shape[:2]
    return pixels[np.ix_((height // 4, 3 * height // 4), (width // 4, 3 * width // 4))].reshape(4, 3)


def same(pixels: np.ndarray, expected: tuple = CORNERS, tolerance: int = 4) -> None:
    np.testing.assert_allclose(corners(pixels).astype(int), expected, atol=tolerance)


TURNED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("orientation", [*range(1, 9), 99])
def test_every_orientation_of_a_camera_is_undone(orientation: int, tmp_path: Path) -> None:
    exif, image = Image.Exif(), four_corners()
    exif[0x0112] = orientation
    taken = image.transpose(TURNED[orientation]) if orientation in TURNED else image
    pixels = read(tmp_path, stored(taken, "JPEG", exif=exif, quality=95))
    assert pixels.shape == (120, 160, 3)
    same(pixels)


KINDS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "TIFF", "BMP", "PPM", "TGA", "JPEG2000", "PCX", "ICO", "HEIF")
containers.register()  # Pillow saves HEIF with it, too


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_file_is_told_by_its_content(kind: str, tmp_path: Path) -> None:
    same(read(tmp_path, stored(four_corners(), kind), "wrong.png"))


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF"])
def test_the_first_of_many_frames_is_read(kind: str, tmp_path: Path) -> None:
    others = [Image.new("RGB", (160, 120), colour) for colour in ("black", "white")]
    same(read(tmp_path, stored(four_corners(), kind, save_all=True, append_images=others)))
    assert read(tmp_path, stored(others[0], kind, save_all=True, append_images=[four_corners()])).max() == 0


@pytest.mark.parametrize(("mode", "kind"), [("CMYK", "JPEG"), ("YCbCr", "JPEG"), ("RGBA", "PNG")])
def test_other_ways_to_store_colours_are_read(mode: str, kind: str, tmp_path: Path) -> None:
    same(read(tmp_path, stored(four_corners().convert(mode), kind)))


def test_lab_is_read(tmp_path: Path) -> None:
    same(read(tmp_path, stored(four_corners().convert("LAB"), "TIFF")), tolerance=25)


def test_progressive_jpeg_is_read(tmp_path: Path) -> None:
    same(read(tmp_path, stored(four_corners(), "JPEG", progressive=True, quality=95)))


def test_sixteen_bits_of_each_colour_are_read_and_what_is_clear_becomes_white(tmp_path: Path) -> None:
    deep = np.asarray(four_corners()).astype(np.uint16) * 257
    same(read(tmp_path, png(deep, 2)))
    alpha = np.full((120, 160, 1), 65535)
    alpha[:60] = 0
    same(read(tmp_path, png(np.concatenate([deep, alpha], 2), 6)), (WHITE, WHITE, BLUE, YELLOW))


def test_palettes_with_clear_or_half_clear_colours_are_laid_on_white(tmp_path: Path) -> None:
    palette = four_corners().quantize(4)
    same(read(tmp_path, stored(palette, "PNG")))
    at = [int(palette.getpixel(place)) for place in ((0, 0), (159, 0), (0, 119), (159, 119))]
    same(read(tmp_path, stored(palette, "PNG", transparency=at[3])), (RED, GREEN, BLUE, WHITE))
    alphas = bytearray(b"\xff" * 4)
    alphas[at[1]] = 128
    same(read(tmp_path, stored(palette, "PNG", transparency=bytes(alphas))), (RED, (127, 191, 127), BLUE, YELLOW))


def test_clear_grey_becomes_white(tmp_path: Path) -> None:
    assert read(tmp_path, stored(Image.new("LA", (160, 120), (0, 0)), "PNG")).min() == 255


RAMP = np.linspace(0, 65535, 160 * 120).astype(np.uint16).reshape(120, 160, 1)


def test_sixteen_bits_of_grey_are_read_by_their_full_range(tmp_path: Path) -> None:
    pixels = read(tmp_path, png(RAMP, 0))[..., 0].astype(int)
    assert np.abs(pixels - (RAMP[..., 0] // 257)).max() <= 1


def test_sixteen_bits_that_are_nearly_black_stay_so(tmp_path: Path) -> None:
    assert read(tmp_path, png(RAMP // 262, 0)).max() <= 1


def test_sixteen_bits_of_grey_with_a_clear_one_are_laid_on_white(tmp_path: Path) -> None:
    grey = np.where(RAMP < 30_000, 0, RAMP)
    pixels = read(tmp_path, png(grey, 0, chunk(b"tRNS", struct.pack(">H", 0))))
    assert pixels[:50].min() == 255
    assert 180 < pixels[90].mean() < 200


def test_floats_are_read_though_some_are_no_numbers(tmp_path: Path) -> None:
    values = np.linspace(-5, 5, 160 * 120, dtype=np.float32).reshape(120, 160)
    values[0, :2] = np.nan, np.inf
    pixels = read(tmp_path, stored(Image.fromarray(values), "TIFF"))
    assert pixels[0, 3].max() == 0
    assert pixels[-1, -1].min() == 255
    assert read(tmp_path, stored(Image.fromarray(np.full((9, 9), -7, np.int32)), "TIFF")).std() == 0


@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (5000, 1), (60_000, 8)])
def test_any_shape_is_read(size: tuple[int, int], tmp_path: Path) -> None:
    pixels = read(tmp_path, stored(Image.new("RGB", size, "red"), "PNG"))
    assert pixels.shape == (size[1], size[0], 3)
    assert pixels[0, 0].tolist() == list(RED)


@pytest.mark.parametrize(
    "name",
    [
        "사진 한 장.jpg",
        "🐶dog🐱.jpg",
        "new\nline.jpg",
        "tab\tquote'\".jpg",
        "<img src=x onerror=alert(1)>.jpg",
        "-dash.jpg",
        "a" * 240 + ".jpg",
        "UPPER.JPG",
        "café é.jpg",
        "..jpg",
        "%2e%2e%2f.jpg",
        "sp ace .jpg",
        "noext",
    ],
    ids=lambda name: name[:12].encode("unicode_escape").decode(),
)
def test_any_name_will_do(name: str, tmp_path: Path) -> None:
    if sys.platform == "win32" and set(name) & set('<>"\n\t'):
        pytest.skip("no file can have this name here")
    same(read(tmp_path, stored(four_corners(), "JPEG", quality=95), name))


def test_a_colour_profile_that_is_nonsense_is_left_out(tmp_path: Path) -> None:
    same(read(tmp_path, stored(four_corners(), "PNG", icc_profile=b"nonsense" * 100)))


def test_a_colour_profile_is_used(tmp_path: Path) -> None:
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack(">I", profile[128:132])[0]
    entries = {bytes(profile[at : at + 4]): at for at in range(132, 132 + 12 * count, 12)}
    red, blue = (slice(entries[name] + 4, entries[name] + 12) for name in (b"rXYZ", b"bXYZ"))
    profile[red], profile[blue] = profile[blue], profile[red]  # what is stored as red is meant as blue
    pixels = corners(read(tmp_path, stored(four_corners(), "PNG", icc_profile=bytes(profile)))).astype(int)
    assert pixels[0, 2] > 200 > 60 > pixels[0, 0]
    assert pixels[2, 0] > 200 > 60 > pixels[2, 2]


def test_colour_profiles_are_remembered_up_to_a_number_of_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: ByteCache[str, Any] = ByteCache(30_000_000, size=lambda known: known[0])
    monkeypatch.setattr(colours, "_ways", kept)
    image, profiles = Image.new("RGB", (1, 1)), [b"%d" % number * 9_000_000 for number in range(4)]
    for profile in profiles:
        image.info["icc_profile"] = profile
        assert colours._profile(image) is None
    remembered = [kept.get(hashlib.sha256(profile).hexdigest()) for profile in profiles]
    assert remembered == [None, None, *2 * [(9_000_000 + colours.TRANSFORM, None)]]


def texted(size: int, packed: bool) -> bytes:
    """An image that carries as many letters of text, as generated ones carry how they were made."""
    text = PngImagePlugin.PngInfo()
    text.add_itxt("prompt", "a fox " * (size // 6), zip=packed)
    return stored(four_corners(), "PNG", pnginfo=text)


@pytest.mark.parametrize(
    ("size", "packed"),
    [
        (500_000, True),
        (5_000_000, False),
        (3_000_000, True),
        (100_000_000, True),
    ],
)
def test_an_image_that_carries_a_long_text_is_read(size: int, packed: bool, tmp_path: Path) -> None:
    same(read(tmp_path, texted(size, packed)))


def cut(content: bytes, share: float) -> bytes:
    return content[: int(len(content) * share)]


LARGE = four_corners().resize((800, 600))
REFUSED = {
    "half a JPEG": cut(stored(LARGE, "JPEG", quality=95), 0.5),
    "nine tenths of a JPEG": cut(stored(LARGE, "JPEG", quality=95), 0.9),
    "the head of a JPEG": stored(LARGE, "JPEG")[:100],
    "a PNG without its end": stored(four_corners(), "PNG")[:-40],
    "half a WebP": cut(stored(LARGE, "WEBP"), 0.5),
    "nothing": b"",
    "text": b"no picture",
    "HTML": b"<html></html>",
    "SVG": b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED)
def test_what_is_no_whole_image_is_refused_in_a_sentence(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refused:
        read(tmp_path, content, "given.jpg")
    assert "given.jpg" in str(refused.value)
    assert refused.value.in_language("ko") != str(refused.value)


HEADS = {  # of what Pillow opens, and cannot write
    "PSD": b"8BPS\0\1" + bytes(20),
    "PostScript": b"%!PS-Adobe-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\nshowpage\n",
    "WMF": b"\xd7\xcd\xc6\x9a\0\0" + bytes(4) + b"\x09\0\x09\0\x48\0" + bytes(6) + b"\1\0\x09\0" + bytes(60),
    "EMF": b"\1\0\0\0" + bytes(36) + b" EMF" + bytes(60),
    "FITS": b"SIMPLE  =                    T".ljust(2880),
}


@pytest.mark.parametrize("kind", ["EPS", "PDF", "SGI", "DDS", "QOI", "PSD", "PostScript", "WMF", "EMF", "FITS"])
def test_what_is_not_named_is_not_opened(kind: str, tmp_path: Path) -> None:
    content = HEADS[kind] if kind in HEADS else stored(four_corners(), kind)
    assert any(accept and accept(content[:16]) for _, accept in Image.OPEN.values()) or kind == "PDF"  # Pillow would
    with pytest.raises(BadInput, match="not an image"):
        read(tmp_path, content, "given.png")


def test_the_ends_of_names_are_those_that_pillow_knows() -> None:
    Image.init()
    known = {end for end, kind in Image.registered_extensions().items() if kind in (*data.FORMATS, "MPO")}
    assert known == data.SUFFIXES


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"subsampling": 0}])
def test_a_jpeg_that_lacks_only_its_end_mark_is_read(options: dict, tmp_path: Path) -> None:
    whole = stored(LARGE, "JPEG", quality=95, **options)
    for lost in (1, 2):
        np.testing.assert_array_equal(read(tmp_path, whole[:-lost]), read(tmp_path, whole))


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_rows": 4}])
def test_a_jpeg_that_lacks_pixels_is_refused(options: dict, tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (300, 400, 3), dtype=np.uint8)
    whole = stored(Image.fromarray(noise), "JPEG", **options)
    for lost in (30, 100, len(whole) // 10, len(whole) // 2):
        with pytest.raises(BadInput, match="cut off or damaged"):
            read(tmp_path, whole[:-lost])
    with pytest.raises(BadInput, match="cut off or damaged"):
        read(tmp_path, whole[: len(whole) // 2] + bytes(50))


def test_a_large_jpeg_is_read_as_small_as_suffices(tmp_path: Path) -> None:
    (tmp_path / "large.jpg").write_bytes(stored(four_corners().resize((1600, 1200)), "JPEG", quality=95))
    (tmp_path / "large.png").write_bytes(stored(four_corners().resize((1600, 1200)), "PNG"))
    for enough, size in ((0, (1600, 1200)), (601, (1600, 1200)), (600, (800, 600)), (200, (400, 300)), (9, (200, 150))):
        image = data.read(tmp_path / "large.jpg", enough).image
        assert image.size == size
        same(np.asarray(image))
    assert data.read(tmp_path / "large.png", 9).image.size == (1600, 1200)


def test_a_colour_that_is_clear_in_sixteen_bits_is_laid_on_white(tmp_path: Path) -> None:
    deep = np.asarray(four_corners()).astype(np.uint16) * 257
    clear = chunk(b"tRNS", struct.pack(">HHH", 65535, 65535, 0))
    same(read(tmp_path, png(deep, 2, clear)), (RED, GREEN, BLUE, WHITE))


def test_a_photo_of_a_phone_in_its_own_colours_is_read_in_ours(tmp_path: Path) -> None:
    """HEIC with a profile, turned by its container: as an iPhone stores it."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif, turned = Image.Exif(), four_corners().transpose(TURNED[6])
    exif[0x0112] = 6
    content = stored(turned, "HEIF", icc_profile=profile, quality=95, exif=exif.tobytes())
    pixels = read(tmp_path, content, "IMG_0001.HEIC")
    assert pixels.shape == (120, 160, 3)
    same(pixels, tolerance=12)


@pytest.mark.parametrize("orientation", [1, 6])
def test_a_heic_with_room_at_half_its_size_only_is_read_so(
    orientation: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one of 48 megapixels is; here the limit is low instead."""
    exif, image = Image.Exif(), four_corners()
    exif[0x0112] = orientation
    taken = image.transpose(TURNED[orientation]) if orientation in TURNED else image
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    content = stored(taken, "HEIF", icc_profile=profile, quality=95, exif=exif.tobytes())
    whole = read(tmp_path, content, "IMG_0001.HEIC")
    monkeypatch.setattr(data, "MAX_PIXELS", 160 * 120 * 6 // 4)  # six bytes a pixel have room; the whole takes 7.5
    half = read(tmp_path, content, "IMG_0001.HEIC")
    assert half.shape == (60, 80, 3)
    np.testing.assert_array_equal(half, np.asarray(Image.fromarray(whole).reduce(2)))
    same(half, tolerance=12)
    monkeypatch.setattr(data, "MAX_PIXELS", 160 * 120 * 5 // 4)
    with pytest.raises(BadInput, match="too many pixels"):
        read(tmp_path, content, "IMG_0001.HEIC")


PEAK = """
import sys
from pathlib import Path
from PIL import Image
from demos.clip import data
from demos.clip.images import containers

def peak():  # kilobytes
    return next(int(line.split()[1]) for line in Path("/proc/self/status").open() if line.startswith("VmHWM"))

Image.init()
containers.register()
before = peak()
try:
    data.read(sys.argv[1])
except data.BadInput as error:
    assert "too many pixels" in str(error), error
print(peak() - before)
"""


def taken(file: Path) -> int:
    """Kilobytes that reading takes at its highest."""
    command = [sys.executable, "-c", PEAK, str(file)]
    return int(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)


PROMISED = 1.1 * 4 * data.MAX_PIXELS / 1024  # kilobytes: four bytes for each pixel, and a tenth to work with
needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process's peak so")


@needs_linux
def test_the_largest_image_allowed_takes_no_more_memory_than_promised(tmp_path: Path) -> None:
    side = int(data.MAX_PIXELS**0.5)
    Image.new("RGB", (side, side)).save(tmp_path / "large.png", compress_level=1)
    assert taken(tmp_path / "large.png") < PROMISED


COSTLY = {
    "RGBA": ("PNG", "RGBA", data.MAX_PIXELS, {"compress_level": 1}),
    "turned": (
        "PNG",
        "RGB",
        data.MAX_PIXELS,
        {"compress_level": 1, "exif": b"Exif\0\0MM\0*\0\0\0\b\0\1\1\x12\0\3\0\0\0\1\0\6\0\0"},
    ),
    "16 bits": ("PNG", "I;16", data.MAX_PIXELS, {"compress_level": 1}),
    "CMYK": ("JPEG", "CMYK", data.MAX_PIXELS, {}),
    "progressive": ("JPEG", "RGB", 150_000_000, {"progressive": True, "subsampling": 0}),
    "GIF": ("GIF", "P", data.MAX_PIXELS, {}),
    "floats": ("TIFF", "F", data.MAX_PIXELS, {}),
    "packed TIFF": ("TIFF", "RGB", 42_000_000, {"compression": "tiff_lzw"}),
    "WebP": ("WEBP", "RGBA", 15_000_000, {"lossless": True, "method": 0}),
    "WebP of many pixels": ("WEBP", "RGB", data.MAX_PIXELS, {"lossless": True, "method": 0}),
    "AVIF": ("AVIF", "RGB", 21_000_000, {"speed": 10}),
    "HEIC": ("HEIF", "RGB", 34_000_000, {"quality": 20, "enc_params": {"preset": "ultrafast"}}),
    "HEIC of a phone": ("HEIF", "RGB", 48_800_000, {"quality": 20, "enc_params": {"preset": "ultrafast"}}),
    "fine HEIC": ("HEIF", "RGB", 19_000_000, {"quality": 20, "chroma": 444, "enc_params": {"preset": "ultrafast"}}),
    "JPEG 2000": ("JPEG2000", "RGB", 12_500_000, {}),
}


@needs_linux
@pytest.mark.parametrize(("kind", "mode", "pixels", "options"), COSTLY.values(), ids=COSTLY)
def test_no_format_takes_more_memory_than_promised(
    kind: str, mode: str, pixels: int, options: dict, tmp_path: Path
) -> None:
    side = int(pixels**0.5)
    Image.new(mode, (side, side)).save(tmp_path / "large", kind, **options)
    assert taken(tmp_path / "large") < PROMISED
