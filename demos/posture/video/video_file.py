"""Video files in and out, one frame at a time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from demos.common.errors import BadInput

MAX_SECONDS = 300.0
MAX_SIDE = 4096  # pixels, as stored
# Containers of single videos. Playlists and pipes of images are left out: they name other files and addresses.
FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpeg,mpegts,ogg,flv,asf,m4v,mjpeg"


@dataclass(frozen=True)
class VideoInfo:
    """What a video file says of itself: size in pixels as shown, frames per second, length in seconds (0 if untold)."""

    width: int
    height: int
    fps: float
    seconds: float


@dataclass(frozen=True)
class Frame:
    """One frame, (H, W, 3) uint8 RGB, `seconds` after the first one."""

    seconds: float
    image: np.ndarray


def probe(path: str | Path) -> VideoInfo:
    """Size, frame rate and length of the video at `path`. Raises BadInput as `read` does."""
    with _open(path) as container:
        first = next(_decoded(container), None)
        if first is None:
            raise BadInput("posture.video_empty")
        height, width = _upright(first, None).shape[:2]
        stream = container.streams.video[0]
        return VideoInfo(width, height, float(stream.average_rate or stream.guessed_rate or 30), _seconds(container))


def read(path: str | Path, *, max_side: int | None = 1280, max_seconds: float = MAX_SECONDS) -> Iterator[Frame]:
    """The frames of the video at `path` as a visitor sees them: upright, and no side longer than `max_side` pixels.

    Raises BadInput for a file that is empty, no video, without a video track, longer than `max_seconds`, larger than
    MAX_SIDE, or that breaks off.
    """
    with _open(path) as container:
        declared = _seconds(container)
        if declared > max_seconds:
            raise BadInput("posture.video_too_long", seconds=f"{declared:.0f}", limit=f"{max_seconds:.0f}")
        stream = container.streams.video[0]
        fps = float(stream.average_rate or stream.guessed_rate or 30)
        start, seconds = None, -1.0
        for index, frame in enumerate(_decoded(container)):
            stamp = frame.time if frame.time is not None else index / fps
            start = stamp if start is None else start
            if stamp - start <= seconds:  # a repeated or backward time stamp; the landmarker needs time to pass
                continue
            seconds = stamp - start
            if seconds > max_seconds:
                raise BadInput("posture.video_too_long", seconds=f"{seconds:.0f}", limit=f"{max_seconds:.0f}")
            yield Frame(seconds, _upright(frame, max_side))
        if start is None:
            raise BadInput("posture.video_empty")
        if declared - seconds > max(1.0, 0.1 * declared):
            raise BadInput("posture.video_breaks_off", seconds=f"{seconds:.1f}", declared=f"{declared:.1f}")


def write(path: str | Path, frames: Iterable[np.ndarray], fps: float) -> int:
    """Write `frames` (H, W, 3) uint8 RGB as an MP4 that browsers play (H.264, yuv420p, index first); how many.

    An odd last row or column is dropped, since yuv420p stores colour for squares of two by two pixels.
    Raises ValueError without a frame.
    """
    count = 0
    rate = Fraction(fps).limit_denominator(1001)
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        stream = None
        for image in frames:
            height, width = (side // 2 * 2 for side in image.shape[:2])
            if stream is None:
                stream = container.add_stream("libx264", rate=rate, options={"crf": "23", "preset": "veryfast"})
                stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(image[:height, :width]), format="rgb24")
            container.mux(stream.encode(frame))
            count += 1
        if stream is None:
            raise ValueError("No frame to write.")
        container.mux(stream.encode())
    return count


def _open(path: str | Path) -> av.container.InputContainer:
    """The opened file, with a video track of bearable size. Raises BadInput."""
    path = Path(path)
    if not path.is_file():
        raise BadInput("posture.video_missing", name=path.name)
    if path.stat().st_size == 0:
        raise BadInput("posture.video_no_bytes")
    try:
        container = av.open(
            str(path), options={"format_whitelist": FORMATS, "protocol_whitelist": "file"}, metadata_errors="ignore"
        )
    except (av.FFmpegError, UnicodeError, ValueError) as error:
        raise BadInput("posture.video_unreadable") from error
    if not container.streams.video:
        has_sound = bool(container.streams.audio)
        container.close()
        raise BadInput("posture.video_no_track" if has_sound else "posture.video_unreadable")
    stream = container.streams.video[0]
    stream.thread_type = "AUTO"
    if max(stream.width, stream.height) > MAX_SIDE:
        container.close()
        raise BadInput("posture.video_too_large", width=stream.width, height=stream.height, limit=MAX_SIDE)
    return container


def _decoded(container: av.container.InputContainer) -> Iterator[av.VideoFrame]:
    """The frames; a damaged end ends them, a damaged beginning raises BadInput."""
    frames = container.decode(video=0)
    any_frame = False
    while True:
        try:
            frame = next(frames)
        except (StopIteration, EOFError):
            return
        except av.FFmpegError as error:
            if any_frame:
                return
            raise BadInput("posture.video_unreadable") from error
        any_frame = True
        yield frame


def _seconds(container: av.container.InputContainer) -> float:
    """The declared length in seconds, 0 if the file does not tell (videos recorded by a browser)."""
    stream = container.streams.video[0]
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return container.duration / av.time_base if container.duration else 0.0


def _upright(frame: av.VideoFrame, max_side: int | None) -> np.ndarray:
    """(H, W, 3) uint8, at most `max_side` long, turned as the file's display matrix says: phones store videos lying."""
    scale = min(1.0, max_side / max(frame.width, frame.height)) if max_side else 1.0
    width, height = (max(2, round(side * scale)) for side in (frame.width, frame.height))
    image = frame.to_ndarray(format="rgb24", width=width, height=height)
    quarter_turns = round(frame.rotation / 90) % 4  # counter-clockwise, as np.rot90
    return np.ascontiguousarray(np.rot90(image, quarter_turns)) if quarter_turns else image


def playable(path: str | Path) -> Path:
    """A video with the same frames that every browser plays: the file itself, or an MP4 made of it beside it.

    Raises BadInput as `read` does.
    """
    path = Path(path)
    with _open(path) as container:
        names, codec = container.format.name, container.streams.video[0].codec_context.name
    if ("mp4" in names and codec == "h264") or ("webm" in names and codec in ("vp8", "libvpx", "vp9", "libvpx-vp9")):
        return path
    converted = path.with_name(f"{path.stem}.playable.mp4")
    if not converted.exists():
        write(converted, (frame.image for frame in read(path, max_side=640)), probe(path).fps)
    return converted
