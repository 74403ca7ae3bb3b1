"""Whoever watches over the app is told numbers."""

import tomllib
from pathlib import Path

from starlette.applications import Starlette
from starlette.testclient import TestClient

from demos.common.settings import PROFILES
from demos.common.ui.server.health import Health
from demos.common.version import VERSION
from demos.common.visits import Visits

ROOT = Path(__file__).parents[5]


def test_it_tells_what_the_app_is_and_how_many_are_here() -> None:
    visits = Visits()
    health = Health(PROFILES["shared"], {"visitors": visits.count, "trainings": lambda: 3})
    client = TestClient(Starlette(routes=[health.route()]))
    told = client.get("/health")
    assert told.status_code == 200
    assert told.headers["cache-control"] == "no-store"
    known = {"status": "ok", "version": VERSION, "profile": "shared", "offline": False, "visitors": 0, "trainings": 3}
    assert told.json() == known | {"uptime_seconds": told.json()["uptime_seconds"]}
    assert told.json()["uptime_seconds"] >= 0
    with visits.request("somebody", page=True):
        assert client.get("/health").json()["visitors"] == 1
    head = client.head("/health")
    assert (head.status_code, head.content) == (200, b"")


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == VERSION
