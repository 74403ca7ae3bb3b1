"""The best one-to-one assignment: which image goes with which caption if each may be taken only once.

The Hungarian method (Kuhn 1955; Munkres 1957) as shortest augmenting paths (Jonker and Volgenant 1987), O(n² m).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def assign(values: ArrayLike) -> list[tuple[int, int]]:
    """Pairs (row, column), by row, no row and no column twice, whose values (N, M) have the largest sum.

    There are min(N, M) of them. Raises ValueError for values that are not finite.
    """
    given = np.asarray(values, dtype=np.float64)
    if not np.isfinite(given).all():
        raise ValueError("an assignment needs finite values")
    if given.shape[0] > given.shape[1]:
        return sorted((row, column) for column, row in assign(given.T))
    column_of = _shortest_paths(-given)
    return list(enumerate(column_of.tolist()))


def _shortest_paths(costs: NDArray[np.float64]) -> NDArray[np.int64]:
    """The column of each row (N,) at the least sum of costs (N, M), N ≤ M.

    Row by row, the cheapest path of reduced costs (costs minus the potentials of row and column, never below 0) from
    the new row to a free column; along it the rows before change places.
    """
    rows, columns = costs.shape
    of_row, of_column = np.zeros(rows), np.zeros(columns)  # the potentials
    row_of = np.full(columns, -1)  # −1: free
    for new in range(rows):
        distance = np.full(columns, np.inf)
        came_from = np.full(columns, -1)  # the column before on the path; −1: the new row itself
        done = np.zeros(columns, dtype=bool)
        row, before, so_far = new, -1, 0.0
        while True:
            over = so_far + costs[row] - of_row[row] - of_column
            shorter = ~done & (over < distance)
            distance[shorter], came_from[shorter] = over[shorter], before
            before = int(np.where(done, np.inf, distance).argmin())
            so_far, done[before] = float(distance[before]), True
            if row_of[before] < 0:
                break
            row = int(row_of[before])
        of_row[new] += so_far
        reached = done & (row_of >= 0)
        of_row[row_of[reached]] += so_far - distance[reached]
        of_column[reached] -= so_far - distance[reached]
        while before >= 0:  # back along the path
            earlier = int(came_from[before])
            row_of[before] = new if earlier < 0 else row_of[earlier]
            before = earlier
    column_of = np.full(rows, -1)
    column_of[row_of[row_of >= 0]] = np.flatnonzero(row_of >= 0)
    return column_of
