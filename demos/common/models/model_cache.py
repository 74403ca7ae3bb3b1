"""The models that were opened last stay open, and one that somebody uses is opened once for all.

A model is known by what it was opened from: `file_key` of its files changes with their content, so a folder whose
weights were replaced on the disk is opened anew.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator
from pathlib import Path
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

from demos.common.models.hub import Download

M = TypeVar("M")


def file_key(files: Iterable[Path]) -> tuple[Hashable, ...]:
    """The state of the files as a key: another one once any of them was written anew or replaced.

    The file system's record of it is read (path, time of the last change, size), not the gigabytes themselves.
    """
    states = [(file.resolve(), file.stat()) for file in sorted(files)]
    return tuple((path, state.st_ctime_ns, state.st_mtime_ns, state.st_size, state.st_ino) for path, state in states)


class ModelCache(Generic[M]):
    """Models (of any class that weak references can be made to) by their keys.

    The `kept` latest stay, whoever uses them; older ones as long as anybody does. Several threads may use one cache.
    """

    def __init__(self, kept: int = 2) -> None:
        self.kept = kept
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
            while len(self._latest) > self.kept:
                self._latest.popitem(last=False)
        return model

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
