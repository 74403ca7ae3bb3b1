"""Images that are nearly the same: copies, other sizes, frames of one moment. By the cosine between their vectors."""

import numpy as np
from numpy.typing import NDArray

BLOCK = 1024  # rows that are compared with all others at once


def groups(vectors: NDArray[np.float32], at_least: float) -> list[list[int]]:
    """The rows of unit vectors (N, E) that hang together by cosines of `at_least`; rows alone are in none.

    Each group in ascending order, the groups by their first row.
    """
    leader = list(range(len(vectors)))

    def lead_of(row: int) -> int:
        while leader[row] != row:
            leader[row] = leader[leader[row]]
            row = leader[row]
        return row

    for start in range(0, len(vectors), BLOCK):
        cosines = vectors[start : start + BLOCK] @ vectors[start:].T
        for near, other in zip(*np.nonzero(cosines >= at_least), strict=True):
            if near < other:
                one, two = sorted((lead_of(start + int(near)), lead_of(start + int(other))))
                leader[two] = one
    found: dict[int, list[int]] = {}
    for row in range(len(vectors)):
        found.setdefault(lead_of(row), []).append(row)
    return [group for group in found.values() if len(group) > 1]
