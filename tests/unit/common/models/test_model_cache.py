"""Open models: the last two stay, those in use are shared, and a file that changed is another model."""

import gc
import os
from pathlib import Path

from demos.common.models.hub import Download
from demos.common.models.model_cache import ModelCache, file_key, wait_for


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


def test_two_who_open_it_at_once_get_the_same() -> None:
    cache: ModelCache[Model] = ModelCache()
    first: list[Model] = []

    def slowly() -> Model:
        first.append(cache.get("a", lambda: Model("quick")))
        return Model("slow")

    assert cache.get("a", slowly) is first[0]


def test_a_key_changes_with_the_file(tmp_path: Path) -> None:
    file = tmp_path / "weights"
    file.write_bytes(b"one")
    before = file_key([file])
    assert file_key([file]) == before
    status = file.stat()
    other = tmp_path / "other"
    other.write_bytes(b"two")  # as long, and made to look as old
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.replace(file)
    assert file_key([file]) != before


def test_waiting_gives_the_model_after_its_download() -> None:
    model = Model("a")
    assert wait_for(iter([Download("file", 0, 2), Download("file", 2, 2), model])) is model
