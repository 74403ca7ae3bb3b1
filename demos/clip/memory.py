"""Vectors that were computed, by what they are vectors of; what was used longest ago is forgotten first."""

import threading
from collections import OrderedDict
from collections.abc import Mapping

from torch import Tensor

MOST_BYTES = 256 * 2**20


class Memory:
    """Tensors by key, no more than MOST_BYTES of them. Several threads may use it."""

    def __init__(self) -> None:
        self._tensors: OrderedDict[str, Tensor] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: str) -> Tensor | None:
        with self._lock:
            return self._tensors.get(key)

    def keep(self, tensors: Mapping[str, Tensor], most: int) -> None:
        """Keep `tensors` as those used last, and `most` in all."""
        with self._lock:
            for key, tensor in tensors.items():
                self._forget(key)
                self._tensors[key] = tensor
                self._bytes += tensor.nbytes
            while self._tensors and (len(self._tensors) > most or self._bytes > MOST_BYTES):
                self._forget(next(iter(self._tensors)))

    def clear(self) -> None:
        with self._lock:
            self._tensors.clear()
            self._bytes = 0

    def _forget(self, key: str) -> None:
        if (old := self._tensors.pop(key, None)) is not None:
            self._bytes -= old.nbytes
