"""Groups of near-duplicates against the cosines of all pairs, one by one."""

from itertools import combinations

import numpy as np
import pytest

from demos.clip.gallery import duplicates
from tests.clip_fixtures import unit_vectors


def by_all_pairs(vectors: np.ndarray, at_least: float) -> list[list[int]]:
    """Whoever can be reached from each other over pairs that are near enough."""
    near = {row: {row} for row in range(len(vectors))}
    for one, two in combinations(range(len(vectors)), 2):
        if sum(float(a) * float(b) for a, b in zip(vectors[one], vectors[two], strict=True)) >= at_least:
            merged = near[one] | near[two]
            for row in merged:
                near[row] = merged
    found = {min(rows): sorted(rows) for rows in near.values() if len(rows) > 1}
    return [found[first] for first in sorted(found)]


@pytest.mark.parametrize("at_least", [0.6, 0.8, 0.95])
@pytest.mark.parametrize("seed", range(4))
def test_groups_are_those_of_all_pairs(at_least: float, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "BLOCK", 7)
    rng = np.random.default_rng(seed)
    some = unit_vectors(40, 6, seed)
    copies = some[rng.integers(0, 40, size=20)] + 0.05 * rng.normal(size=(20, 6)).astype(np.float32)
    vectors = rng.permutation(np.concatenate([some, copies / np.linalg.norm(copies, axis=1, keepdims=True)]))
    found = duplicates.groups(vectors, at_least)
    assert found == by_all_pairs(vectors, at_least)
    assert found


def test_nothing_is_like_nothing() -> None:
    assert duplicates.groups(np.zeros((0, 4), dtype=np.float32), 0.9) == []
    assert duplicates.groups(unit_vectors(1, 4), 0.9) == []
    assert duplicates.groups(np.eye(4, dtype=np.float32), 0.5) == []
