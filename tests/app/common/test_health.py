"""The served app tells how it is, also while others wait for answers."""

import httpx


def test_the_app_tells_how_it_is(app_url: str) -> None:
    told = httpx.get(f"{app_url}/health", timeout=120)
    assert told.status_code == 200
    assert told.json().keys() == {
        *("status", "version", "uptime_seconds", "profile", "offline", "visitors", "trainings"),
    }
    assert (told.json()["status"], told.json()["offline"], told.json()["profile"]) == ("ok", True, "laptop")
    assert httpx.head(f"{app_url}/health", timeout=120).status_code == 200
