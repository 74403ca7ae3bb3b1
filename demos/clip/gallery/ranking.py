"""A query against images: how similar each one is, whether it fits at all, and which come first."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from demos.clip.gallery import query as queries
from demos.clip.gallery.query import Term
from demos.clip.gallery.vectors import best

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Ranked:
    """An image's row, the cosine of its vector to the query's, and whether it fits; None where nothing says so."""

    row: int
    similarity: float
    fits: bool | None


def rank(
    images: Floats, terms: Sequence[Term], vectors: Floats, level: Floats, scale: float, fit: float, top: int
) -> list[Ranked]:
    """The `top` of images (N, E) for terms with unit vectors (T, E), the most similar first.

    An image fits if the margin of any word that is added reaches `fit`: its scaled cosine minus `level` (N,), the
    image's background_level. Images and what is subtracted say nothing about that. Raises BadInput for terms that
    cancel out.
    """
    wanted = queries.combined(vectors, [term.weight for term in terms])
    judging = [at for at, term in enumerate(terms) if term.weight > 0 and not term.is_image]
    found = best(images @ wanted, top)
    if not judging:
        return [Ranked(hit.row, hit.similarity, None) for hit in found]
    rows = [hit.row for hit in found]
    margins = scale * (images[rows] @ vectors[judging].T) - level[rows][:, None]
    most = margins.max(axis=1)
    return [Ranked(hit.row, hit.similarity, float(most[at]) >= fit) for at, hit in enumerate(found)]
