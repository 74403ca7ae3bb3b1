"""How far a line can keep two classes apart, and after how many corrections the perceptron must have found one.

Novikoff's theorem: let a line w*, of length 1, have every point at least γ on its right side, y (w* · x̂) ≥ γ with
x̂ = (x₁, x₂, 1) and y = ±1, and let no x̂ be longer than R. Each correction brings the weights γ nearer to w*, but makes
their square longer by R² at most; so there are no more than (R / γ)² of them. (A. Novikoff, "On convergence proofs for
perceptrons", 1962.) From first weights w₀ ≠ 0 the same two steps give (R / γ)² + 2 |w₀| / (η γ), η the learning rate.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from demos.xor.data import Points

ALMOST = 1e-12  # of a length: rounding


@dataclass(frozen=True)
class Margin:
    """The largest γ that any line has, and the length R of the longest x̂; for the points as they are learned."""

    gamma: float
    radius: float

    def bound(self, first: float, lr: float) -> float:
        """The most corrections that the perceptron can make, from first weights of length `first`."""
        return (self.radius / self.gamma) ** 2 + 2 * first / (lr * self.gamma)


def margin(points: Points) -> Margin | None:
    """The margin of points that a line separates; None where it is too small to be told from none.

    γ is the distance from the origin to the hull of all y x̂ (the dual of the hard-margin support vector machine).
    """
    homogeneous = np.column_stack([points.x, np.ones(len(points.x))])  # (P, 3): x̂
    nearest = nearest_to_origin(homogeneous * np.where(points.y == 1, 1, -1)[:, None])
    gamma, radius = float(np.linalg.norm(nearest)), float(np.linalg.norm(homogeneous, axis=1).max())
    return Margin(gamma, radius) if gamma > 1e-9 * radius else None


def nearest_to_origin(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """The point (D,) nearest to the origin in the convex hull of `vectors` (V, D).

    It is a mean of a few of the vectors. Another joins them as long as it lies nearer to the origin, seen along the
    nearest point so far; whoever's share would fall below 0 leaves. (P. Wolfe, "Finding the nearest point in a
    polytope", Mathematical Programming 11, 1976.)
    """
    chosen = [int(np.linalg.norm(vectors, axis=1).argmin())]
    shares = np.ones(1)
    while True:
        nearest = shares @ vectors[chosen]
        along = vectors @ nearest
        best = int(along.argmin())
        if best in chosen or along[best] >= nearest @ nearest - ALMOST * (vectors[best] @ vectors[best]):
            return nearest
        chosen, shares = [*chosen, best], np.append(shares, 0.0)
        while (affine := _shares_of_nearest(vectors[chosen])).min() <= ALMOST:
            falling = affine <= ALMOST
            way = float((shares[falling] / (shares[falling] - affine[falling])).min())
            shares = way * affine + (1 - way) * shares
            stays = shares > ALMOST
            chosen, shares = [one for one, kept in zip(chosen, stays, strict=True) if kept], shares[stays]
        shares = affine


def _shares_of_nearest(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """The point nearest to the origin on the flat through `vectors` (V, D), as shares (V,) of them that sum to 1."""
    count = len(vectors)
    system = np.ones((count + 1, count + 1))
    system[0, 0] = 0
    system[1:, 1:] = vectors @ vectors.T
    solution: NDArray[np.float64] = np.linalg.lstsq(system, np.eye(count + 1)[0], rcond=None)[0]
    return solution[1:]
