"""Where the model looks, by covering: what the score loses when a part of the image is hidden.

Zeiler and Fergus 2014, "Visualizing and Understanding Convolutional Networks", section 4.2. It asks nothing of the
image tower but its answer, so it works for every model. A part whose covering makes the score fall speaks for the
guess (above zero); one whose covering lets it rise spoke against it (below zero).

Letters in the shapes: K windows, M guesses, E length of a vector, G cells along a side of the image.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from demos.clip.model import similarity
from demos.clip.zero_shot import Matcher, log_probabilities

BATCH = 16  # covered images between which it can be stopped


@dataclass(frozen=True)
class Grid:
    """The image in `cells` × `cells` parts; a window covers `side` × `side` of them and moves by one."""

    cells: int
    side: int

    @property
    def windows(self) -> tuple[tuple[int, int], ...]:
        """The first row and column of every window, those over the edge too: each cell is covered by side² of them.

        The windows of one tiling come first, so that every cell has an answer early.
        """
        places = [(row, column) for row in self._starts for column in self._starts]
        return tuple(sorted(places, key=lambda place: any(start % self.side for start in place)))

    @property
    def _starts(self) -> range:
        return range(1 - self.side, self.cells)


@dataclass(frozen=True)
class Covered:
    """So far: of the first k of a grid's windows, the unit vectors (k, E) of the image without what they cover."""

    grid: Grid
    vectors: Tensor

    @property
    def done(self) -> int:
        return len(self.vectors)


def cover(pixels: Tensor, grid: Grid, window: tuple[int, int]) -> Tensor:
    """`pixels` (3, S, S) with one window at zero, the mean colour of the images that the model was trained on."""
    size = pixels.shape[-1]
    (top, bottom), (left, right) = (
        (_edge(start, grid, size), _edge(start + grid.side, grid, size)) for start in window
    )
    covered = pixels.clone()
    covered[:, top:bottom, left:right] = 0
    return covered


def _edge(cell: int, grid: Grid, size: int) -> int:
    """The pixel at which a cell begins, inside the image."""
    return round(min(max(cell, 0), grid.cells) * size / grid.cells)


def covered_vectors(matcher: Matcher, pixels: Tensor, grid: Grid) -> Iterator[Covered]:
    """The vectors of an image (3, S, S) under each window, a batch at a time. Stop iterating to stop."""
    vectors: list[Tensor] = []
    windows = grid.windows
    for start in range(0, len(windows), BATCH):
        batch = torch.stack([cover(pixels, grid, window) for window in windows[start : start + BATCH]])
        vectors.append(matcher.encode_pixels(batch))
        yield Covered(grid, torch.cat(vectors))


def drops(
    whole: Tensor, covered: Tensor, texts: Tensor, scale: float, bias: float | None = None
) -> tuple[Tensor, Tensor]:
    """What each guess (M, E) loses when the image (E,) becomes each of `covered` (K, E): two tensors (K, M).

    The first of its cosine; the second of the logarithm of its probability, in nats: its share among the guesses, or
    with a `bias` that of a sigmoid.
    """
    before, after = similarity(whole[None], texts), similarity(covered, texts)  # (1, M), (K, M)
    shares = [log_probabilities(cosines, scale, bias) for cosines in (before, after)]
    return before - after, shares[0] - shares[1]


def heat_map(values: Tensor, grid: Grid) -> Tensor:
    """A map (G, G): of each cell the mean over the windows that cover it, of the first k (values: (k,)).

    NaN where none of them does.
    """
    total, count = torch.zeros(2, grid.cells, grid.cells, dtype=torch.float64).unbind()
    for value, (row, column) in zip(values.tolist(), grid.windows, strict=False):
        rows, columns = (slice(max(start, 0), start + grid.side) for start in (row, column))
        total[rows, columns] += value
        count[rows, columns] += 1
    return (total / count).float()
