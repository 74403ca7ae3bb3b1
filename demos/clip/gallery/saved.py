"""Vectors that are kept on the disk between two searches: by the content of image and model, so never of an old one.

In the user's cache folder lies one file for each model: `vectors` (N, E) float32 and `keys` (N, 32), the images'
sha256, as safetensors; nothing in it is code. Beside it `files.json` says what the content of a file was when it was
read last, so that a file is read again only if the file system says that it has changed.
"""

import hashlib
import json
import os
import re
import threading
import time
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.numpy import load_file, save

from demos.clip.data import File
from demos.clip.gallery.vectors import VectorTable
from demos.clip.zero_shot import Matcher
from demos.common.whole_file import whole_file

MOST_KEPT = 200_000  # vectors of a model, and files
SETTLED = 2.0  # seconds since its last change after which a file's state is believed: clocks of disks are coarse
ADDRESS = re.compile(r" at 0x[0-9a-f]+")
_model_keys: "WeakKeyDictionary[Any, str]" = WeakKeyDictionary()  # by the model
_lock = threading.Lock()


def cache_folder() -> Path:
    """$XDG_CACHE_HOME/glassbox/clip/index, else the same below ~/.cache (XDG Base Directory Specification)."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "glassbox" / "clip" / "index"


def model_key(matcher: Matcher) -> str:
    """The content of a model: the sha256 of its weights and of how it prepares an image."""
    with _lock:
        known = _model_keys.get(matcher.model)
    if known is not None:
        return known
    digest = hashlib.sha256(ADDRESS.sub("", repr(matcher.preprocess)).encode())
    for name, value in sorted(matcher.model.state_dict().items()):
        digest.update(f"{name} {value.dtype} {tuple(value.shape)}".encode())
        digest.update(value.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy())
    with _lock:
        _model_keys[matcher.model] = digest.hexdigest()
    return digest.hexdigest()


def load(folder: Path, model: str, dimensions: int) -> VectorTable:
    """The vectors that are kept for a model; none if there are none, or the file is not one that `keep` wrote."""
    table = VectorTable(dimensions)
    try:
        found = load_file(folder / f"{model}.safetensors")
        vectors, keys = found["vectors"], found["keys"]
    except (OSError, SafetensorError, KeyError, ValueError):
        return table
    fits = vectors.dtype == np.float32 and keys.dtype == np.uint8 and vectors.shape == (len(keys), dimensions)
    if fits and keys.shape == (len(keys), 32) and np.isfinite(vectors).all():
        table.add([key.tobytes().hex() for key in keys], vectors)
    return table


def keep(folder: Path, model: str, table: VectorTable) -> None:
    """Keep the vectors, the newest MOST_KEPT of them, in place of those before."""
    keys, vectors = table.keys[-MOST_KEPT:], table.matrix[-MOST_KEPT:]
    rows = np.frombuffer(bytes.fromhex("".join(keys)), dtype=np.uint8).reshape(len(keys), 32)
    _replace(folder / f"{model}.safetensors", save({"vectors": np.ascontiguousarray(vectors), "keys": rows.copy()}))


class Contents:
    """What the content of files was when they were read last; `folder` keeps it from one run to the next."""

    def __init__(self, folder: Path) -> None:
        self._place = folder / "files.json"
        self._known: dict[str, list[Any]] = {}
        try:
            known = json.loads(self._place.read_text(encoding="utf-8"))
            self._known = {path: [*state] for path, state in known.items() if len(state) == 5}
        except (OSError, ValueError, AttributeError, TypeError):
            pass  # a new list begins

    def key(self, file: File) -> str:
        """The file's sha256, without reading it if it has not changed since. Raises BadInput as `File.key` does."""
        path = os.path.abspath(file.path)
        try:
            state = os.stat(path)
        except OSError:
            return file.key  # which says what is wrong
        seen = [state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino]
        known = self._known.get(path)
        if known and known[:4] == seen:
            return str(known[4])
        key = file.key
        self._known.pop(path, None)
        if time.time() - max(state.st_mtime, state.st_ctime) > SETTLED:
            self._known[path] = [*seen, key]
        return key

    def keep(self) -> None:
        """Keep what is known of the newest MOST_KEPT files."""
        newest = dict(list(self._known.items())[-MOST_KEPT:])
        _replace(self._place, json.dumps(newest, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def _replace(file: Path, content: bytes) -> None:
    """Write a file that is there whole or not at all, for its owner alone."""
    with whole_file(file) as unfinished:
        unfinished.touch(mode=0o600)
        unfinished.write_bytes(content)
