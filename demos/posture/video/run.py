"""A visitor's video from the moment it is sent: a copy is made that a browser plays, it is looked at and counted."""

import time
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from demos.posture.exercises import AUTO, Exercise, find_exercise
from demos.posture.people.people import Spot
from demos.posture.video import video_file
from demos.posture.video.analyse import Analysis, Progress, analyse, recount
from demos.posture.video.copies import playable
from demos.posture.video.video_file import VideoInfo

SHOW_EVERY = 0.15  # seconds between two steps that are shown


@dataclass(frozen=True)
class Step:
    """How far it got. `source` is the file to play, None while it is made; `first`: the first step of a new video."""

    info: VideoInfo
    progress: Progress
    source: Path | None = None
    first: bool = False


@dataclass(frozen=True)
class Watched:
    """A video that was analysed: the visitor's file, the one that a browser plays, and what was found."""

    video: Path
    source: Path
    analysis: Analysis


class Pace:
    """Whether it is time to show something again."""

    def __init__(self) -> None:
        self._last = float("-inf")

    def is_time(self) -> bool:
        now = time.monotonic()
        if now - self._last < SHOW_EVERY:
            return False
        self._last = now
        return True


def run(
    video: str | Path, exercise: str | Exercise, *, copies: Path, most_seconds: float = video_file.MAX_SECONDS
) -> Iterator[Step | Watched]:
    """A video analysed as `exercise`, step by step; what is converted is kept in the folder `copies`.

    Raises BadInput for an unknown exercise, and a video that cannot be read, is longer than `most_seconds` or shows
    nobody.
    """
    if isinstance(exercise, str) and exercise != AUTO:
        find_exercise(exercise)
    video, pace, first = Path(video), Pace(), True
    info = video_file.probe(video)
    if info.seconds > most_seconds:
        raise video_file.too_long(info.seconds, most_seconds)
    with closing(playable(video, copies, most_seconds)) as copying:
        try:
            while True:
                share = next(copying)
                if pace.is_time():
                    yield Step(info, Progress("copying", share), first=first)
                    first = False
        except StopIteration as made:
            source: Path = made.value
    with closing(analyse(video, exercise, most_seconds)) as found:
        yield from _steps(found, Path(video), source, info, first)


def run_again(watched: Watched, exercise: str | Exercise) -> Iterator[Step | Watched]:
    """The same video counted as another exercise, without looking once more. Raises BadInput for an unknown one."""
    with closing(recount(watched.analysis, exercise)) as found:
        yield from _steps(found, watched.video, watched.source, watched.analysis.info, first=False)


def look_again(
    watched: Watched, exercise: str | Exercise, person: Spot, most_seconds: float = video_file.MAX_SECONDS
) -> Iterator[Step | Watched]:
    """The same video about somebody else, whose poses have to be found. Raises BadInput as `run` does."""
    if isinstance(exercise, str) and exercise != AUTO:
        find_exercise(exercise)
    with closing(analyse(watched.video, exercise, most_seconds, person)) as found:
        yield from _steps(found, watched.video, watched.source, watched.analysis.info, first=False)


def _steps(
    found: Generator[Progress | Analysis, None, None], video: Path, source: Path, info: VideoInfo, first: bool
) -> Iterator[Step | Watched]:
    pace = Pace()
    for progress in found:
        if isinstance(progress, Analysis):
            yield Watched(video, source, progress)
        elif progress.so_far or pace.is_time():
            yield Step(info, progress, source, first)
            first = False
