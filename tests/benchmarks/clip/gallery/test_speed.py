"""A query over 100,000 vectors, beside a bare loop of numpy in the same run, and the grouping of near-duplicates."""

import numpy as np
import pytest

from demos.clip.gallery.duplicates import groups
from demos.clip.gallery.vectors import search
from tests.clip_fixtures import unit_vectors

COUNT, DIMENSIONS, TOP = 100_000, 512, 50


@pytest.fixture(scope="module")
def matrix() -> np.ndarray:
    return unit_vectors(COUNT, DIMENSIONS)


@pytest.fixture(scope="module")
def query() -> np.ndarray:
    return unit_vectors(1, DIMENSIONS, 1)[0]


@pytest.mark.benchmark(group="clip: a query over 100,000 vectors")
def test_search(benchmark, matrix: np.ndarray, query: np.ndarray) -> None:
    hits = benchmark.pedantic(search, (matrix, query, TOP), rounds=30, warmup_rounds=3)
    assert len(hits) == TOP


@pytest.mark.benchmark(group="clip: a query over 100,000 vectors")
def test_a_bare_loop_of_numpy(benchmark, matrix: np.ndarray, query: np.ndarray) -> None:
    def loop() -> list[int]:
        cosines = [row @ query for row in matrix]
        return sorted(range(COUNT), key=lambda row: -cosines[row])[:TOP]

    assert benchmark.pedantic(loop, rounds=3) == [hit.row for hit in search(matrix, query, TOP)]


@pytest.mark.benchmark(group="clip: near-duplicates among 5,000 images")
@pytest.mark.parametrize("kind", ["different", "pairs", "one"])
def test_groups(benchmark, matrix: np.ndarray, kind: str) -> None:
    vectors = matrix[:5_000].copy()
    if kind == "pairs":
        vectors[2_500:] = vectors[:2_500]
    elif kind == "one":
        vectors[:] = vectors[0]
    found = benchmark.pedantic(groups, (vectors, 0.95), rounds=3)
    assert len(found) == {"different": 0, "pairs": 2_500, "one": 1}[kind]
