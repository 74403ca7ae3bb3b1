"""The assignment against all permutations, and against scipy's on larger tables."""

from itertools import permutations

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from demos.clip.matrix.assignment import assign

SHAPES = [(1, 1), (1, 4), (4, 1), (3, 3), (4, 4), (5, 5), (3, 5), (5, 3), (6, 6)]


def best_sum(values: np.ndarray) -> float:
    """The largest sum over all ways to give each row of the shorter side a column of its own."""
    if values.shape[0] > values.shape[1]:
        values = values.T
    rows = range(len(values))
    return max(sum(values[row, column] for row, column in zip(rows, order, strict=True))
               for order in permutations(range(values.shape[1]), len(values)))  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("seed", range(6))
def test_no_permutation_is_better(shape: tuple[int, int], seed: int) -> None:
    values = np.random.default_rng(seed).normal(size=shape)
    pairs = assign(values)
    assert len(pairs) == min(shape)
    assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == len(pairs)
    assert pairs == sorted(pairs)
    assert sum(values[pair] for pair in pairs) == pytest.approx(best_sum(values))


@pytest.mark.parametrize("shape", [(40, 40), (24, 60), (60, 24)], ids=str)
@pytest.mark.parametrize("seed", range(5))
def test_large_tables_agree_with_scipy(shape: tuple[int, int], seed: int) -> None:
    values = np.random.default_rng(seed).uniform(-1, 1, size=shape)
    rows, columns = linear_sum_assignment(values, maximize=True)
    assert assign(values) == sorted(zip(rows.tolist(), columns.tolist(), strict=True))


def test_ties_and_equal_values_end() -> None:
    whole = np.random.default_rng(0).integers(0, 3, size=(12, 12))
    rows, columns = linear_sum_assignment(whole, maximize=True)
    assert sum(whole[pair] for pair in assign(whole)) == whole[rows, columns].sum()
    assert assign(np.zeros((3, 3))) == sorted(assign(np.zeros((3, 3))))
    assert len(assign(np.zeros((4, 2)))) == 2


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0)], ids=str)
def test_nothing_to_assign(shape: tuple[int, int]) -> None:
    assert assign(np.zeros(shape)) == []


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        assign([[0.0, float("nan")], [1.0, 2.0]])
