"""The models that were opened last stay open, and one that somebody uses is opened once for all.

A model is known by the content of its files: a folder whose weights were changed on the disk is opened anew, however
that was done, and equal files are one model wherever they lie.
"""

import hashlib
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator
from pathlib import Path
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

from demos.common.models.hub import Download

M = TypeVar("M")
ALWAYS_READ = 32 * 1024 * 1024  # bytes up to which a file is read whenever its digest is asked for: ours all are
SETTLED = 2.0  # seconds since the last change after which a larger file's digest is remembered
_digests: dict[tuple[Hashable, ...], str] = {}  # of large files, by what the file system says of them
_lock = threading.Lock()


def file_key(files: Iterable[Path]) -> tuple[tuple[str, str], ...]:
    """The content of the files as a key: the name and the `digest` of each."""
    return tuple((file.name, digest(file)) for file in sorted(files))


def digest(file: Path) -> str:
    """The sha256 of the file's content.

    A file of more than ALWAYS_READ bytes is read again only when the file system says that it changed: its size, its
    time of change (st_ctime, which no program can set; on Windows only st_mtime tells) or its place on the disk. One
    that changed in the last moments is not remembered, since its clock may be too coarse to tell the next change.
    """
    path, state = file.resolve(), file.stat()
    seen = (path, state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino)
    with _lock:
        known = _digests.get(seen)
    if known is not None:
        return known
    with path.open("rb") as content:
        found = hashlib.file_digest(content, "sha256").hexdigest()
    if state.st_size > ALWAYS_READ and time.time() - max(state.st_mtime, state.st_ctime) > SETTLED:
        with _lock:
            _digests[seen] = found
    return found


def most_opened() -> float:
    """Bytes of the models of one kind that stay open, if nobody uses them: as the app was launched, else any number."""
    return float(os.environ.get("GLASSBOX_MOST_OPENED", "inf"))


class ModelCache(Generic[M]):
    """Models (of any class that weak references can be made to) by their keys.

    The `kept` latest stay, whoever uses them, while together they take no more than `most_bytes` (by `size`); without
    that number it is what `most_opened` says. The very latest stays in any case, and older ones as long as anybody uses
    them. Several threads may use one cache.
    """

    def __init__(
        self, kept: int = 2, size: Callable[[M], int] = lambda model: 0, most_bytes: float | None = None
    ) -> None:
        self.kept, self.size, self.most_bytes = kept, size, most_bytes
        self._latest: OrderedDict[Hashable, M] = OrderedDict()
        self._in_use: WeakValueDictionary[Hashable, M] = WeakValueDictionary()
        self._lock = threading.Lock()

    def get(self, key: Hashable, open: Callable[[], M]) -> M:
        """The model of that key, else what `open()` gives; it is now the latest."""
        with self._lock:
            found = self._in_use.get(key)
        model = open() if found is None else found
        with self._lock:
            model = self._in_use.setdefault(key, model)  # or the one that another visitor has opened meanwhile
            self._latest[key] = model
            self._latest.move_to_end(key)
            most = most_opened() if self.most_bytes is None else self.most_bytes
            while len(self._latest) > self.kept or (len(self._latest) > 1 and self._bytes() > most):
                self._latest.popitem(last=False)
        return model

    def _bytes(self) -> int:
        return sum(map(self.size, self._latest.values()))

    def clear(self) -> None:
        """Keep none; what is in use is no longer shared with whoever comes."""
        with self._lock:
            self._latest.clear()
            self._in_use.clear()


def wait_for(events: Iterator[Download | M]) -> M:
    """The model with which `events` end, waiting for the download that they tell of."""
    for event in events:
        if not isinstance(event, Download):
            return event
    raise AssertionError("the events of opening a model end with the model")
