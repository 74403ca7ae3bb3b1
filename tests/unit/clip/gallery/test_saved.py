"""What is kept on the disk: read back as it was, never of another content, and begun anew where it is broken."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file

from demos.clip.data import File
from demos.clip.gallery import saved
from demos.clip.gallery.vectors import VectorTable
from demos.clip.models import registry
from demos.common.errors import BadInput
from tests.clip_fixtures import photo, tiny_clip, unit_vectors

MODEL = "a" * 64


def table_of(count: int, dimensions: int = 8) -> VectorTable:
    table = VectorTable(dimensions)
    table.add([f"{number:064x}" for number in range(count)], unit_vectors(count, dimensions))
    return table


def test_vectors_come_back_as_they_were(tmp_path: Path) -> None:
    table = table_of(70)
    saved.keep(tmp_path / "index", MODEL, table)
    found = saved.load(tmp_path / "index", MODEL, 8)
    assert found.keys == table.keys
    np.testing.assert_array_equal(found.matrix, table.matrix)
    assert [file.name for file in (tmp_path / "index").iterdir()] == [f"{MODEL}.safetensors"]
    assert len(saved.load(tmp_path / "index", "b" * 64, 8)) == 0
    assert len(saved.load(tmp_path / "nowhere", MODEL, 8)) == 0


def test_only_the_newest_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved, "MOST_KEPT", 3)
    saved.keep(tmp_path, MODEL, table_of(10))
    assert saved.load(tmp_path, MODEL, 8).keys == [f"{number:064x}" for number in (7, 8, 9)]


@pytest.mark.parametrize("wrong", ["cut", "empty", "text", "dimensions", "keys", "infinite", "kind", "nothing"])
def test_a_file_that_is_broken_or_of_something_else_counts_as_none(tmp_path: Path, wrong: str) -> None:
    saved.keep(tmp_path, MODEL, table_of(5))
    file = tmp_path / f"{MODEL}.safetensors"
    keys, vectors = np.zeros((5, 32), dtype=np.uint8), unit_vectors(5, 8)
    if wrong == "cut":
        file.write_bytes(file.read_bytes()[:-9])
    elif wrong in ("empty", "text"):
        file.write_bytes(b"" if wrong == "empty" else b"This is no index.")
    elif wrong == "nothing":
        save_file({"other": vectors}, file)
    else:
        if wrong == "infinite":
            vectors[2, 3] = np.inf
        dimensions, rows = (9 if wrong == "dimensions" else 8), (4 if wrong == "keys" else 5)
        kind = np.float64 if wrong == "kind" else np.float32
        save_file({"vectors": np.resize(vectors, (5, dimensions)).astype(kind), "keys": keys[:rows].copy()}, file)
    assert len(saved.load(tmp_path, MODEL, 8)) == 0


def test_a_model_is_known_by_its_weights_and_by_what_it_does_to_an_image(tmp_path: Path) -> None:
    def opened(name: str, seed: int, **preprocess: object):
        folder = tiny_clip(tmp_path / name, seed)
        config = (folder / "open_clip_config.json").read_text()
        (folder / "open_clip_config.json").write_text(config.replace("bicubic", str(preprocess.get("by", "bicubic"))))
        return registry.open_model(str(folder), torch.device("cpu"), local=True)

    first = opened("first", 0)
    assert saved.model_key(first) == saved.model_key(first) == saved.model_key(opened("same", 0))
    assert len({saved.model_key(each) for each in (first, opened("other", 1), opened("by", 0, by="bilinear"))}) == 3


def test_a_file_is_read_again_only_if_it_has_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved, "SETTLED", -1.0)
    one = photo(tmp_path / "one.png")
    contents = saved.Contents(tmp_path / "index")
    key = contents.key(File(one))
    assert key == File(one).key
    contents.keep()
    read: list[Path] = []
    original = File.key.func  # type: ignore[attr-defined]
    monkeypatch.setattr(File.key, "func", lambda file: (read.append(file.path), original(file))[1])
    again = saved.Contents(tmp_path / "index")
    assert again.key(File(one)) == key
    assert read == []
    photo(one, seed=5)
    changed = again.key(File(one))
    assert changed != key
    assert read == [one]


def test_a_file_that_changed_a_moment_ago_is_not_believed_yet(tmp_path: Path) -> None:
    one = photo(tmp_path / "one.png")
    contents = saved.Contents(tmp_path / "index")
    contents.key(File(one))
    contents.keep()
    assert saved.Contents(tmp_path / "index")._known == {}


@pytest.mark.parametrize("content", ["", "no json", "[]", '{"a": 3}', '{"a": [1, 2]}', "null"])
def test_a_broken_list_of_files_begins_anew(tmp_path: Path, content: str) -> None:
    (tmp_path / "files.json").write_text(content)
    one = photo(tmp_path / "one.png")
    assert saved.Contents(tmp_path).key(File(one)) == File(one).key


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refusal:
        saved.Contents(tmp_path).key(File(tmp_path / "none.png"))
    assert refusal.value.key == "clip.no_such_file"


def test_the_cache_folder_is_the_users(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert saved.cache_folder() == tmp_path / "glassbox" / "clip" / "index"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert saved.cache_folder() == Path.home() / ".cache" / "glassbox" / "clip" / "index"
