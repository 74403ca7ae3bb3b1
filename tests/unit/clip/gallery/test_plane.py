"""The map against scikit-learn's PCA."""

import numpy as np
from sklearn.decomposition import PCA

from demos.clip.gallery.plane import lay_out
from tests.clip_fixtures import unit_vectors


def test_images_lie_where_the_pca_of_scikit_learn_lays_them() -> None:
    images = unit_vectors(60, 12) * np.linspace(3, 0.1, 12, dtype=np.float32)
    expected = PCA(2).fit_transform(images)
    points, _ = lay_out(images, unit_vectors(3, 12, 1), np.zeros(12, np.float32))
    for axis in range(2):
        sign = np.sign(points[:, axis] @ expected[:, axis])
        np.testing.assert_allclose(points[:, axis], sign * expected[:, axis], atol=1e-4)
        assert points[np.abs(points[:, axis]).argmax(), axis] > 0


def test_words_lie_along_the_same_directions_around_the_middle_that_is_given() -> None:
    images, words, middle = unit_vectors(60, 12), unit_vectors(5, 12, 1), unit_vectors(1, 12, 2)[0]
    directions = PCA(2).fit(images).components_
    _, points = lay_out(images, words, middle)
    np.testing.assert_allclose(np.abs(points), np.abs((words - middle) @ directions.T), atol=1e-4)


def test_few_images_and_no_words_have_places_too() -> None:
    for count in range(4):
        points, words = lay_out(unit_vectors(count, 12), unit_vectors(0, 12), np.zeros(12, np.float32))
        assert points.shape == (count, 2)
        assert words.shape == (0, 2)
        assert np.isfinite(points).all()
