"""Copies that every browser plays: the same frames at the same seconds, whole files only, found again and removed."""

import os
import threading
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from demos.posture.video import copies, video_file

TIMES = [0.0, 0.05, 0.1, 0.3, 0.35, 0.4, 0.6, 0.8, 0.85, 0.9]  # a frame rate that varies


def images(count: int = len(TIMES)) -> Iterator[np.ndarray]:
    for index in range(count):
        image = np.full((90, 120, 3), 40, np.uint8)
        image[:, 10 * index : 10 * index + 20] = (255, 128, 0)
        yield image


def make(path: Path, codec: str, pixels: str = "yuv420p", **options: str) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=20, options=options)
        stream.width, stream.height, stream.pix_fmt = 120, 90, pixels
        stream.codec_context.time_base = Fraction(1, 20)
        for seconds, image in zip(TIMES, images(), strict=True):
            frame = av.VideoFrame.from_ndarray(image, format="rgb24").reformat(format=pixels)
            frame.pts, frame.time_base = round(20 * seconds), Fraction(1, 20)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def copy_of(path: Path, folder: Path) -> Path:
    made = copies.playable(path, folder)
    while True:
        try:
            assert 0 <= next(made) <= 1
        except StopIteration as done:
            return done.value


@pytest.mark.parametrize(
    ("name", "codec", "pixels"),
    [
        ("old.avi", "mpeg4", "yuv420p"),
        ("phone.mov", "libx264", "yuv420p"),
        ("screen.mkv", "libx264", "yuv420p"),
        ("hevc.mp4", "libx265", "yuv420p"),
        ("moving.gif", "gif", "rgb8"),
        ("ten_bits.mp4", "libx264", "yuv420p10le"),
    ],
)
def test_a_copy_shows_the_same_at_the_same_seconds(tmp_path: Path, name: str, codec: str, pixels: str) -> None:
    options = {"x265-params": "log-level=none"} if codec == "libx265" else {}
    original = make(tmp_path / name, codec, pixels, **options)
    copy = copy_of(original, tmp_path / "copies")
    assert copy.parent == tmp_path / "copies"
    with av.open(str(copy)) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.pix_fmt, copy.suffix) == ("h264", "yuv420p", ".mp4")
    data = copy.read_bytes()
    assert data.find(b"moov") < data.find(b"mdat")
    before, after = list(video_file.read(original)), list(video_file.read(copy))
    assert [frame.seconds for frame in after] == pytest.approx([frame.seconds for frame in before], abs=0.002)
    assert [frame.seconds for frame in before] == pytest.approx(TIMES, abs=0.002)
    for one, other in zip(before, after, strict=True):
        assert np.abs(one.image.astype(int) - other.image).mean() < (25 if codec == "gif" else 12)  # its few colours


def test_what_a_browser_plays_stays_where_it_is(tmp_path: Path) -> None:
    for path in (make(tmp_path / "a.mp4", "libx264"), make(tmp_path / "b.webm", "libvpx-vp9")):
        assert copy_of(path, tmp_path / "copies") == path
    assert not (tmp_path / "copies").exists()


def test_a_lying_phone_video_stays_upright_in_its_copy(tmp_path: Path) -> None:
    lying = make(tmp_path / "lying.mov", "libx264").read_bytes()
    identity = bytes.fromhex("00010000" + "00000000" * 3 + "00010000" + "00000000" * 3 + "40000000")
    turned = bytes.fromhex("00000000" + "00010000" + "00000000" + "ffff0000" + "00000000" * 4 + "40000000")
    at = lying.find(identity, lying.find(b"tkhd"))
    path = tmp_path / "phone.mov"
    path.write_bytes(lying[:at] + turned + lying[at + 36 :])
    copy = copy_of(path, tmp_path / "copies")
    assert next(video_file.read(copy)).image.shape == next(video_file.read(path)).image.shape == (120, 90, 3)


def test_two_visitors_with_the_same_video_both_get_all_of_it(tmp_path: Path) -> None:
    """They asked at once, and the second got the 48 bytes that the first had written by then."""
    folder, lengths = tmp_path / "copies", list[int]()
    paths = [make(tmp_path / f"{name}.avi", "mpeg4") for name in ("one", "other")]
    together = threading.Barrier(2)

    def visit(path: Path) -> None:
        together.wait()
        lengths.append(len(list(video_file.read(copy_of(path, folder)))))

    visitors = [threading.Thread(target=visit, args=(path,)) for path in paths]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert lengths == [len(TIMES)] * 2
    assert len(list(folder.iterdir())) == 1


def test_a_copy_is_found_again_and_one_given_up_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    path = make(tmp_path / "old.avi", "mpeg4")
    given_up = copies.playable(path, folder)
    next(given_up)
    given_up.close()
    assert list(folder.iterdir()) == []
    copy = copy_of(path, folder)
    with pytest.raises(StopIteration) as again:
        next(copies.playable(path.rename(tmp_path / "renamed.avi"), folder))
    assert again.value.value == copy


def test_copies_that_nobody_wants_any_more_are_removed_and_their_bytes_are_bounded(tmp_path: Path) -> None:
    for name, age in (("old", 4000), ("idle", 300), ("fresh", 10), (".unfinished", 4000)):
        file = tmp_path / f"{name}.mp4"
        file.write_bytes(bytes(1000))
        os.utime(file, (time.time() - age,) * 2)
    copies.tidy(tmp_path)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["fresh.mp4", "idle.mp4"]
    copies.tidy(tmp_path, most_bytes=1500)
    assert [file.name for file in tmp_path.iterdir()] == ["fresh.mp4"]
