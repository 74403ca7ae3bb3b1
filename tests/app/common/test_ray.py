"""Batch work on Ray, with real workers: all is done and the same, also when one is killed; on loopback alone."""

import json
import os
import re
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from demos.clip.batch_encoding import EncodeThere
from demos.common.errors import BadInput
from demos.common.scheduling import batch
from demos.common.scheduling.batch import RETRIES, Work, map_unordered
from demos.common.scheduling.ray_cluster import check
from demos.common.scheduling.threads import process_with
from demos.posture.video.clips import clip
from demos.posture.video.films import AnalyseFilm, analyse_films, films_in
from demos.xor.lottery.cells import TrainCell


@dataclass(frozen=True)
class Square:
    """n² and the process it was made in; a worker is killed in the middle of -1, `times` times."""

    deaths: Path
    times: int

    def open(self) -> Callable[[int], tuple[int, int]]:
        return self._square

    def _square(self, n: int) -> tuple[int, int]:
        if n == -1 and len(list(self.deaths.iterdir())) < self.times:
            self.deaths.joinpath(str(os.getpid())).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if n == 13:
            raise BadInput("common.not_positive", name="n", value=n)
        return n * n, os.getpid()


def listening() -> set[str]:
    """The addresses, in hexadecimal, at which processes started from here or by Ray's own listen."""
    ours = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if b"RAY_AUTH_TOKEN=" + os.environ["RAY_AUTH_TOKEN"].encode() not in (process / "environ").read_bytes():
                continue
            ours |= {os.readlink(file) for file in (process / "fd").iterdir()}
        except OSError:
            continue  # it ended, or it is another user's
    rows = [line.split() for kind in ("tcp", "tcp6") for line in Path("/proc/net", kind).read_text().splitlines()[1:]]
    return {row[1].rpartition(":")[0] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in ours}


@pytest.mark.timeout(120)
def test_all_is_done_although_a_worker_is_killed_and_nothing_listens_beyond_loopback(tmp_path: Path) -> None:
    numbers = [*range(5), -1, *range(20, 30)]
    found, addresses = {}, set()
    for index, result in map_unordered(Square(tmp_path, times=1), numbers, ray="local", workers=2):
        found[index] = result
        addresses |= listening()
    assert [found[index][0] for index in range(len(numbers))] == [n * n for n in numbers]
    assert len(list(tmp_path.iterdir())) == 1, "a worker was killed"
    assert os.getpid() not in {process for _, process in found.values()}
    assert addresses
    assert addresses <= {"0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000"}
    assert os.environ["RAY_USAGE_STATS_ENABLED"] == "0"


@pytest.mark.soak
def test_an_item_that_ends_every_worker_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=f"died {RETRIES + 1} times"):
        list(map_unordered(Square(tmp_path, times=100), [1, -1], ray="local", workers=2))
    assert len(list(tmp_path.iterdir())) == RETRIES + 1


@pytest.mark.soak
def test_what_a_worker_refuses_is_refused_here(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refused:
        list(map_unordered(Square(tmp_path, times=0), [13], ray="local", workers=1))
    assert (refused.value.key, refused.value.values) == ("common.not_positive", {"name": "n", "value": 13})


@pytest.mark.soak
def test_a_lottery_on_ray_prints_the_same_object(command: Callable) -> None:
    from demos.xor.__main__ import app

    words = ("lottery", "--hidden", "2,3", "--activation", "tanh,relu", "--seeds", 20, "--steps", 300, "--json")
    assert command(app, *words, "--ray", "local").stdout == command(app, *words).stdout


@pytest.mark.soak
@pytest.mark.parametrize("asked", ["search", "evaluate"])
def test_clip_on_ray_prints_the_same_object(asked: str, command: Callable, tmp_path: Path) -> None:
    from demos.clip.__main__ import app

    pictures = tmp_path / "pictures"
    random = np.random.default_rng(0)
    for number in range(70):  # more than one part
        file = pictures / ("noise", "more noise")[number % 2] / f"{number:02}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(random.integers(0, 256, (50 + number, 80, 3), dtype=np.uint8)).save(file)
    pictures.joinpath("noise", "again.png").write_bytes(pictures.joinpath("noise", "00.png").read_bytes())
    for number in range(2):
        pictures.joinpath("noise", f"broken {number}.png").write_bytes(b"no image")
    words = (asked, pictures, *(["noise", "--top", 80] if asked == "search" else []), "--json")
    here = command(app, *words, *(["--index", tmp_path / "here"] if asked == "search" else []))
    there = command(app, *words, *(["--index", tmp_path / "there"] if asked == "search" else []), "--ray", "local")
    assert there.stdout == here.stdout
    assert "broken 1.png" in there.stdout


@pytest.mark.soak
def test_films_on_ray_get_the_same_reports(tmp_path: Path) -> None:
    clips = [clip("squat"), clip("push_up")]
    reports = []
    for ray in (None, "local"):
        films = films_in(clips, tmp_path / str(ray))
        assert len(list(analyse_films(films, AnalyseFilm(), ray))) == 2
        reports.append([film.report.read_text(encoding="utf-8") for film in films])
    assert reports[0] == reports[1]


@pytest.mark.soak
def test_a_sweep_on_ray_has_the_same_results(command: Callable, tmp_path: Path) -> None:
    from demos.gpt.__main__ import app

    words = ("sweep", "README.md", "--lr", "0.01,0.02", "--width", "32,64", "--steps", 5, "--dropout", "0.1", "--json")
    here = json.loads(command(app, *words, "--out", tmp_path / "here.jsonl").stdout)
    there = json.loads(command(app, *words, "--out", tmp_path / "there.jsonl", "--ray", "local").stdout)
    assert len(here["results"]) == 4
    assert there["results"] == here["results"]


@pytest.mark.parametrize(
    "work", [EncodeThere("embedded", offline=True, local=False), AnalyseFilm("squat"), TrainCell()]
)
def test_a_worker_computes_on_one_thread_also_when_it_has_opened_its_model(work: Work) -> None:
    threads = torch.get_num_threads()
    try:
        process_with(2)
        batch._opened.cache_clear()
        batch._opened(work)
        assert torch.get_num_threads() == 1
    finally:
        batch._opened.cache_clear()
        process_with(threads)


def test_without_ray_items_are_done_here_in_order(tmp_path: Path) -> None:
    found = list(map_unordered(Square(tmp_path, times=0), iter([3, 2, 1])))
    assert found == [(0, (9, os.getpid())), (1, (4, os.getpid())), (2, (1, os.getpid()))]


def test_where_ray_is_not_installed_the_sentence_says_how(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    check(None)
    with pytest.raises(BadInput, match=re.escape('pip install -e ".[ray]"')):
        check("local")
