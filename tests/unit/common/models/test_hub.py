"""Files of the hub are fetched whole, also by two at once, and however the hub sends them.

They are found by whoever uses huggingface_hub's cache, and gated ones come only to those who may.
"""

import hashlib
import os
import random
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from huggingface_hub import constants

from demos.common.errors import BadInput
from demos.common.models import hub
from demos.common.models.hub import Download
from tests.hub_fixtures import COMMIT, Hub, serve

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


def storage() -> Path:
    return hub.cache() / "models--owner--name"


def kept() -> dict[str, bytes]:
    """The files by name, and what was begun."""
    whole = {file.name: file.read_bytes() for file in storage().glob("snapshots/*/*")}
    begun = [file.read_bytes() for file in storage().glob("blobs/*.incomplete")]
    assert len(list(storage().glob("blobs/*"))) == len(whole) + len(begun)
    return whole | dict.fromkeys(["begun"] * len(begun), b"".join(begun))


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
    assert ends == [storage() / "snapshots" / COMMIT / "model.safetensors"] * 4
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
    assert kept() == {"begun": MODEL}
    *_, whole = fetching()
    assert isinstance(whole, Path)
    assert kept() == {"model.safetensors": MODEL}


def test_a_hub_that_compresses_is_asked_not_to(served: type[Hub]) -> None:
    served.gzips = True
    *_, received, _ = fetching("config.json")
    assert received == Download("config.json", len(CONFIG), len(CONFIG))
    assert kept() == {"config.json": CONFIG}


def test_a_redirection_has_a_length_of_its_own(served: type[Hub]) -> None:
    """As the hub answers for small files: the size is that of the file it leads to."""
    served.redirects = True
    *_, received, _ = fetching("config.json")
    assert received == Download("config.json", len(CONFIG), len(CONFIG))
    assert kept() == {"config.json": CONFIG}


def test_a_file_of_unknown_size_begins_anew(served: type[Hub]) -> None:
    served.sizeless = True
    begun = storage() / "blobs" / f"{hashlib.sha1(b'blob %d' % len(CONFIG) + bytes(1) + CONFIG).hexdigest()}.incomplete"
    begun.parent.mkdir(parents=True)
    begun.write_bytes(CONFIG)
    *_, received, whole = fetching("config.json")
    assert received == Download("config.json", len(CONFIG), 0)
    assert isinstance(whole, Path)
    assert kept() == {"config.json": CONFIG}


def test_what_an_older_version_fetched_is_used_as_it_is(served: type[Hub]) -> None:
    old = hub.folder_for("gpt", "owner/name") / "model.safetensors"
    old.parent.mkdir(parents=True)
    old.write_bytes(b"old")
    assert list(fetching()) == [old]
    assert not served.asked


def by_huggingface(offline: bool, cache: Path) -> str:
    """What huggingface_hub itself finds or fetches, in a program of its own (it reads its settings when imported)."""
    program = "from huggingface_hub import hf_hub_download; print(hf_hub_download('owner/name', 'model.safetensors'))"
    environment = os.environ | {"HF_HUB_CACHE": str(cache), "HF_HUB_OFFLINE": str(int(offline)), "HF_TOKEN": ""}
    answer = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.strip()


def test_huggingface_hub_finds_what_was_fetched_here(served: type[Hub]) -> None:
    *_, whole = fetching()
    assert by_huggingface(True, hub.cache()) == str(whole)


def test_what_huggingface_hub_fetched_is_found_here(served: type[Hub], tmp_path: Path) -> None:
    theirs = by_huggingface(False, tmp_path / "theirs")
    served.asked.clear()
    assert list(fetching()) == [Path(theirs)]
    assert not served.asked


