"""Files of the hub are fetched whole, also by two at once, and however the hub sends them."""

import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from demos.common import hub
from demos.common.hub import Download
from tests.hub_fixtures import Hub, serve

MODEL = random.Random(0).randbytes(4_000_000)  # more than the sockets between hub and reader can hold
CONFIG = b'{"model_type": "gpt2"}' * 50
WEIGHTS = ("model.safetensors",)


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Hub]]:
    monkeypatch.setenv("GLASSBOX_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "theirs"))
    monkeypatch.setattr(hub, "CHUNK", 100_000)
    (tmp_path / "served").mkdir()
    (tmp_path / "served" / "model.safetensors").write_bytes(MODEL)
    (tmp_path / "served" / "config.json").write_bytes(CONFIG)
    with serve(tmp_path / "served") as (address, handler):
        monkeypatch.setenv("HF_ENDPOINT", address)
        yield handler


def fetching(*names: str) -> Iterator[Download | Path]:
    return hub.fetch("gpt", "owner/name", names or WEIGHTS, offline=False)


def kept() -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in hub.folder_for("gpt", "owner/name").iterdir()}


def test_two_visitors_at_once_both_get_the_file(served: type[Hub]) -> None:
    ends: list[object] = []

    def visit() -> None:
        try:
            *_, end = fetching()
        except Exception as error:
            end = error
        ends.append(end)

    visitors = [threading.Thread(target=visit) for _ in range(4)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join(timeout=60)
    assert ends == [hub.folder_for("gpt", "owner/name") / "model.safetensors"] * 4
    assert kept() == {"model.safetensors": MODEL}


def test_who_comes_second_sees_the_firsts_progress_and_may_leave(served: type[Hub]) -> None:
    first, second = fetching(), fetching()
    arrived = next(event for event in first if isinstance(event, Download) and event.received > 1_000_000)
    waiting = [next(second) for _ in range(3)]
    assert waiting[1:] == [Download("model.safetensors", arrived.received, len(MODEL))] * 2
    second.close()  # type: ignore[attr-defined]  # a generator
    *_, whole = first
    assert isinstance(whole, Path)
    assert kept() == {"model.safetensors": MODEL}


def test_who_comes_second_goes_on_where_the_first_stopped(served: type[Hub]) -> None:
    first, second = fetching(), fetching()
    arrived = next(event for event in first if isinstance(event, Download) and event.received > 1_000_000)
    next(second)
    next(second)
    first.close()  # type: ignore[attr-defined]  # a generator
    going_on, *_, whole = second
    assert isinstance(going_on, Download)
    assert arrived.received < going_on.received < len(MODEL)
    assert isinstance(whole, Path)
    assert kept() == {"model.safetensors": MODEL}


def test_a_download_that_was_stopped_at_its_very_end_can_be_taken_up(served: type[Hub]) -> None:
    first = fetching()
    next(event for event in first if isinstance(event, Download) and event.received == len(MODEL))
    first.close()  # type: ignore[attr-defined]  # a generator
    assert kept() == {"model.safetensors.part": MODEL}
    *_, whole = fetching()
    assert isinstance(whole, Path)
    assert kept() == {"model.safetensors": MODEL}


def test_a_hub_that_compresses_is_asked_not_to(served: type[Hub]) -> None:
    served.gzips = True
    *_, received, _ = fetching("config.json")
    assert received == Download("config.json", len(CONFIG), len(CONFIG))
    assert kept() == {"config.json": CONFIG}


def test_a_redirection_has_a_length_of_its_own(served: type[Hub]) -> None:
    """As the hub answers for small files."""
    served.redirects = True
    *_, received, _ = fetching("config.json")
    assert received == Download("config.json", len(CONFIG), 0)
    assert kept() == {"config.json": CONFIG}


def test_a_file_of_unknown_size_begins_anew(served: type[Hub]) -> None:
    served.redirects = True
    folder = hub.folder_for("gpt", "owner/name")
    folder.mkdir(parents=True)
    (folder / "config.json.part").write_bytes(CONFIG)
    *_, whole = fetching("config.json")
    assert isinstance(whole, Path)
    assert kept() == {"config.json": CONFIG}
