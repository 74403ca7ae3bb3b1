"""A map: vectors of E numbers laid into a plane by their two main directions (PCA: Pearson 1901, Hotelling 1933).

Images and words lie in two clouds apart from each other (Liang et al. 2022, "Mind the Gap"), and the words' is
narrower. So each kind is measured from its own middle, in its own standard deviations; the directions are those in
which the images differ most.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
LEAST = 1e-6  # a spread below this is none


def lay_out(images: Floats, words: Floats, reference: Floats) -> tuple[Floats, Floats]:
    """Points (N, 2) of the images (N, E), and (M, 2) of the words (M, E), in standard deviations.

    Those of the words are measured by many `reference` words (K, E), so no word's place depends on the others.
    The main direction runs to the right, the next one upwards, each with its sign such that the image farthest out has
    a positive coordinate.
    """
    centred = images - images.mean(axis=0) if len(images) else images
    _, directions = np.linalg.eigh((centred.T @ centred).astype(np.float64))  # ascending
    main = directions[:, ::-1][:, :2].astype(np.float32)  # (E, 2)
    points = centred @ main
    if len(points):
        farthest = points[np.abs(points).argmax(axis=0), np.arange(2)]
        main *= np.where(farthest < 0, -1, 1).astype(np.float32)
        points = centred @ main
        points = points / np.maximum(points.std(axis=0), LEAST)
    known = reference @ main
    of_words = (words @ main - known.mean(axis=0)) / np.maximum(known.std(axis=0), LEAST)
    return points.astype(np.float32), of_words.astype(np.float32)
