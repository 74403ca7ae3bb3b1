"""The margin against a quadratic programme, and Novikoff's bound against the perceptron itself."""

from itertools import islice

import numpy as np
import pytest
from scipy.optimize import nnls

from demos.xor.data import Points, sample
from demos.xor.perceptron import learn_perceptron
from demos.xor.proof.margin import margin, nearest_to_origin
from demos.xor.proof.separable import witness


def by_nnls(vectors: np.ndarray) -> float:
    """The hull's distance from the origin: the least |V'λ|² + (1 − Σλ)² over λ ≥ 0 lies in the same direction."""
    system = np.vstack([vectors.T, np.ones(len(vectors))])
    shares, _ = nnls(system, np.append(np.zeros(vectors.shape[1]), 1), maxiter=10_000)
    return float(np.linalg.norm(vectors.T @ shares) / shares.sum())


@pytest.mark.parametrize("seed", range(40))
def test_the_nearest_point_of_a_hull_is_that_of_non_negative_least_squares(seed: int) -> None:
    random = np.random.default_rng(seed)
    vectors = random.normal(size=(random.integers(1, 200), 3)) + random.normal(size=3) * 3
    found = float(np.linalg.norm(nearest_to_origin(vectors)))
    assert found == pytest.approx(by_nnls(vectors), rel=1e-6, abs=1e-6)


def some_points(seed: int) -> Points:
    """Two clouds of any size, distance and place, which a line may separate."""
    random = np.random.default_rng(seed)
    y = np.arange(random.integers(4, 60)) % 2
    apart = random.uniform(0, 8) * np.array([1, random.normal()])
    x = random.normal(size=(len(y), 2)) + y[:, None] * apart + random.normal(size=2) * random.choice([0, 10])
    return Points(x, y, (-20, 20))


@pytest.mark.parametrize("seed", range(60))
def test_points_have_a_margin_exactly_if_a_line_separates_them(seed: int) -> None:
    points = some_points(seed)
    assert (margin(points) is None) == (witness(points) is not None)


@pytest.mark.parametrize("seed", range(30))
def test_the_perceptron_never_needs_more_corrections_than_novikoff_says(seed: int) -> None:
    points = some_points(seed)
    found = margin(points)
    if found is None or found.bound(2, 0.1) > 1000:
        return
    first = next(learn_perceptron(points, 0.1, seed)).weights
    corrections = 0
    for step in learn_perceptron(points, 0.1, seed):
        corrections = step.corrections
        assert corrections <= found.bound(float(first.norm()), 0.1)
    assert step.converged


def test_the_margin_of_two_points_is_that_of_the_line_between_them() -> None:
    points = Points(np.array([[-1.0, 0.0], [1.0, 0.0]]), np.array([0, 1]), (-2, 2))
    found = margin(points)
    assert found is not None
    assert found.gamma == pytest.approx(1)  # w = (1, 0, 0)
    assert found.radius == pytest.approx(2**0.5)
    assert found.bound(0, 0.1) == pytest.approx(2)


def test_a_separable_cloud_takes_a_share_of_its_bound() -> None:
    points = sample("gaussians", 200, 0, 0)
    found = margin(points)
    assert found is not None
    *_, last = islice(learn_perceptron(points, 0.1, None), 100_000)
    assert last.converged
    assert 1 <= last.corrections <= found.bound(0, 0.1)
