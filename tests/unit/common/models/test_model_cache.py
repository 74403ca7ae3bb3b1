"""Open models: the last two stay, those in use are shared, and a file that changed is another model."""

import gc
import hashlib
import os
import time
from pathlib import Path
from typing import BinaryIO

import pytest

from demos.common.models import model_cache
from demos.common.models.hub import Download
from demos.common.models.model_cache import ModelCache, digest, file_key, wait_for


class Model:
    def __init__(self, name: str) -> None:
        self.name = name


def test_the_last_two_stay_open() -> None:
    cache: ModelCache[Model] = ModelCache(kept=2)
    opened: list[str] = []

    def get(name: str) -> str:
        def open() -> Model:
            opened.append(name)
            return Model(name)

        return cache.get(name, open).name

    assert [get(name) for name in ("a", "b", "a", "c", "a", "b")] == ["a", "b", "a", "c", "a", "b"]
    gc.collect()
    assert opened == ["a", "b", "c", "b"]


def test_a_model_in_use_is_shared_however_old_it_is() -> None:
    cache: ModelCache[Model] = ModelCache(kept=1)
    mine = cache.get("a", lambda: Model("a"))
    for name in ("b", "c"):
        cache.get(name, lambda: Model("another"))
    assert cache.get("a", lambda: Model("a")) is mine
    cache.clear()
    assert cache.get("a", lambda: Model("a")) is not mine


def test_together_they_take_no_more_than_the_bytes_allowed_but_the_latest_stays() -> None:
    sizes = {"small": 3, "other": 4, "large": 9, "larger": 30}
    cache: ModelCache[Model] = ModelCache(kept=3, most_bytes=10, size=lambda model: sizes[model.name])
    opened: list[str] = []

    def get(name: str) -> None:
        cache.get(name, lambda: opened.append(name) or Model(name))
        gc.collect()

    for name in ("small", "other", "small", "large", "large", "small", "larger", "larger", "small"):
        get(name)
    assert opened == ["small", "other", "large", "small", "larger", "small"]


def test_two_who_open_it_at_once_get_the_same() -> None:
    cache: ModelCache[Model] = ModelCache()
    first: list[Model] = []

    def slowly() -> Model:
        first.append(cache.get("a", lambda: Model("quick")))
        return Model("slow")

    assert cache.get("a", slowly) is first[0]


def rewrite(file: Path, content: bytes) -> None:
    """Write into the file as it lies there, and make it look as old as before."""
    before = file.stat()
    with file.open("r+b") as opened:
        opened.write(content)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)


def test_a_key_is_the_content_and_the_name(tmp_path: Path) -> None:
    file, copy = tmp_path / "weights", tmp_path / "folder" / "weights"
    copy.parent.mkdir()
    for each in (file, copy):
        each.write_bytes(b"one")
    before = file_key([file])
    assert file_key([file]) == file_key([copy]) == before
    rewrite(file, b"two")
    assert file_key([file]) != before
    rewrite(file, b"one")
    assert file_key([file]) == before
    assert file_key([file.rename(tmp_path / "other")]) != before
    assert file_key([file.with_name("other"), copy]) == file_key([copy, file.with_name("other")])


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were read for a digest, every file being a large one."""
    names: list[str] = []

    def noting(content: BinaryIO, algorithm: str) -> object:
        names.append(Path(content.name).name)
        return read(content, algorithm)

    read = hashlib.file_digest
    monkeypatch.setattr(model_cache, "ALWAYS_READ", 0)
    monkeypatch.setattr(hashlib, "file_digest", noting)
    return names


def test_a_large_file_is_read_again_only_when_it_changed(
    tmp_path: Path, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_cache, "SETTLED", -1.0)
    file = tmp_path / "large"
    file.write_bytes(b"one")
    before = digest(file)
    assert digest(file) == before == hashlib.sha256(b"one").hexdigest()
    assert reads == ["large"]
    time.sleep(0.02)  # a file system's clock may tick in hundredths of a second
    rewrite(file, b"two")
    assert digest(file) == hashlib.sha256(b"two").hexdigest()
    other = tmp_path / "other"
    other.write_bytes(b"six")
    os.utime(other, ns=(file.stat().st_atime_ns, file.stat().st_mtime_ns))
    other.replace(file)
    assert digest(file) == hashlib.sha256(b"six").hexdigest()
    assert len(reads) == 3


def test_a_large_file_that_changed_just_now_is_not_remembered(tmp_path: Path, reads: list[str]) -> None:
    file = tmp_path / "large"
    for content in (b"one", b"two", b"six"):  # in one tick of the clock, or nearly so
        file.write_bytes(content)
        assert digest(file) == hashlib.sha256(content).hexdigest()
    assert len(reads) == 3


def test_a_large_file_that_lies_there_since_a_moment_is_read_each_time(tmp_path: Path, reads: list[str]) -> None:
    (tmp_path / "large").write_bytes(b"one")
    assert digest(tmp_path / "large") == digest(tmp_path / "large")
    assert len(reads) == 2


@pytest.mark.parametrize(("always_read", "times"), [(model_cache.ALWAYS_READ, 2), (3, 2), (2, 1)])
def test_a_small_file_is_read_each_time(
    tmp_path: Path, reads: list[str], monkeypatch: pytest.MonkeyPatch, always_read: int, times: int
) -> None:
    monkeypatch.setattr(model_cache, "SETTLED", -1.0)
    monkeypatch.setattr(model_cache, "ALWAYS_READ", always_read)
    (tmp_path / "small").write_bytes(b"one")
    assert digest(tmp_path / "small") == digest(tmp_path / "small")
    assert len(reads) == times


def test_unless_said_otherwise_two_models_are_kept() -> None:
    cache: ModelCache[Model] = ModelCache()
    opened: list[str] = []
    for name in ("a", "b", "a", "c", "a", "b"):
        cache.get(name, lambda name=name: opened.append(name) or Model(name))
        gc.collect()
    assert opened == ["a", "b", "c", "b"]


def test_a_large_file_is_one_of_more_than_32_mebibytes() -> None:
    assert model_cache.ALWAYS_READ == 33_554_432


def test_waiting_for_what_never_comes_is_a_fault() -> None:
    with pytest.raises(AssertionError, match="end with the model"):
        wait_for(iter([Download("file", 2, 2)]))


def test_waiting_gives_the_model_after_its_download() -> None:
    model = Model("a")
    assert wait_for(iter([Download("file", 0, 2), Download("file", 2, 2), model])) is model
