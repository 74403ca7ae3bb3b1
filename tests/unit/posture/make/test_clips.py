"""The render command and the sample clips: videos with their truth beside them."""

import json
from pathlib import Path

import av
import numpy as np
import pytest

from demos.common.errors import BadInput
from demos.posture.athlete.performance import perform
from demos.posture.make import render as render_command
from demos.posture.make.clips import sample, sampled
from demos.posture.make.render import render_video
from demos.posture.video.clips import clip


def decoded(path: Path) -> list[np.ndarray]:
    with av.open(str(path)) as opened:
        return [frame.to_ndarray(format="rgb24") for frame in opened.decode(video=0)]


def test_a_video_and_its_truth(tmp_path: Path) -> None:
    out = tmp_path / "bicep_curl.mp4"
    truth = render_video(perform("bicep_curl", reps=1, faults=("partial",), seed=3, fps=10), out, width=160, height=120)
    beside = json.loads((tmp_path / "bicep_curl.json").read_text())
    assert beside["path"] == "bicep_curl.mp4"
    assert {key: value for key, value in truth.items() if key != "path"} == {
        key: value for key, value in beside.items() if key != "path"
    }
    assert beside["repetitions"][0]["faults"] == ["partial"]
    frames = decoded(out)
    assert len(frames) == beside["frames"] == len(beside["main_angle_degrees"])
    assert frames[0].shape == (120, 160, 3)


@pytest.mark.parametrize("name", ["video.avi", "video", "no/such/folder/video.mp4"])
def test_a_video_that_cannot_be_written_is_refused_in_words(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match="video"):
        render_video(perform("idle", seconds=1, fps=5), tmp_path / name, width=64, height=64)


def test_a_size_out_of_range_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="width"):
        render_video(perform("idle", seconds=1), tmp_path / "a.mp4", width=10**6)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("numbers", ["0", "3", "one", "1,,2"])
def test_faulty_repetitions_must_be_numbers_of_repetitions(tmp_path: Path, numbers: str) -> None:
    with pytest.raises(BadInput, match="faulty_reps"):
        render_command.render("squat", tmp_path / "a.mp4", reps=2, faulty_reps=numbers)


@pytest.mark.parametrize("exercise", sampled())
def test_a_sample_clip_is_small_plays_in_browsers_and_tells_the_truth(exercise: str) -> None:
    path = clip(exercise)
    assert path.stat().st_size < 400_000
    content = path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")  # can start before it is loaded
    truth = json.loads(path.with_suffix(".json").read_text())
    with av.open(str(path)) as opened:
        stream = opened.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert (stream.width, stream.height) == (truth["width"], truth["height"]) == (640, 480)
        assert stream.frames == truth["frames"]
    assert 8 <= truth["frames"] / truth["fps"] <= 13
    # today's athlete performs it the same way
    performance = sample(exercise).truth()
    assert performance["repetitions"] == truth["repetitions"]
    angles = np.array([performance["main_angle_degrees"], truth["main_angle_degrees"]])
    assert np.abs(angles[0] - angles[1]).max() < 0.5
