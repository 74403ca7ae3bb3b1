"""Images of every sort come out upright, opaque and RGB; what is no image is refused with its name."""

import resource
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from demos.clip import data
from demos.common.errors import BadInput
from tests.clip_fixtures import bad_files, huge_png, photo


def saved(folder: Path, image: Image.Image, name: str, **options: object) -> np.ndarray:
    image.save(folder / name, **options)
    image = data.read(folder / name)
    assert image.image.mode == "RGB"
    return np.asarray(image.image)


def test_exif_orientation_is_applied(tmp_path: Path) -> None:
    image = Image.new("RGB", (40, 20), "black")
    image.paste("white", (0, 0, 20, 20))
    exif = Image.Exif()
    exif[0x0112] = 6  # taken with the camera turned: to be shown rotated by 90° clockwise
    pixels = saved(tmp_path, image, "turned.png", exif=exif)
    assert pixels.shape == (40, 20, 3)
    assert pixels[:20].min() == 255
    assert pixels[20:].max() == 0


def test_transparent_parts_become_white(tmp_path: Path) -> None:
    assert saved(tmp_path, Image.new("RGBA", (4, 4), (0, 0, 0, 0)), "clear.png").min() == 255
    palette = Image.new("P", (4, 4), 0)
    palette.putpalette([10, 20, 30] * 256)
    assert saved(tmp_path, palette, "palette.png", transparency=0).min() == 255
    assert saved(tmp_path, palette, "opaque.png")[0, 0].tolist() == [10, 20, 30]


def test_sixteen_bits_keep_their_greys(tmp_path: Path) -> None:
    ramp = np.linspace(0, 65535, 256).astype(np.uint16).reshape(16, 16)
    pixels = saved(tmp_path, Image.fromarray(ramp), "deep.png")
    assert np.abs(pixels[..., 0].ravel().astype(int) - np.arange(256)).max() <= 1


def test_floats_and_cmyk_and_grey_are_read(tmp_path: Path) -> None:
    values = np.linspace(-1, 3, 16, dtype=np.float32).reshape(4, 4)
    assert saved(tmp_path, Image.fromarray(values), "float.tiff")[-1, -1].tolist() == [255, 255, 255]
    assert saved(tmp_path, Image.new("CMYK", (4, 4), (0, 0, 0, 0)), "print.jpg").min() > 250
    assert saved(tmp_path, Image.new("L", (4, 4), 77), "grey.png")[0, 0].tolist() == [77, 77, 77]


def test_whole_numbers_of_32_bits_are_stretched_over_what_occurs(tmp_path: Path) -> None:
    for low, high in ((1000, 100_000), (-50, 50), (0, 255), (-1, 65_535)):
        values = np.linspace(low, high, 16).astype(np.int32).reshape(4, 4)
        pixels = saved(tmp_path, Image.fromarray(values), "whole.tiff")[..., 0].ravel().astype(int)
        expected = (values.ravel() - low) / (high - low) * 255
        assert np.abs(pixels - expected).max() <= 1, (low, high)
    flat = saved(tmp_path, Image.fromarray(np.full((4, 4), 70_000, np.int32)), "flat.tiff")
    assert flat.max() == 0
    full = np.array([[0, 65_535], [256, 300]], np.int32)
    assert saved(tmp_path, Image.fromarray(full), "full.tiff")[1, :, 0].tolist() == [1, 1]
    dark = np.array([[0, 300], [100, 200]], np.int32)
    assert saved(tmp_path, Image.fromarray(dark), "dark.tiff").max() == 1  # as 16 bits by their full range


def test_what_is_no_number_counts_as_nothing(tmp_path: Path) -> None:
    values = np.array([[np.nan, np.inf, -np.inf, 0.0], [-1.0, 1.0, 0.5, -0.5]], np.float32)
    pixels = saved(tmp_path, Image.fromarray(values), "holes.tiff")[..., 0]
    assert pixels[1].tolist() == [0, 255, 191, 64]
    assert set(pixels[0].tolist()) == {128}


def test_an_image_of_so_many_pixels_is_read_and_of_one_more_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data, "MAX_PIXELS", 2_000_000)
    monkeypatch.setattr(data, "MAX_JPEG_PIXELS", 4_000_000)
    for name, size, read_at in (
        ("most.png", (2000, 1000), (2000, 1000)),
        ("most.jpg", (2000, 1000), (2000, 1000)),
        ("half.jpg", (2000, 2000), (1000, 1000)),
    ):
        Image.new("RGB", size).save(tmp_path / name)
        assert data.read(tmp_path / name).image.size == read_at
    for name, size, limit in (("more.png", (2000, 1001), 2), ("more.jpg", (2000, 2001), 4)):
        Image.new("RGB", size).save(tmp_path / name)
        with pytest.raises(BadInput, match=f"smaller than {limit} megapixels"):
            data.read(tmp_path / name)


def test_as_much_as_is_promised() -> None:
    assert (data.MAX_PIXELS, data.MAX_JPEG_PIXELS) == (64_000_000, 160_000_000)


def test_an_animation_gives_its_first_frame(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    pixels = saved(tmp_path, frames[0], "moving.gif", save_all=True, append_images=frames[1:])
    assert pixels[0, 0].tolist() == [255, 0, 0]


def test_the_key_is_the_content(tmp_path: Path) -> None:
    one, same, other = (photo(tmp_path / f"{i}.png", seed) for i, seed in enumerate((1, 1, 2)))
    assert data.read(one).key == data.read(same).key != data.read(other).key


def test_bad_files_are_refused_by_name(tmp_path: Path) -> None:
    for name, file in bad_files(tmp_path).items():
        with pytest.raises(BadInput) as refusal:
            data.read(file)
        assert name in str(refusal.value)
        assert refusal.value.in_language("ko") != str(refusal.value)
    with pytest.raises(BadInput, match="no such file"):
        data.read(tmp_path / "nowhere.png")


def test_a_bomb_is_refused_before_it_unpacks(tmp_path: Path) -> None:
    file = huge_png(tmp_path / "bomb.png", whole=True)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(BadInput, match="too many pixels"):
        data.read(file)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # kB


def test_a_very_large_jpeg_is_read_at_half_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "MAX_PIXELS", 10_000)
    file = photo(tmp_path / "large.jpg", size=(160, 120))
    assert data.read(file).image.size == (80, 60)


def test_a_folder_is_read_with_all_folders_in_it(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    files = [photo(tmp_path / "b.PNG"), photo(tmp_path / "inner" / "a.jpg")]
    (tmp_path / "notes.txt").write_text("no image")
    (tmp_path / "folder.png").mkdir()
    assert list(data.images_in(tmp_path)) == sorted(files)
    with pytest.raises(BadInput):
        list(data.images_in(tmp_path / "nowhere"))
