"""Files that break off, of formats that FFmpeg reads as if they were whole."""

from pathlib import Path

import av
import numpy as np
import pytest

from demos.common.errors import BadInput
from demos.common.i18n import LANGUAGES, text
from demos.posture.video import video_file
from demos.posture.video.analyse import Analysis
from demos.posture.video.cut import avi_seconds, is_cut
from demos.posture.video.look import player
from demos.posture.video.results import Results

SECONDS, RATE = 6, 20
FORMATS = {
    "avi": ("avi", "mpeg4"),
    "ts": ("mpegts", "mpeg2video"),
    "mp4": ("mp4", "mpeg4"),
    "mkv": ("matroska", "mpeg4"),
}


def written(folder: Path, ending: str, share: float = 1.0, lost: int = 0) -> Path:
    """Six seconds of noise, of which that share of the bytes is there, less the `lost` ones."""
    path = folder / f"film.{ending}"
    kind, codec = FORMATS[ending]
    random = np.random.default_rng(0)
    with av.open(str(path), "w", format=kind) as container:
        stream = container.add_stream(codec, rate=RATE)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        for _ in range(SECONDS * RATE):
            image = random.integers(0, 255, (64, 96, 3)).astype(np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        container.mux(stream.encode())
    whole = path.read_bytes()
    path.write_bytes(whole[: round(len(whole) * share) - lost])
    return path


@pytest.mark.parametrize("ending", FORMATS)
def test_a_whole_file_is_not_cut(tmp_path: Path, ending: str) -> None:
    path = written(tmp_path, ending)
    assert not is_cut(path)
    assert not video_file.probe(path).cut


def test_an_avi_says_how_long_it_was(tmp_path: Path) -> None:
    assert avi_seconds(written(tmp_path, "avi", 0.5)) == pytest.approx(SECONDS, abs=0.1)
    assert avi_seconds(written(tmp_path, "ts")) is None
    (tmp_path / "short.avi").write_bytes(b"RIFF\x00\x00")
    assert avi_seconds(tmp_path / "short.avi") is None


def test_an_avi_of_which_half_is_missing_is_refused_as_any_other_video(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refused:
        list(video_file.read(written(tmp_path, "avi", 0.5)))
    assert refused.value.key == "posture.video_breaks_off"


@pytest.mark.parametrize(("ending", "lost"), [("avi", 5000), ("ts", 100)])
def test_a_file_whose_last_bytes_are_missing_is_read_and_says_so(tmp_path: Path, ending: str, lost: int) -> None:
    path = written(tmp_path, ending, lost=lost)
    assert is_cut(path)
    assert len(list(video_file.read(path))) > 0.9 * SECONDS * RATE
    assert video_file.probe(path).cut


def test_a_size_that_its_recorder_did_not_know_is_no_sign(tmp_path: Path) -> None:
    path = written(tmp_path, "avi")
    for size in (b"\x00" * 4, b"\xff" * 4):
        path.write_bytes(path.read_bytes()[:4] + size + path.read_bytes()[8:])
        assert not is_cut(path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_where_it_breaks_off(language: str) -> None:
    info = video_file.VideoInfo(640, 480, 30.0, 65.0, cut=True)
    assert player(Analysis(info, Results()), language)["said"] == text("posture.video_cut", language, length="1:05")
    assert "said" not in player(Analysis(video_file.VideoInfo(640, 480, 30.0, 65.0), Results()), language)
