"""The ranking against plain loops over images and terms."""

import pytest

from demos.clip.gallery.query import parse
from demos.clip.gallery.ranking import rank
from tests.clip_fixtures import unit_vectors


def dot(one, two) -> float:
    return sum(float(a) * float(b) for a, b in zip(one, two, strict=True))


@pytest.mark.parametrize(
    "query", ["dog", "2:dog + beach - people", "[a.jpg]", "[a.jpg] + 0.5:dog", "- people", "dog - [a]"]
)
def test_order_and_fit_are_those_of_a_plain_loop(query: str) -> None:
    terms = parse(query)
    images, vectors = unit_vectors(60, 8), unit_vectors(len(terms), 8, 5)
    level, scale = unit_vectors(60, 1)[:, 0] * 3, 20.0
    total = [sum(term.weight * float(vector[i]) for term, vector in zip(terms, vectors, strict=True)) for i in range(8)]
    length = dot(total, total) ** 0.5
    cosines = [dot(image, total) / length for image in images]
    order = sorted(range(60), key=lambda row: -cosines[row])[:12]
    words = [vector for term, vector in zip(terms, vectors, strict=True) if term.weight > 0 and not term.is_image]
    margins = {
        row: max((scale * dot(images[row], word) - float(level[row]) for word in words), default=0.0) for row in order
    }
    fit = sum(sorted(margins.values())[5:7]) / 2  # half of them fit
    ranked = rank(images, terms, vectors, level, scale, fit, 12)
    assert [each.row for each in ranked] == order
    assert [each.similarity for each in ranked] == pytest.approx([cosines[row] for row in order], abs=1e-5)
    assert [each.fits for each in ranked] == [margins[row] >= fit if words else None for row in order]
    assert sum(each.fits is True for each in ranked) == (6 if words else 0)
