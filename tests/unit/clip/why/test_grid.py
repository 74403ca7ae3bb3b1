"""The windows of occlusion, and the map that is made of what they cost."""

import itertools

import pytest
import torch

from demos.clip.why.look import grid_of
from demos.clip.why.occlusion import Grid, cover, heat_map


def cells_of(grid: Grid, window: tuple[int, int]) -> set[tuple[int, int]]:
    spans = [[cell for cell in range(start, start + grid.side) if 0 <= cell < grid.cells] for start in window]
    return set(itertools.product(*spans))


@pytest.mark.parametrize("grid", [Grid(7, 2), Grid(10, 3), Grid(14, 4), Grid(3, 1), Grid(4, 4)])
def test_every_cell_is_covered_equally_often_and_soon(grid: Grid) -> None:
    windows = grid.windows
    assert len(set(windows)) == len(windows) == (grid.cells + grid.side - 1) ** 2
    times = dict.fromkeys(itertools.product(range(grid.cells), repeat=2), 0)
    for window in windows:
        for cell in cells_of(grid, window):
            times[cell] += 1
    assert set(times.values()) == {grid.side**2}
    tiles = (-(-grid.cells // grid.side)) ** 2
    first = [cells_of(grid, window) for window in windows[:tiles]]
    assert set().union(*first) == set(times)
    assert sum(map(len, first)) == grid.cells**2  # none twice


def test_a_cell_that_nothing_covered_yet_is_not_known() -> None:
    grid = Grid(4, 2)
    assert heat_map(torch.empty(0), grid).isnan().all()
    map = heat_map(torch.tensor([0.5]), grid)
    assert grid.windows[0] == (0, 0)
    assert map[:2, :2].tolist() == [[0.5, 0.5], [0.5, 0.5]]
    assert map.isnan().sum() == 12


def test_covering_sets_the_window_to_the_mean_colour_and_leaves_the_rest() -> None:
    pixels = torch.ones(3, 10, 10)
    covered = cover(pixels, Grid(5, 2), (-1, 3))
    assert (covered[:, :2, 6:] == 0).all()
    assert covered.sum() == 3 * (100 - 2 * 4)
    assert (pixels == 1).all()


def test_a_window_hides_about_two_sevenths_of_a_side() -> None:
    assert [(grid_of(cells).cells, grid_of(cells).side) for cells in (7, 10, 14)] == [(7, 2), (10, 3), (14, 4)]
