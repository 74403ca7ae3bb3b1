"""Copies of videos that every browser plays, in one folder, each found again by the content of its original."""

import hashlib
import time
import uuid
from collections.abc import Generator, Iterable, Iterator
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from demos.posture.video.video_file import MAX_SECONDS, Writer, opened, probe, read, start_of

PLAYED = {"h264": "mp4", "vp8": "webm", "vp9": "webm"}  # codecs and the one container in which each is played
PIXELS = ("yuv420p", "yuvj420p")
SIDE = 640  # pixels of a copy's longer side, where its frames must be encoded anew
UNUSED = 3600.0  # seconds after which a copy that nobody asked for again is removed
MOST_BYTES = 4_000_000_000  # of all copies; beyond that those unused longest are removed


def playable(path: str | Path, folder: Path, max_seconds: float = MAX_SECONDS) -> Generator[float, None, Path]:
    """A video with the frames of `path`, at the same seconds, that every browser plays: itself, or an MP4 in `folder`.

    A generator of the share that is done, 0 to 1, which returns the file. Raises BadInput as `read` does.
    """
    path = Path(path)
    with opened(path) as container:
        names, stream = container.format.name.split(","), container.streams.video[0]
        codec, pixels = stream.codec_context.name.removeprefix("lib").removesuffix("-vp9"), stream.pix_fmt
    h264 = codec == "h264" and pixels in PIXELS
    played = pixels in PIXELS and PLAYED.get(codec) in names
    if played and path.suffix.lower() in (".mp4", ".m4v", ".webm"):  # a server names the container by the ending
        return path
    tidy(folder)
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / f"{_sha256(path)}.mp4"
    if copy.exists():
        with suppress(FileNotFoundError):
            copy.touch()
            return copy
    if h264:
        with suppress(av.FFmpegError):  # its packets cannot be sorted: its frames can
            yield from _repack(path, copy)
            return copy
    yield from _encode(path, copy, max_seconds)
    return copy


def tidy(folder: Path, unused: float = UNUSED, most_bytes: int = MOST_BYTES) -> None:
    """Remove from `folder` what nobody asked for during `unused` seconds, then the longest unused of too many bytes."""
    found = []
    for file in folder.glob("*.mp4"):  # and those whose making was cut short
        with suppress(FileNotFoundError):
            found.append((file.stat().st_mtime, file.stat().st_size, file))
    total = sum(size for _, size, _ in found)
    for last_used, size, file in sorted(found):
        if time.time() - last_used > unused or total > most_bytes:
            file.unlink(missing_ok=True)
            total -= size


def _encode(path: Path, copy: Path, max_seconds: float) -> Iterator[float]:
    info = probe(path)
    with Writer(copy, info.fps) as writer:
        for frame in read(path, max_side=SIDE, max_seconds=max_seconds):
            writer.add(frame.image, frame.seconds)
            yield min(1.0, frame.seconds / info.seconds) if info.seconds else 0.0


def _repack(path: Path, copy: Path) -> Iterator[float]:
    """The same H.264 frames, not encoded anew, with their matrix, in another container."""
    unfinished = copy.with_name(f".{uuid.uuid4().hex}.mp4")
    try:
        with opened(path) as source, av.open(str(unfinished), "w", options={"movflags": "+faststart"}) as target:
            stream = source.streams.video[0]
            begin = Fraction(start_of(source) or 0)
            seconds = float((stream.duration or 0) * (stream.time_base or 0))
            into = target.add_stream_from_template(stream)
            for packet in _with_dts(source.demux(stream)):
                shift = round(begin / packet.time_base)
                packet.dts -= shift
                packet.pts = None if packet.pts is None else packet.pts - shift
                at = float(packet.dts * packet.time_base)
                packet.stream = into
                target.mux(packet)
                yield min(1.0, max(0.0, at / seconds)) if seconds else 0.0
        unfinished.replace(copy)
    finally:
        unfinished.unlink(missing_ok=True)


def _with_dts(packets: Iterable[Any]) -> Iterator[Any]:
    """The packets, each with the time at which it is decoded: Matroska leaves it out for the first ones."""
    waiting: list[Any] = []
    for packet in packets:
        if packet.size == 0:  # the end
            continue
        waiting.append(packet)
        if packet.dts is not None:
            for before, earlier in enumerate(reversed(waiting)):
                earlier.dts = packet.dts - before * (packet.duration or 1)
            yield from waiting
            waiting = []


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
