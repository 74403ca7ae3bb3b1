"""The two profiles, and what the README says of them."""

import os
import re
from dataclasses import fields
from pathlib import Path

import pytest

import app
from demos.common.models.model_cache import most_opened
from demos.common.settings import PROFILES, Settings

README = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
UNITS = {"MB": 10**6, "GB": 10**9, "min": 60, "s": 1, "": 1}
ROWS = {  # what the README calls it
    "one file": "max_upload",
    "a video": "video_seconds",
    "a model from a hub": "download_bytes",
    "all models from hubs, on the disk": "cached_bytes",
    "models of one tab that stay open, in memory": "opened_bytes",
    "cameras at once": "concurrent_streams",
    "GPTs that compute at the same time; the others have their turn next": "trainings_at_once",
    "a training, of its own computation": "training_minutes",
}
IN_MINUTES = {"training_minutes"}


def told(row: str) -> list[float]:
    """The numbers of a row of the README's table, in seconds or bytes."""
    [line] = re.findall(rf"^\| {re.escape(row)} \| (.+) \|$", README, re.MULTILINE)
    found = [re.fullmatch(r"([\d.]+) ?(\w*)", cell) for cell in line.split(" | ")]
    return [float(cell[1]) * UNITS[cell[2]] for cell in found if cell]


@pytest.mark.parametrize(("row", "field"), ROWS.items(), ids=list(ROWS.values()))
def test_the_readme_says_the_numbers_of_both_profiles(row: str, field: str) -> None:
    scale = 60 if field in IN_MINUTES else 1
    assert told(row) == [scale * getattr(PROFILES[name], field) for name in ("laptop", "shared")]


def test_a_profile_knows_its_name() -> None:
    assert {name: row.profile for name, row in PROFILES.items()} == {"laptop": "laptop", "shared": "shared"}


def test_nobody_has_less_on_a_laptop() -> None:
    generous = {field.name for field in fields(Settings)} - {"device", "profile", "workers_folder"}
    for name in generous:
        assert getattr(PROFILES["laptop"], name) >= getattr(PROFILES["shared"], name), name


@pytest.mark.parametrize("profile", PROFILES)
def test_the_launched_app_tells_the_models_what_may_stay_open(profile: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {})
    assert most_opened() == float("inf")  # on the command line

    def served(launch: object) -> None:
        raise InterruptedError

    monkeypatch.setattr(app, "in_event_loop", served)
    with pytest.raises(InterruptedError):
        app._serve(PROFILES[profile], "127.0.0.1", 7860, set(), None)
    assert most_opened() == PROFILES[profile].opened_bytes
