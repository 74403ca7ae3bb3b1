"""What was made, by its key, no more of it than so many bytes; what was used longest ago is forgotten first (LRU)."""

import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class ByteCache(Generic[K, V]):
    """Values of at most `most_bytes` together, as `size` counts each. Several threads may use it."""

    def __init__(self, most_bytes: int, size: Callable[[V], int]) -> None:
        self.most_bytes, self.size = most_bytes, size
        self._values: OrderedDict[K, V] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: K) -> V | None:
        """The value of that key, which is now the one used last; None if it is not here."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def keep(self, values: Mapping[K, V], most: float = math.inf) -> None:
        """Keep `values` as those used last, and `most` in all."""
        with self._lock:
            for key, value in values.items():
                self._forget(key)
                self._values[key] = value
                self._bytes += self.size(value)
            while self._values and (len(self._values) > most or self._bytes > self.most_bytes):
                self._forget(next(iter(self._values)))

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._values.clear()
            self._bytes = 0

    def _forget(self, key: K) -> None:
        if (old := self._values.pop(key, None)) is not None:
            self._bytes -= self.size(old)
