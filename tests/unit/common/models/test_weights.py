"""A model is loaded only if it is the one the manifest describes."""

import hashlib
import json
import os
from pathlib import Path

import pytest

from demos.common.models import weights


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "toy").mkdir()
    (tmp_path / "toy/net.bin").write_bytes(b"\x00\x01\x02")
    weights.register(tmp_path / "toy/net.bin", licence="MIT", made_by="make it", card="toy/net.md", folder=tmp_path)
    return tmp_path


def test_an_untouched_file_is_given(folder: Path) -> None:
    assert weights.path("toy/net.bin", folder).read_bytes() == b"\x00\x01\x02"
    assert weights.folder_of("toy", folder) == folder / "toy"


def test_one_altered_byte_is_noticed_and_the_file_named(folder: Path) -> None:
    file = weights.path("toy/net.bin", folder)
    before = file.stat()
    file.write_bytes(b"\x00\x01\x03")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))  # as large and as old as before
    with pytest.raises(weights.WeightsError, match=r"weights/toy/net\.bin was altered"):
        weights.path("toy/net.bin", folder)


def test_a_missing_file_names_itself_and_how_to_make_it(folder: Path) -> None:
    (folder / "toy/net.bin").unlink()
    with pytest.raises(weights.WeightsError, match=r"weights/toy/net\.bin is missing.*make it"):
        weights.path("toy/net.bin", folder)


def test_a_file_outside_the_manifest_is_refused(folder: Path) -> None:
    (folder / "toy/other.bin").write_bytes(b"")
    with pytest.raises(weights.WeightsError, match="not in weights/manifest"):
        weights.path("toy/other.bin", folder)


def test_a_folder_is_given_only_if_each_of_its_files_is_the_manifests(folder: Path) -> None:
    with pytest.raises(weights.WeightsError, match=r"weights/to/ is not in weights/manifest"):
        weights.folder_of("to", folder)
    (folder / "toy/net.bin").write_bytes(b"\x00\x01\x03")
    with pytest.raises(weights.WeightsError, match=r"weights/toy/net\.bin was altered"):
        weights.folder_of("toy", folder)


def test_a_registered_file_joins_the_others(folder: Path) -> None:
    entry = weights.manifest(folder)["toy/net.bin"]
    assert entry == {
        "sha256": hashlib.sha256(b"\x00\x01\x02").hexdigest(),
        "bytes": 3,
        "licence": "MIT",
        "made_by": "make it",
        "card": "toy/net.md",
    }
    (folder / "toy/a.bin").write_bytes(b"")
    weights.register(folder / "toy/a.bin", licence="MIT", made_by="한글", card="toy/a.md", folder=folder)
    assert list(weights.manifest(folder)) == ["toy/a.bin", "toy/net.bin"]
    assert weights.manifest(folder)["toy/net.bin"] == entry
    raw = (folder / "manifest.json").read_text(encoding="utf-8")
    assert raw.startswith('{\n  "toy/a.bin": {\n    "sha256": ')
    assert '"made_by": "한글"' in raw
    assert raw.endswith("}\n")


def test_a_file_of_ten_megabytes_is_registered(folder: Path) -> None:
    (folder / "toy/big.bin").write_bytes(bytes(10 * 1024 * 1024))
    weights.register(folder / "toy/big.bin", licence="MIT", made_by="", card="", folder=folder)
    assert weights.path("toy/big.bin", folder).stat().st_size == weights.MAX_BYTES


def test_a_file_over_ten_megabytes_is_not_registered(folder: Path) -> None:
    (folder / "toy/big.bin").write_bytes(bytes(weights.MAX_BYTES + 1))
    with pytest.raises(ValueError, match=r"big\.bin"):
        weights.register(folder / "toy/big.bin", licence="MIT", made_by="", card="", folder=folder)


def test_everything_the_repository_carries_is_in_the_manifest_and_has_a_card() -> None:
    carried = {
        file.relative_to(weights.FOLDER).as_posix()
        for file in weights.FOLDER.rglob("*")
        if file.is_file() and file.suffix != ".md" and file.name != "manifest.json"
    }
    entries = weights.manifest()
    assert carried == set(entries)
    for name, entry in entries.items():
        content = weights.path(name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"]
        assert len(content) == entry["bytes"] <= weights.MAX_BYTES
        assert (weights.FOLDER / entry["card"]).read_text(encoding="utf-8").strip()
        assert entry["licence"]
        assert entry["made_by"]


def test_the_manifest_is_sorted_json() -> None:
    raw = (weights.FOLDER / "manifest.json").read_text(encoding="utf-8")
    entries = json.loads(raw)
    assert list(entries) == sorted(entries)
