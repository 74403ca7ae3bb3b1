"""The athlete before the camera."""

from pathlib import Path

import av
import pytest

from demos.posture.video import clips, video_file


@pytest.fixture(scope="session")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The athlete's squats as a camera file, which Chromium plays over and over."""
    path = tmp_path_factory.mktemp("camera") / "squat.mjpeg"
    with av.open(str(path), "w", format="mjpeg") as container:
        stream = container.add_stream("mjpeg", rate=30, options={"qmin": "3", "qmax": "8"})
        stream.width, stream.height, stream.pix_fmt = 480, 360, "yuvj420p"
        for frame in video_file.read(clips.clip("squat")):
            image = av.VideoFrame.from_ndarray(frame.image, format="rgb24").reformat(480, 360)
            container.mux(stream.encode(image))
        container.mux(stream.encode())
    return path
