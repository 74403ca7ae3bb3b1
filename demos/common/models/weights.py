"""The trained models this repository carries, each checked against its fingerprint before it is used.

`weights/manifest.json` lists every file: {"gpt/shakespeare.safetensors": {"sha256", "bytes", "licence", "made_by",
"card"}}. Paths are relative to `weights/`.
"""

import hashlib
import json
from pathlib import Path
from typing import TypedDict, cast

from demos.common.models.model_cache import digest

FOLDER = Path(__file__).parents[3] / "weights"
MAX_BYTES = 10 * 1024 * 1024  # a Space needs Git LFS above this


class WeightsError(RuntimeError):
    """A file of `weights/` is missing, altered or unknown; the message names it."""


class Entry(TypedDict):
    """What the manifest says of a file; `made_by` is a command, `card` a path relative to the folder."""

    sha256: str
    bytes: int
    licence: str
    made_by: str
    card: str


def manifest(folder: Path = FOLDER) -> dict[str, Entry]:
    """All entries of the manifest, by path relative to the folder."""
    return cast(dict[str, Entry], json.loads((folder / "manifest.json").read_text(encoding="utf-8")))


def path(name: str, folder: Path = FOLDER) -> Path:
    """The file `name` ("gpt/shakespeare.safetensors"), after its sha256 was found to be the manifest's.

    Raises WeightsError, naming the file, if it is not in the manifest, missing or altered.
    """
    entry = manifest(folder).get(name)
    if entry is None:
        raise WeightsError(f"weights/{name} is not in weights/manifest.json.")
    file = folder / name
    if not file.is_file():
        raise WeightsError(f"weights/{name} is missing. Restore it from the repository, or make it: {entry['made_by']}")
    if digest(file) != entry["sha256"]:
        raise WeightsError(
            f"weights/{name} was altered: its sha256 is not the one in weights/manifest.json. "
            f"Restore it from the repository, or make it: {entry['made_by']}"
        )
    return file


def folder_of(name: str, folder: Path = FOLDER) -> Path:
    """The folder `name` ("clip/embedded"), after each of its files in the manifest was checked with `path`."""
    members = [entry for entry in manifest(folder) if entry.startswith(f"{name}/")]
    if not members:
        raise WeightsError(f"weights/{name}/ is not in weights/manifest.json.")
    for member in members:
        path(member, folder)
    return folder / name


def register(file: Path, *, licence: str, made_by: str, card: str, folder: Path = FOLDER) -> None:
    """Enter `file` (which lies below the folder) into the manifest. Training scripts call this last.

    `made_by` is the command that makes the file; `card` its model card, relative to the folder.
    Raises ValueError if the file is over 10 MB.
    """
    size = file.stat().st_size
    if size > MAX_BYTES:
        raise ValueError(f"{file.name} has {size:,} bytes; a file of weights/ may have {MAX_BYTES:,}.")
    entries = manifest(folder) if (folder / "manifest.json").exists() else {}
    entries[file.resolve().relative_to(folder.resolve()).as_posix()] = {
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "bytes": size,
        "licence": licence,
        "made_by": made_by,
        "card": card,
    }
    listing = json.dumps(dict(sorted(entries.items())), indent=2, ensure_ascii=False)
    (folder / "manifest.json").write_text(listing + "\n", encoding="utf-8")
