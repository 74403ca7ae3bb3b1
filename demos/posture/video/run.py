"""A visitor's video from the moment it is sent: a copy is made that a browser plays, it is looked at and counted."""

import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from math import floor
from pathlib import Path

from demos.posture.coach.set_tracker import ExerciseSet
from demos.posture.exercises import AUTO, Exercise, find_exercise
from demos.posture.people.people import Spot
from demos.posture.video import video_file
from demos.posture.video.analyse import NO_RANGES, Analysis, Progress, analyse, recount
from demos.posture.video.copies import playable
from demos.posture.video.video_file import VideoInfo

SHOW_EVERY = 0.15  # seconds between two steps that are shown


@dataclass(frozen=True)
class Step:
    """How far it got. `source` is the file to play, None while it is made; `first`: the first step of a new video.

    `more`: something was done since the step before.
    """

    info: VideoInfo
    progress: Progress
    source: Path | None = None
    first: bool = False
    more: bool = False


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
    video: str | Path,
    exercise: str | Exercise,
    *,
    copies: Path,
    most_seconds: float = video_file.MAX_SECONDS,
    ranges: Mapping[str, float] = NO_RANGES,
    enough: Callable[[], bool] = lambda: False,
) -> Iterator[Step | Watched]:
    """A video analysed as `exercise`, step by step; what is converted is kept in the folder `copies`.

    ranges, enough: see `analyse`. Who has enough before there is anything to look at gets nothing. Raises BadInput for
    an unknown exercise, and a video that cannot be read, is longer than `most_seconds` or shows nobody.
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
                if enough():
                    return
                if pace.is_time():
                    yield Step(info, Progress("copying", share), first=first)
                    first = False
        except StopIteration as made:
            source: Path = made.value
    with closing(analyse(video, exercise, most_seconds, ranges=ranges, enough=enough)) as found:
        yield from _steps(found, Path(video), source, info, first)


def run_again(
    watched: Watched, exercise: str | Exercise, ranges: Mapping[str, float] = NO_RANGES
) -> Iterator[Step | Watched]:
    """The same video counted as another exercise, without looking once more. Raises BadInput for an unknown one."""
    with closing(recount(watched.analysis, exercise, ranges)) as found:
        yield from _steps(found, watched.video, watched.source, watched.analysis.info, first=False)


def look_again(
    watched: Watched,
    exercise: str | Exercise,
    person: Spot,
    most_seconds: float = video_file.MAX_SECONDS,
    ranges: Mapping[str, float] = NO_RANGES,
    enough: Callable[[], bool] = lambda: False,
) -> Iterator[Step | Watched]:
    """The same video about somebody else, whose poses have to be found. Raises BadInput as `run` does."""
    if isinstance(exercise, str) and exercise != AUTO:
        find_exercise(exercise)
    with closing(analyse(watched.video, exercise, most_seconds, person, ranges, enough)) as found:
        yield from _steps(found, watched.video, watched.source, watched.analysis.info, first=False)


def _steps(
    found: Generator[Progress | Analysis, None, None], video: Path, source: Path, info: VideoInfo, first: bool
) -> Iterator[Step | Watched]:
    pace, done = Pace(), 0.0
    for progress in found:
        if isinstance(progress, Analysis):
            yield Watched(video, source, progress)
        elif progress.so_far or pace.is_time():
            before, done = done, _done(progress.so_far.sets) if progress.so_far else done
            yield Step(info, progress, source, first, more=done > before)
            first = False


def _done(sets: Sequence[ExerciseSet]) -> float:
    """Repetitions tried and whole seconds held."""
    return sum(len(one.attempts) + floor(one.hold) for one in sets)
