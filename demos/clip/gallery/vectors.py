"""Vectors by content, in one matrix, and the search over them: a product of the matrix with the query."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


class VectorTable:
    """Unit vectors by key, as rows of one matrix that grows. Several threads may use it.

    A row stays where it is: `matrix` of an earlier moment is a part of a later one.
    """

    def __init__(self, dimensions: int) -> None:
        self._rows = np.zeros((0, dimensions), dtype=np.float32)
        self._row_of: dict[str, int] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._row_of)

    def __contains__(self, key: object) -> bool:
        return key in self._row_of

    @property
    def dimensions(self) -> int:
        return int(self._rows.shape[1])

    @property
    def keys(self) -> list[str]:
        """By row."""
        return list(self._row_of)

    @property
    def matrix(self) -> Floats:
        """All vectors (N, E)."""
        with self._lock:
            return self._rows[: len(self._row_of)]

    def rows(self, keys: Sequence[str]) -> NDArray[np.int64]:
        """The row of each key. Raises KeyError."""
        return np.array([self._row_of[key] for key in keys], dtype=np.int64)

    def add(self, keys: Sequence[str], vectors: Floats) -> None:
        """Add the vectors (K, E) of the keys that are new."""
        with self._lock:
            new = {key: vector for key, vector in zip(keys, vectors, strict=True) if key not in self._row_of}
            needed = len(self._row_of) + len(new)
            if needed > len(self._rows):
                grown = np.empty((max(needed, 2 * len(self._rows), 64), self.dimensions), dtype=np.float32)
                grown[: len(self._row_of)] = self._rows[: len(self._row_of)]
                self._rows = grown
            for key, vector in new.items():
                self._rows[len(self._row_of)] = vector
                self._row_of[key] = len(self._row_of)


@dataclass(frozen=True)
class Hit:
    """A row of the matrix, and the cosine of its vector to the query."""

    row: int
    similarity: float


def search(matrix: Floats, query: Floats, top: int) -> list[Hit]:
    """The `top` rows of unit vectors (N, E) that are most similar to the unit vector (E,), the best first.

    Of rows as similar as each other the first comes first.
    """
    return best(matrix @ query, top)


def best(similarities: Floats, top: int) -> list[Hit]:
    """The places of the `top` largest of (N,), the largest first."""
    count = min(top, len(similarities))
    if count <= 0:
        return []
    least = np.partition(similarities, len(similarities) - count)[len(similarities) - count]
    candidates = np.flatnonzero(similarities >= least)
    order = candidates[np.argsort(-similarities[candidates], kind="stable")][:count]
    return [Hit(int(row), float(similarities[row])) for row in order]
