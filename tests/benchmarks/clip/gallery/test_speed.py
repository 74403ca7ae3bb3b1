"""A query over up to 100,000 vectors, and the grouping of near-duplicates, each beside a bare way of numpy."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from demos.clip.gallery.duplicates import groups
from demos.clip.gallery.vectors import search
from tests.benchmarks.figures import curve, figure
from tests.clip_fixtures import unit_vectors

COUNT, DIMENSIONS, TOP = 100_000, 512, 50
COUNTS = (1_000, 3_000, 10_000, 30_000, 100_000)
ALIKE = 0.95


@pytest.fixture(scope="module")
def matrix() -> np.ndarray:
    return unit_vectors(COUNT, DIMENSIONS)


@pytest.fixture(scope="module")
def query() -> np.ndarray:
    return unit_vectors(1, DIMENSIONS, 1)[0]


def loop(matrix: np.ndarray, query: np.ndarray) -> list[int]:
    cosines = [row @ query for row in matrix]
    return sorted(range(len(matrix)), key=lambda row: -cosines[row])[:TOP]


def test_a_search_grows_with_the_vectors(benchmark: Any, matrix: np.ndarray, query: np.ndarray) -> None:
    def milliseconds(work: Callable, times: int) -> float:
        taken = []
        for _ in range(times):
            began = time.perf_counter()
            work()
            taken.append(time.perf_counter() - began)
        return 1000 * min(taken)

    def measured() -> list[tuple[float, float]]:
        both = []
        for count in COUNTS:
            part = matrix[:count]
            assert loop(part, query) == [hit.row for hit in search(part, query, TOP)]
            ours = milliseconds(lambda part=part: search(part, query, TOP), 20)
            both.append((ours, milliseconds(lambda part=part: loop(part, query), 2)))
        return both

    both = benchmark.pedantic(measured, rounds=1)
    ours, theirs = zip(*both, strict=True)
    figure(
        benchmark,
        what=f"a query over {COUNT:,} vectors of {DIMENSIONS} numbers, the best {TOP}",
        unit="ms",
        ours=ours[-1],
        peer="a loop over numpy's rows",
        theirs=theirs[-1],
        headline=f"CLIP: a search over {COUNT:,} images",
    )
    curve(
        benchmark,
        "gallery",
        title="CLIP's gallery: a query over so many images",
        x="vectors",
        y="ms a query",
        xs=COUNTS,
        series={"Glassbox": ours, "a loop over numpy's rows": theirs},
        log=True,
    )


@pytest.mark.parametrize("kind", ["different", "pairs", "one"])
def test_groups_beside_all_pairs_at_once(benchmark: Any, in_turn: Callable, matrix: np.ndarray, kind: str) -> None:
    vectors = matrix[:5_000].copy()
    if kind == "pairs":
        vectors[2_500:] = vectors[:2_500]
    elif kind == "one":
        vectors[:] = vectors[0]
    expected, said = {"different": (0, "none"), "pairs": (2_500, "pairs"), "one": (1, "all alike")}[kind]

    def ours() -> None:
        assert len(groups(vectors, ALIKE)) == expected

    def theirs() -> None:
        _, group = connected_components(csr_matrix(vectors @ vectors.T >= ALIKE), directed=False)
        assert int((np.bincount(group) > 1).sum()) == expected

    seconds = in_turn({"ours": ours, "theirs": theirs}, rounds=3)
    figure(
        benchmark,
        what=f"near-duplicates among 5,000 images: {said}",
        unit="s",
        ours=seconds["ours"],
        peer="numpy's product of all pairs, scipy's components",
        theirs=seconds["theirs"],
    )
