"""Videos: what is written can be read, phones' videos stand upright, and what is no video is refused in a sentence."""

import threading
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from demos.common.errors import BadInput
from demos.posture.video import video_file


def frames(count: int = 45, height: int = 121, width: int = 160) -> Iterator[np.ndarray]:
    for index in range(count):
        image = np.zeros((height, width, 3), np.uint8)
        image[: height // 2, : width // 2] = (255, 0, 0)
        image[:, index % width] = 255
        yield image


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("video") / "video.mp4"
    assert video_file.write(path, frames(), 30) == 45
    return path


def test_what_is_written_can_be_read(video: Path) -> None:
    clip = video_file.probe(video)
    assert (clip.width, clip.height, clip.fps) == (160, 120, 30)
    assert clip.seconds == pytest.approx(1.5)
    read = list(video_file.read(video))
    assert [frame.seconds for frame in read] == pytest.approx([index / 30 for index in range(45)])
    assert read[0].image.shape == (120, 160, 3)
    assert read[0].image[10, 40] == pytest.approx([255, 0, 0], abs=12)


def test_browsers_can_begin_before_the_end(video: Path) -> None:
    data = video.read_bytes()
    assert data.find(b"moov") < data.find(b"mdat")


def test_large_videos_are_read_small(video: Path) -> None:
    assert next(video_file.read(video, max_side=80)).image.shape == (60, 80, 3)


def test_a_phones_video_stands_upright(video: Path, tmp_path: Path) -> None:
    """A phone stores the video lying and says so in the track's matrix; here a quarter turn clockwise is written."""
    data = video.read_bytes()
    identity = bytes.fromhex("00010000" + "00000000" * 3 + "00010000" + "00000000" * 3 + "40000000")
    turned = bytes.fromhex("00000000" + "00010000" + "00000000" + "ffff0000" + "00000000" * 4 + "40000000")
    at = data.find(identity, data.find(b"tkhd"))
    upright = tmp_path / "phone.mp4"
    upright.write_bytes(data[:at] + turned + data[at + 36 :])
    image = next(video_file.read(upright)).image
    assert image.shape == (160, 120, 3)
    assert image[10, -10] == pytest.approx([255, 0, 0], abs=12)
    assert image[10, 10].max() < 40
    clip = video_file.probe(upright)
    assert (clip.width, clip.height) == (120, 160)


def index_last(whole: bytes) -> bytes:
    """The same MP4 as a phone writes it: the index behind the pictures."""
    at, boxes = 0, []
    while at < len(whole):
        size = int.from_bytes(whole[at : at + 4])
        boxes.append(whole[at : at + size])
        at += size
    return b"".join(sorted(boxes, key=lambda box: box[4:8] == b"moov"))


def bad_files(folder: Path, video: Path) -> dict[str, tuple[Path, str]]:
    whole = video.read_bytes()
    contents = {
        "empty.mp4": (b"", "0 bytes"),
        "text.mp4": (b"this is no video\n" * 300, "not a video"),
        "head.mp4": (whole[:300], "not a video"),
        "phone.mp4": (index_last(whole)[: len(whole) // 2], "not complete"),
        "cut.mp4": (whole[: len(whole) // 2], "breaks off"),
        "playlist.mp4": (b"#EXTM3U\n#EXTINF:1,\n/etc/passwd\n", "not a video"),
        "concat.mp4": (f"ffconcat version 1.0\nfile {video}\n".encode(), "not a video"),
    }
    for name, (data, _) in contents.items():
        (folder / name).write_bytes(data)
    Image.new("RGB", (64, 48)).save(folder / "image.mp4", format="PNG")
    with av.open(str(folder / "sound.mp4"), "w") as container:
        stream = container.add_stream("aac", rate=16000)
        sound = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        sound.sample_rate = 16000
        for _ in range(10):
            container.mux(stream.encode(sound))
        container.mux(stream.encode())
    wanted = {name: (folder / name, words) for name, (_, words) in contents.items()}
    return wanted | {
        "image.mp4": (folder / "image.mp4", "not a video"),
        "sound.mp4": (folder / "sound.mp4", "no video track"),
        "nothing.mp4": (folder / "nothing.mp4", "no file"),
    }


def test_what_is_no_video_is_refused_in_a_sentence(video: Path, tmp_path: Path) -> None:
    for name, (path, words) in bad_files(tmp_path, video).items():
        with pytest.raises(BadInput) as refused:
            list(video_file.read(path))
        assert words in str(refused.value), name
        assert refused.value.in_language("ko") != str(refused.value)


def test_long_videos_are_refused(video: Path) -> None:
    with pytest.raises(BadInput, match="lasts 0:02, and at most 0:01"):
        list(video_file.read(video, max_seconds=1))
    assert (video_file.clock(307), video_file.clock(3600)) == ("5:07", "1:00:00")


def test_read_ahead_is_the_same_and_ends_with_whoever_looks(video: Path, tmp_path: Path) -> None:
    ahead = list(video_file.read_ahead(video))
    assert [frame.seconds for frame in ahead] == [frame.seconds for frame in video_file.read(video)]
    threads = threading.active_count()
    given_up = video_file.read_ahead(video)
    next(given_up)
    given_up.close()
    assert threading.active_count() == threads
    with pytest.raises(BadInput, match="no file"):
        list(video_file.read_ahead(tmp_path / "nothing.mp4"))


def test_each_frame_keeps_its_own_time(tmp_path: Path) -> None:
    """A phone in poor light takes fewer frames a second."""
    times = [0.0, 0.04, 0.1, 0.13, 0.3, 0.34, 0.9]
    with video_file.Writer(tmp_path / "uneven.mp4", 12) as writer:
        for seconds, image in zip(times, frames(len(times), 120), strict=True):
            writer.add(image, seconds)
    assert [frame.seconds for frame in video_file.read(tmp_path / "uneven.mp4")] == pytest.approx(times, abs=1e-3)


def test_of_sixty_frames_a_second_every_other_one_is_looked_at(tmp_path: Path) -> None:
    video_file.write(tmp_path / "sixty.mp4", frames(60, 120), 60)
    assert [frame.seconds for frame in video_file.read(tmp_path / "sixty.mp4")] == pytest.approx(
        [index / 30 for index in range(30)], abs=1e-3
    )


def test_pixels_that_are_not_square_are_shown_as_wide_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "narrow.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 80, 120, "yuv420p"
        stream.codec_context.sample_aspect_ratio = Fraction(2, 1)
        for image in frames(3, 120, 80):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        container.mux(stream.encode())
    assert (video_file.probe(path).width, video_file.probe(path).height) == (160, 120)
    assert next(video_file.read(path)).image.shape == (120, 160, 3)


def test_what_is_given_up_leaves_nothing_and_what_was_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "out.mp4"
    path.write_bytes(b"before")
    writer = video_file.Writer(path, 30)
    writer.add(next(frames()))
    writer.__exit__(KeyError, KeyError(), None)
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"before"]


def test_nothing_to_write_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="No frame"):
        video_file.write(tmp_path / "none.mp4", [], 30)
