"""The map against scikit-learn's PCA."""

import numpy as np
from sklearn.decomposition import PCA

from demos.clip.gallery.plane import lay_out
from tests.clip_fixtures import unit_vectors

REFERENCE = unit_vectors(30, 12, 2) + 0.5


def test_images_lie_where_the_whitened_pca_of_scikit_learn_lays_them() -> None:
    images = unit_vectors(60, 12) * np.linspace(3, 0.1, 12, dtype=np.float32)
    expected = PCA(2, whiten=True).fit_transform(images) * np.sqrt(60 / 59)  # which divides by one fewer
    points, _ = lay_out(images, unit_vectors(3, 12, 1), REFERENCE)
    for axis in range(2):
        sign = np.sign(points[:, axis] @ expected[:, axis])
        np.testing.assert_allclose(points[:, axis], sign * expected[:, axis], atol=1e-3)
        assert points[np.abs(points[:, axis]).argmax(), axis] > 0


def test_words_lie_along_the_same_directions_measured_by_the_reference() -> None:
    images, words = unit_vectors(60, 12), unit_vectors(5, 12, 1)
    directions = PCA(2).fit(images).components_
    _, points = lay_out(images, words, REFERENCE)
    known = REFERENCE @ directions.T
    expected = (words @ directions.T - known.mean(axis=0)) / known.std(axis=0)
    np.testing.assert_allclose(np.abs(points), np.abs(expected), atol=1e-3)
    _, alone = lay_out(images, words[2:3], REFERENCE)
    np.testing.assert_allclose(alone[0], points[2], atol=1e-4)


def test_few_images_and_no_words_have_places_too() -> None:
    for count in range(4):
        points, words = lay_out(unit_vectors(count, 12), unit_vectors(0, 12), REFERENCE)
        assert points.shape == (count, 2)
        assert words.shape == (0, 2)
        assert np.isfinite(points).all()
