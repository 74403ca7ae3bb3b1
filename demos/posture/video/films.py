"""Many videos, one report each: what has its report already is not looked at again."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from demos.common.errors import BadInput
from demos.common.scheduling.batch import map_missing
from demos.common.version import VERSION
from demos.common.whole_file import write_text
from demos.posture.exercises import AUTO
from demos.posture.video.analyse import Analysis, analyse, as_json

ENDINGS = (
    ".mp4", ".m4v", ".mov", ".3gp", ".3g2", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".ts",
    ".ogv", ".flv", ".wmv", ".gif",
)  # fmt: skip


@dataclass(frozen=True)
class Film:
    """A video, and where its report stands."""

    video: Path
    report: Path


@dataclass(frozen=True)
class AnalyseFilm:
    """What each video is asked: see `analyse`. `ranges` are pairs of an exercise and degrees."""

    exercise: str = AUTO
    person: int | None = None
    ranges: tuple[tuple[str, float], ...] = ()

    def open(self) -> Callable[[Path], dict[str, Any] | BadInput]:
        return self._result

    def _result(self, video: Path) -> dict[str, Any] | BadInput:
        """The result as `as_json` tells it, or why there is none."""
        try:
            for found in analyse(video, self.exercise, person=self.person, ranges=dict(self.ranges)):
                if isinstance(found, Analysis):
                    return as_json(found)
        except BadInput as error:
            return error
        raise AssertionError("an analysis ends with its result")

    def source(self, video: Path) -> dict[str, Any]:
        """What a report is of: a film that was changed, or is asked otherwise, gets a new one."""
        state = video.stat()
        told = {"video": video.name, "bytes": state.st_size, "modified_ns": state.st_mtime_ns, "version": VERSION}
        return told | asdict(self) | {"ranges": [list(pair) for pair in self.ranges]}


@dataclass(frozen=True)
class Done:
    """So many of `total` films are done. `result` is the newest one's, or why there is none; `kept`: from before."""

    done: int
    total: int
    number: int
    result: Mapping[str, Any] | BadInput
    kept: bool


def films_in(places: Sequence[Path], reports: Path) -> list[Film]:
    """The videos named, and those below the folders named, by name; a report is called like its video, with .json.

    Raises BadInput for a folder without videos, and for two videos whose reports would be one file.
    """
    films: dict[Path, Film] = {}
    for place in places:
        inside = [place]
        if place.is_dir():
            inside = [file for file in sorted(place.rglob("*")) if file.suffix.lower() in ENDINGS and file.is_file()]
        if not inside:
            raise BadInput("posture.no_videos", folder=place)
        for video in inside:
            below = video.relative_to(place) if place.is_dir() else Path(video.name)
            film = Film(video, reports / below.parent / f"{below.name}.json")
            if films.setdefault(film.report, film).video != video:
                raise BadInput("posture.same_report", one=films[film.report].video, other=video)
    return list(films.values())


def analyse_films(
    films: Sequence[Film], asked: AnalyseFilm, ray: str | None = None, workers: int | None = None
) -> Iterator[Done]:
    """Each film once; its report is written as soon as it is done. `ray` and `workers`: see `map_missing`."""
    videos = [film.video.absolute() for film in films]

    def known(number: int) -> dict[str, Any] | BadInput | None:
        return _kept(films[number], asked)

    for done, (number, found, kept) in enumerate(map_missing(asked, videos, known, ray, workers), 1):
        film = films[number]
        if not kept and not isinstance(found, BadInput):
            found = {**found, "source": asked.source(film.video)}
            write_text(film.report, json.dumps(found, ensure_ascii=False, indent=2) + "\n")
        yield Done(done, len(films), number, found, kept)


def _kept(film: Film, asked: AnalyseFilm) -> dict[str, Any] | None:
    """The report that is there already, if it is of this film and what is asked of it."""
    try:
        kept = json.loads(film.report.read_text(encoding="utf-8"))
        return kept if kept["source"] == asked.source(film.video) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
