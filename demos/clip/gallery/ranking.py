"""A query against images: how similar each one is, which come first, and whether they fit at all."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from demos.clip import prompts
from demos.clip.gallery import query as queries
from demos.clip.gallery.query import Term
from demos.clip.gallery.vectors import best
from demos.clip.match import background
from demos.clip.zero_shot import Matcher

Floats = NDArray[np.float32]
BELIEVED = 0.5  # more likely right than wrong


@dataclass(frozen=True)
class Ranked:
    """An image's row, the cosine of its vector to the query's, and whether it fits; None where no word says so."""

    row: int
    similarity: float
    fits: bool | None


def encode(matcher: Matcher, terms: Sequence[Term]) -> Floats:
    """The unit vectors (T, E) of the terms; the rows of images are zero, for others to fill."""
    words: Floats = matcher.encode_labels([term.text for term in terms], prompts.templates("everyday")).numpy()
    words[[term.is_image for term in terms]] = 0
    return words


def rank(matcher: Matcher, images: Floats, terms: Sequence[Term], vectors: Floats, top: int) -> list[Ranked]:
    """The `top` of images (N, E) for terms with unit vectors (T, E), the most similar first.

    An image fits if it fits any word that is added better than the background words do. Images, and what is subtracted,
    say nothing about that. Raises BadInput for terms that cancel out.
    """
    found = best(images @ queries.combined(vectors, [term.weight for term in terms]), top)
    judging = [at for at, term in enumerate(terms) if term.weight > 0 and not term.is_image]
    if not judging or not found:
        return [Ranked(hit.row, hit.similarity, None) for hit in found]
    beliefs = believed(
        matcher, images[[hit.row for hit in found]], [terms[at].text for at in judging], vectors[judging]
    )
    most = beliefs.max(axis=1)
    return [Ranked(hit.row, hit.similarity, float(most[at]) >= BELIEVED) for at, hit in enumerate(found)]


def believed(matcher: Matcher, images: Floats, words: Sequence[str], vectors: Floats) -> Floats:
    """How far each of the words, with unit vectors (M, E), is believed of images (N, E): (N, M), 0 to 1."""
    known = background.calibration(matcher)
    bank, texts = background.background(matcher), torch.from_numpy(vectors)
    same = background.means_the_same(words, texts, bank, known.same)
    others = bank if bool(same.all()) else bank[~same]
    seen = torch.from_numpy(images)
    found: Floats = background.believed(seen @ texts.T, seen @ others.T, known).numpy()
    return found
