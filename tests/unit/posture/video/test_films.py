"""Many videos, one report each; those that are there are kept."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from shutil import copy

import pytest

from demos.common.errors import BadInput
from demos.posture.video import films
from demos.posture.video.clips import clip
from demos.posture.video.films import AnalyseFilm, Film, analyse_films, films_in


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "films"
    place.joinpath("Monday").mkdir(parents=True)
    copy(clip("squat"), place / "Monday" / "a.mp4")
    place.joinpath("broken.mov").write_bytes(b"no video")
    place.joinpath("notes.txt").write_text("no video either")
    return place


def test_each_film_has_its_report_and_one_that_is_there_is_not_looked_at_again(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = films_in([folder], tmp_path / "reports")
    assert [film.report.relative_to(tmp_path).as_posix() for film in found] == [
        "reports/Monday/a.mp4.json",
        "reports/broken.mov.json",
    ]
    first = list(analyse_films(found, AnalyseFilm("squat")))
    assert [(one.done, one.total, one.kept) for one in first] == [(1, 2, False), (2, 2, False)]
    assert isinstance(first[1].result, BadInput)
    assert not found[1].report.exists()
    written = json.loads(found[0].report.read_text(encoding="utf-8"))
    assert written == first[0].result
    assert (written["exercise"], written["source"]["exercise"]) == ("squat", "squat")
    monkeypatch.setattr(AnalyseFilm, "_result", lambda self, video: BadInput("posture.no_person"))
    again = list(analyse_films(found, AnalyseFilm("squat")))
    assert [one.kept for one in again] == [True, False]
    assert again[0].result == first[0].result
    others = list(analyse_films(found, AnalyseFilm("squat", ranges=(("squat", 112.0),))))
    assert [one.kept for one in others] == [False, False], "something else was asked"
    os.utime(found[0].video, (1, 1))
    assert [one.kept for one in analyse_films(found, AnalyseFilm("squat"))] == [False, False], "it was changed"


def test_two_films_never_share_a_report(folder: Path, tmp_path: Path) -> None:
    other = folder / "a.mp4"
    other.write_bytes(b"")
    with pytest.raises(BadInput, match="the same name"):
        films_in([folder / "Monday" / "a.mp4", other], tmp_path)
    assert films_in([other, other], tmp_path) == [Film(other, tmp_path / "a.mp4.json")]


def test_a_report_that_is_no_report_is_made_anew(folder: Path, tmp_path: Path) -> None:
    [film, _] = films_in([folder], tmp_path / "reports")
    film.report.parent.mkdir(parents=True)
    for content in ("", "[]", "{}", '{"source": 1}'):
        film.report.write_text(content)
        assert films._kept(film, AnalyseFilm()) is None


def test_the_command_goes_on_past_a_broken_film(folder: Path, tmp_path: Path, command: Callable) -> None:
    from demos.posture.__main__ import app

    words = ("analyze", folder, "--reports", tmp_path / "reports", "--exercise", "squat", "--json")
    said = command(app, *words, code=2)
    told = json.loads(said.stdout)
    assert [Path(row["video"]).name for row in told["videos"]] == ["a.mp4"]
    assert [Path(row["video"]).name for row in told["errors"]] == ["broken.mov"]
    assert "broken.mov" in said.stderr
    assert command(app, *words, code=2).stdout == said.stdout
