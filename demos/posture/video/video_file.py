"""Video files in and out, one frame at a time."""

import uuid
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from queue import Full, Queue
from threading import Event, Thread
from types import TracebackType
from typing import Self

import av
import cv2
import numpy as np

from demos.common.errors import BadInput
from demos.posture.video.cut import avi_seconds, is_cut

MAX_SECONDS = 3600.0
MAX_SIDE = 4096  # pixels, as stored
CLOSEST = 1 / 40  # seconds between two frames that are looked at: of 60 frames a second every other one
# Containers of single videos. Playlists and pipes of images are left out: they name other files and addresses.
FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpeg,mpegts,ogg,flv,asf,m4v,mjpeg,gif"


@dataclass(frozen=True)
class VideoInfo:
    """What a video file says of itself: size in pixels as shown, frames per second, length in seconds (0 if untold).

    `cut`: that its end is missing.
    """

    width: int
    height: int
    fps: float
    seconds: float
    cut: bool = False


@dataclass(frozen=True)
class Frame:
    """One frame, (H, W, 3) uint8 RGB, `seconds` after the first one."""

    seconds: float
    image: np.ndarray


def probe(path: str | Path) -> VideoInfo:
    """Size, frame rate and length of the video at `path`. Raises BadInput as `read` does."""
    with opened(path) as container:
        first = next(_decoded(container), None)
        if first is None:
            raise BadInput("posture.video_empty")
        size = _shown_size(first, container.streams.video[0], None)
        width, height = reversed(size) if _quarter_turns(first) % 2 else size
        return VideoInfo(width, height, _fps(container), _seconds(container), is_cut(Path(path)))


def read(path: str | Path, *, max_side: int | None = 1280, max_seconds: float = MAX_SECONDS) -> Iterator[Frame]:
    """The frames of the video at `path` as a visitor sees them: upright, and no side longer than `max_side` pixels.

    Frames closer than CLOSEST to the one before are left out. Raises BadInput for a file that is empty, no video,
    without a video track, longer than `max_seconds`, larger than MAX_SIDE, or that breaks off.
    """
    with opened(path) as container:
        declared = avi_seconds(Path(path)) or _seconds(container)
        if declared > max_seconds:
            raise too_long(declared, max_seconds)
        stream, fps = container.streams.video[0], _fps(container)
        start, seconds, last = start_of(container), 0.0, -CLOSEST
        for index, frame in enumerate(_decoded(container)):
            stamp = frame.time if frame.time is not None else index / fps
            start = stamp if start is None else min(start, stamp)
            seconds = max(seconds, stamp - start)
            if seconds > max_seconds:
                raise too_long(seconds, max_seconds)
            if stamp - start - last < CLOSEST - 1e-6:  # a repeated or backward time stamp as well
                continue
            last = stamp - start
            yield Frame(last, _upright(frame, stream, max_side))
        if last < 0:
            raise BadInput("posture.video_empty")
        if declared - seconds > max(1.0, 0.1 * declared):
            raise BadInput("posture.video_breaks_off", seconds=f"{seconds:.1f}", declared=f"{declared:.1f}")


def read_ahead(path: str | Path, *, max_seconds: float = MAX_SECONDS, frames: int = 4) -> Generator[Frame, None, None]:
    """The same as `read`, by a thread that is up to so many `frames` ahead of whoever looks at them."""
    ready: Queue[Frame | Exception | None] = Queue(frames)
    over = Event()

    def put(found: Frame | Exception | None) -> None:
        while not over.is_set():
            try:
                ready.put(found, timeout=0.2)
                return
            except Full:
                pass

    def work() -> None:
        try:
            for frame in read(path, max_seconds=max_seconds):
                put(frame)
                if over.is_set():
                    return
            put(None)
        except Exception as error:
            put(error)

    reader = Thread(target=work, daemon=True)
    reader.start()
    try:
        while (found := ready.get()) is not None:
            if isinstance(found, Exception):
                raise found
            yield found
    finally:
        over.set()
        reader.join()


def too_long(seconds: float, limit: float) -> BadInput:
    """The refusal of a video that lasts so many `seconds`."""
    return BadInput("posture.video_too_long", length=clock(seconds), limit=clock(limit))