def test_without_a_folder_of_our_own_the_hubs_cache_is_used(
    served: type[Hub], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("GLASSBOX_CACHE")
    *_, whole = fetching()
    assert whole == tmp_path / "theirs" / "models--owner--name" / "snapshots" / COMMIT / "model.safetensors"


def test_a_new_commit_with_the_same_file_is_not_fetched_again(served: type[Hub]) -> None:
    *_, whole = fetching()
    assert isinstance(whole, Path)
    whole.unlink()
    served.asked.clear()
    assert [type(event) for event in fetching()] == [Download, type(whole)]
    assert [method for method, _, _ in served.asked] == ["HEAD"]
    assert kept() == {"model.safetensors": MODEL}


@pytest.fixture
def gated(served: type[Hub], monkeypatch: pytest.MonkeyPatch) -> type[Hub]:
    monkeypatch.setenv("HF_TOKEN", "hf_ours")
    served.gated, served.token = True, "hf_ours"
    return served


def test_a_visitor_never_has_a_gated_file_with_the_hosts_token(gated: type[Hub]) -> None:
    with pytest.raises(BadInput) as refused:
        list(fetching())
    assert refused.value.key == "gpt.gated"
    assert {token for _, _, token in gated.asked} == {""}


def test_the_command_line_sends_the_token_of_huggingface_hub(gated: type[Hub]) -> None:
    *_, whole = hub.fetch("gpt", "owner/name", WEIGHTS, offline=False, token=True)
    assert isinstance(whole, Path)
    assert kept() == {"model.safetensors": MODEL}
    assert {token for _, _, token in gated.asked} == {"hf_ours"}


def test_a_token_that_may_not_read_it_is_told_so(gated: type[Hub]) -> None:
    gated.token = "hf_of_others"
    with pytest.raises(BadInput) as refused:
        list(hub.fetch("gpt", "owner/name", WEIGHTS, offline=False, token=True))
    assert refused.value.key == "gpt.gated"


def test_the_token_is_not_sent_to_the_host_of_the_large_files(gated: type[Hub], tmp_path: Path) -> None:
    with serve(tmp_path / "served") as (address, elsewhere):
        gated.large_files_at = address.replace("127.0.0.1", "localhost")
        *_, whole = hub.fetch("gpt", "owner/name", WEIGHTS, offline=False, token=True)
        assert isinstance(whole, Path)
        assert kept() == {"model.safetensors": MODEL}
        assert [(method, token) for method, _, token in elsewhere.asked] == [("GET", "")]


@pytest.mark.parametrize("etag", ["../../../etc/passwd", "a/b", "", "."])
def test_a_server_whose_tag_could_be_a_path_is_no_hub(served: type[Hub], etag: str) -> None:
    served.digest = etag or '"'
    with pytest.raises(BadInput) as refused:
        list(fetching())
    assert refused.value.key == "gpt.no_network"


def refusal(*names: str, offline: bool = False) -> str:
    """The key of the sentence with which a fetch is refused."""
    with pytest.raises(BadInput) as refused:
        list(hub.fetch("gpt", "owner/name", names or WEIGHTS, offline))
    return refused.value.key


def test_offline_nobody_is_asked(served: type[Hub]) -> None:
    assert refusal(offline=True) == "gpt.offline"
    assert not served.asked
    list(fetching())
    served.asked.clear()
    assert [type(event) for event in hub.fetch("gpt", "owner/name", WEIGHTS, offline=True)] == [type(Path())]
    assert not served.asked


def test_what_the_repository_does_not_have_is_told(served: type[Hub]) -> None:
    assert refusal("pytorch_model.bin", "tf_model.h5") == "gpt.not_on_hub"
    *_, whole = fetching("pytorch_model.bin", "config.json")
    assert isinstance(whole, Path)
    assert whole.name == "config.json"


def test_a_connection_that_breaks_leaves_what_came(served: type[Hub]) -> None:
    served.breaks = 1_500_000
    assert refusal() == "gpt.download_broke"
    [begun] = storage().glob("blobs/*.incomplete")
    received = begun.stat().st_size
    assert 0 < received <= 1_500_000
    served.breaks = None
    assert next(event for event in list(fetching())[1:] if isinstance(event, Download)).received > received
    assert kept() == {"model.safetensors": MODEL}


def test_an_answer_that_is_an_error_is_no_content(served: type[Hub]) -> None:
    served.broken = True
    assert refusal() == "gpt.download_broke"
    assert not list(storage().glob("snapshots/*/*"))
    assert not list(storage().glob("blobs/*"))


def test_a_cache_that_cannot_be_written_is_named(served: type[Hub]) -> None:
    hub.cache().mkdir(parents=True)
    storage().write_text("a file where the folder should be")
    with pytest.raises(BadInput) as refused:
        list(fetching())
    assert refused.value.key == "gpt.no_room"
    assert refused.value.values["folder"] == str(storage())


def test_a_link_that_leads_nowhere_is_mended(served: type[Hub]) -> None:
    *_, whole = fetching()
    assert isinstance(whole, Path)
    whole.resolve().unlink()
    assert list(fetching())[-1] == whole
    assert kept() == {"model.safetensors": MODEL}


def test_files_lie_where_huggingface_hub_looks_for_them(
    served: type[Hub], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    list(fetching())
    assert hub.cache() == tmp_path / "cache"
    digest = hashlib.sha256(MODEL).hexdigest()
    assert (storage() / "blobs" / digest).read_bytes() == MODEL
    assert (storage() / "refs/main").read_text() == COMMIT
    assert (hub.cache() / ".locks/models--owner--name" / f"{digest}.lock").exists()
    assert hub.folder_for("gpt", "owner/name") == tmp_path / "cache/gpt/hub/owner--name"
    monkeypatch.delenv("GLASSBOX_CACHE")
    assert hub.cache() == tmp_path / "theirs"
    assert hub.folder_for("gpt", "owner/name") == Path.home() / ".cache/glassbox/gpt/hub/owner--name"
    monkeypatch.delenv("HF_HUB_CACHE")
    assert hub.cache() == Path(constants.HF_HUB_CACHE)


def test_only_the_command_line_says_that_it_may_send_the_token() -> None:
    """The core passes the parameter on; nothing that a page calls sets it."""
    says = [file for file in Path("demos").rglob("*.py") if re.search(r"(token|local)=True", file.read_text("utf-8"))]
    assert sorted(file.as_posix() for file in says) == ["demos/clip/__main__.py", "demos/gpt/__main__.py"]


@pytest.mark.parametrize("sizeless", [False, True])
def test_a_file_larger_than_strangers_may_fetch_is_refused(
    sizeless: bool, served: type[Hub], monkeypatch: pytest.MonkeyPatch
) -> None:
    served.sizeless = sizeless
    monkeypatch.setenv("GLASSBOX_MOST_DOWNLOAD", "3e6")
    with pytest.raises(BadInput, match=r"fetches no more than 0\.003 GB") as refused:
        list(fetching())
    assert refused.value.key == "gpt.download_too_large"
    assert kept().get("begun", b"") != MODEL
    assert hub.cache() in list(fetching("config.json"))[-1].parents  # type: ignore[union-attr]


def test_a_full_cache_takes_no_more_but_gives_what_it_has(served: type[Hub], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLASSBOX_MOST_CACHED", str(len(MODEL) + 10))
    *_, model = fetching()
    with pytest.raises(BadInput) as refused:
        list(fetching("config.json"))
    assert refused.value.key == "gpt.cache_full"
    assert list(fetching()) == [model]
