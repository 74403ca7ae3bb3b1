"""The app as it runs on a Hugging Face Space, from exactly the folder that is pushed."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from gradio_client import Client, handle_file

from tests import space_fixtures
from tests.api_client import connect
from tests.clip_fixtures import photo
from tests.conftest import started

SECONDS = 60  # from the start of the app to the first answer of a tab


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `make space` makes."""
    target = tmp_path_factory.mktemp("build") / "space"
    space: Any = space_fixtures.script()
    space.assemble(space_fixtures.ROOT, target, "")
    return target


def _xor(client: Client, folder: Path) -> None:
    assert client.predict(data="and", model="perceptron", api_name="/xor_train")["converged"]


def _gpt(client: Client, folder: Path) -> None:
    assert client.submit(prompt="ROMEO:\n", tokens=20, api_name="/gpt_generate").result(timeout=120)


def _clip(client: Client, folder: Path) -> None:
    files = [handle_file(str(photo(folder / "photo.png", 1)))]
    answer = client.predict(files=files, labels="a dog\na cat", api_name="/clip_match")
    assert len(answer["images"]) == 1


def _posture(client: Client, folder: Path) -> None:
    film = handle_file(str(space_fixtures.ROOT / "assets" / "clips" / "plank.mp4"))
    assert client.predict(film, "plank", api_name="/posture_analyze")["exercise"] == "plank"


FIRST_ANSWERS: dict[str, Callable[[Client, Path], None]] = {
    "xor": _xor, "gpt": _gpt, "clip": _clip, "posture": _posture,
}  # fmt: skip


def visit(url: str, folder: Path) -> dict[str, float]:
    """The seconds until the first answer of each tab, one after another."""
    seconds = {}
    for name, answer in FIRST_ANSWERS.items():
        asked = time.monotonic()
        answer(connect(url), folder)
        seconds[name] = time.monotonic() - asked
    return seconds


def test_every_tab_answers_from_what_is_pushed_without_a_home_and_the_log_stays_clean(
    built: Path, tmp_path: Path
) -> None:
    """With the packages of the tests; those of its own requirements.txt are in the long test."""
    environment = space_fixtures.ENVIRONMENT | {"PYTHONPATH": str(space_fixtures.stub_of_spaces(tmp_path / "stub"))}
    log = tmp_path / "log"
    with started(log, environment, built) as (app, url):
        visit(url, tmp_path)
        app.terminate()
        app.wait(timeout=60)
    written = log.read_text()
    assert "Glassbox is on http://127.0.0.1:" in written
    assert "Traceback" not in written


@pytest.mark.soak
@pytest.mark.timeout(2400)
def test_a_space_with_only_its_own_requirements_answers_in_a_minute_and_again_after_it_slept(
    built: Path, tmp_path: Path
) -> None:
    """The numbers of docs/deploy/space.md are from here."""
    environment = space_fixtures.ENVIRONMENT
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    python = tmp_path / "venv" / "bin" / "python"
    without_constraints = {name: value for name, value in os.environ.items() if name != "PIP_CONSTRAINT"}
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--requirement", "requirements.txt"],
        cwd=built, check=True, env=without_constraints,
    )  # fmt: skip
    for start in ("first", "woken"):
        log = tmp_path / start
        began = time.monotonic()
        with started(log, environment, built, python=python) as (app, url):
            up = time.monotonic() - began
            seconds = visit(url, tmp_path)
            print(f"{start}: the page after {up:.1f} s; first answers: {seconds}")
            app.terminate()
            app.wait(timeout=60)
        assert "Traceback" not in log.read_text()
        assert up + max(seconds.values()) < SECONDS