def clock(seconds: float) -> str:
    """Minutes and seconds as "5:07", hours as "1:00:00"."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def opened(path: str | Path) -> av.container.InputContainer:
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
        with path.open("rb") as file:  # an MP4 or MOV whose index, which phones write last, is not there
            begun = file.read(8)[4:] in (b"ftyp", b"mdat", b"wide")
        raise BadInput("posture.video_incomplete" if begun else "posture.video_unreadable") from error
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


def start_of(container: av.container.InputContainer) -> float | None:
    """The time stamp in seconds that a browser's player calls 0, None if the file does not tell."""
    return None if container.start_time is None else container.start_time / av.time_base


def _fps(container: av.container.InputContainer) -> float:
    stream = container.streams.video[0]
    return float(stream.average_rate or stream.guessed_rate or 30)


def _shown_size(frame: av.VideoFrame, stream: av.VideoStream, max_side: int | None) -> tuple[int, int]:
    """Width and height of the frame as it lies in the file, at most `max_side` long, once its pixels are square."""
    shape = min(4.0, max(0.25, float(stream.sample_aspect_ratio or 1)))
    width, height = (frame.width * shape, frame.height) if shape >= 1 else (frame.width, frame.height / shape)
    scale = min(1.0, max_side / max(width, height)) if max_side else 1.0
    return max(2, round(width * scale)), max(2, round(height * scale))


def _quarter_turns(frame: av.VideoFrame) -> int:
    """How often the frame is to be turned counter-clockwise, 0 to 3: phones store videos lying."""
    return round(frame.rotation / 90) % 4


def _upright(frame: av.VideoFrame, stream: av.VideoStream, max_side: int | None) -> np.ndarray:
    """(H, W, 3) uint8 as it is shown."""
    width, height = _shown_size(frame, stream, max_side)
    image = frame.to_ndarray(format="rgb24", width=width, height=height)
    turns = _quarter_turns(frame)
    return np.ascontiguousarray(np.rot90(image, turns)) if turns else image


class Writer:
    """An MP4 that browsers play (H.264, yuv420p, index first), written frame by frame inside a `with`.

    It is written under another name and stands at `path` once all of it is there; what fails or is given up leaves
    nothing. Frames are shown at their own seconds; `fps` is the rate where they have none. An odd last row or column is
    dropped, since yuv420p stores colour for squares of two by two pixels. Raises ValueError without a frame.
    """

    CLOCK = Fraction(1, 90_000)  # seconds in a unit of a time stamp

    def __init__(self, path: str | Path, fps: float) -> None:
        self.path = Path(path)
        self.frames = 0
        self._unfinished = self.path.with_name(f".{uuid.uuid4().hex}.mp4")
        self._rate = Fraction(fps).limit_denominator(1001)
        self._container = av.open(str(self._unfinished), "w", format="mp4", options={"movflags": "+faststart"})
        self._stream: av.VideoStream | None = None

    def add(self, image: np.ndarray, seconds: float | None = None) -> None:
        """Write `image` (H, W, 3) uint8 RGB, shown from `seconds` on, which grow from call to call."""
        if self._stream is None:
            height, width = (side // 2 * 2 for side in image.shape[:2])
            options = {"crf": "23", "preset": "veryfast"}
            self._stream = self._container.add_stream("libx264", rate=self._rate, options=options)
            self._stream.width, self._stream.height, self._stream.pix_fmt = width, height, "yuv420p"
            self._stream.codec_context.time_base = self.CLOCK
        width, height = self._stream.width, self._stream.height
        if abs(image.shape[0] - height) > 1 or abs(image.shape[1] - width) > 1:  # a video that changes its size
            image = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(image[:height, :width]), format="rgb24")
        when = self.frames / float(self._rate) if seconds is None else seconds
        frame.pts, frame.time_base = round(when / self.CLOCK), self.CLOCK
        self._container.mux(self._stream.encode(frame))
        self.frames += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None and self._stream is None:
                raise ValueError("No frame to write.")
            if self._stream is not None:
                self._container.mux(self._stream.encode())
            self._container.close()
            if kind is None:
                self._unfinished.replace(self.path)
        finally:
            self._unfinished.unlink(missing_ok=True)


def write(path: str | Path, frames: Iterable[np.ndarray], fps: float) -> int:
    """Write `frames` (H, W, 3) uint8 RGB at a steady rate, as Writer does; how many. Raises ValueError without one."""
    with Writer(path, fps) as writer:
        for image in frames:
            writer.add(image)
    return writer.frames
