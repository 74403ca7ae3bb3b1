"""The table of vectors, and the search against a plain loop."""

import numpy as np
import pytest

from demos.clip.gallery.vectors import VectorTable, search
from tests.clip_fixtures import unit_vectors


def by_a_loop(matrix: np.ndarray, query: np.ndarray, top: int) -> list[tuple[int, float]]:
    cosines = [sum(float(a) * float(b) for a, b in zip(row, query, strict=True)) for row in matrix]
    order = sorted(range(len(cosines)), key=lambda row: -cosines[row])
    return [(row, cosines[row]) for row in order[:top]]


@pytest.mark.parametrize("count", [1, 2, 50, 333])
@pytest.mark.parametrize("top", [1, 7, 400])
def test_the_search_finds_what_a_plain_loop_finds(count: int, top: int) -> None:
    matrix, [query] = unit_vectors(count, 16, count), unit_vectors(1, 16, 99)
    hits = search(matrix, query, top)
    expected = by_a_loop(matrix, query, top)
    assert [hit.row for hit in hits] == [row for row, _ in expected]
    assert [hit.similarity for hit in hits] == pytest.approx([cosine for _, cosine in expected], abs=1e-6)


def test_of_equal_rows_the_first_comes_first() -> None:
    matrix = np.repeat(unit_vectors(3, 8), 4, axis=0)
    hits = search(matrix, matrix[4], 6)
    assert [hit.row for hit in hits][:4] == [4, 5, 6, 7]


def test_nothing_to_search() -> None:
    assert search(np.zeros((0, 8), dtype=np.float32), unit_vectors(1, 8)[0], 5) == []
    assert search(unit_vectors(3, 8), unit_vectors(1, 8)[0], 0) == []


def test_a_table_keeps_each_key_once_and_its_rows_where_they_are() -> None:
    table, vectors = VectorTable(8), unit_vectors(300, 8)
    keys = [f"key {number}" for number in range(300)]
    table.add(keys[:10], vectors[:10])
    early = table.matrix
    table.add(keys, vectors)
    table.add(keys[5:6], vectors[6:7])  # it is known already
    assert len(table) == 300
    assert table.keys == keys
    assert "key 7" in table
    assert "key 301" not in table
    np.testing.assert_array_equal(table.matrix, vectors)
    np.testing.assert_array_equal(early, vectors[:10])
    assert table.rows(["key 299", "key 0"]).tolist() == [299, 0]
    with pytest.raises(KeyError):
        table.rows(["other"])
