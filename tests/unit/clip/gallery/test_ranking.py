"""The ranking against plain loops over images, terms and background words."""

import math
from pathlib import Path
from statistics import mean, stdev

import pytest
import torch

from demos.clip.gallery.query import parse
from demos.clip.gallery.ranking import encode, rank
from demos.clip.match import background
from demos.clip.models import registry
from demos.clip.zero_shot import Matcher
from tests.clip_fixtures import tiny_clip, unit_vectors


@pytest.fixture(scope="module")
def matcher(tmp_path_factory: pytest.TempPathFactory) -> Matcher:
    return registry.open_model(str(tiny_clip(tmp_path_factory.mktemp("model"))), torch.device("cpu"), local=True)


def dot(one, two) -> float:
    return sum(float(a) * float(b) for a, b in zip(one, two, strict=True))


@pytest.mark.parametrize(
    "query", ["dog", "2:dog + a red panda - people", "[a.jpg]", "[a.jpg] + 0.5:dog", "- people", "dog - [a]"]
)
def test_order_and_fit_are_those_of_a_plain_loop(matcher: Matcher, query: str, monkeypatch: pytest.MonkeyPatch) -> None:
    known = background.Calibration(sharpness=0.0, slope=2.0, offset=-1.0, same=2.0)
    monkeypatch.setattr(background, "calibration", lambda matcher: known)
    terms = parse(query)
    images, vectors = unit_vectors(60, 24), encode(matcher, terms)
    for at, term in enumerate(terms):
        assert vectors[at].any() != term.is_image
        if term.is_image:
            vectors[at] = unit_vectors(1, 24, 7)[0]
    ranked = rank(matcher, images, terms, vectors, 12)

    total = [
        sum(term.weight * float(vector[i]) for term, vector in zip(terms, vectors, strict=True)) for i in range(24)
    ]
    cosines = [dot(image, total) / math.sqrt(dot(total, total)) for image in images]
    order = sorted(range(60), key=lambda row: -cosines[row])[:12]
    assert [each.row for each in ranked] == order
    assert [each.similarity for each in ranked] == pytest.approx([cosines[row] for row in order], abs=1e-5)

    words = [at for at, term in enumerate(terms) if term.weight > 0 and not term.is_image]
    asked = {terms[at].text.removeprefix("a ") for at in words}
    bank = [
        vector
        for word, vector in zip(background.bank(), background.background(matcher), strict=True)
        if word not in asked
    ]
    for each in ranked:
        if not words:
            assert each.fits is None
            continue
        others = [dot(images[each.row], vector) for vector in bank]
        above = [(dot(images[each.row], vectors[at]) - mean(others)) / stdev(others) for at in words]
        assert each.fits == (2.0 * max(above) - 1.0 >= 0)
    if words:
        assert {each.fits for each in ranked} == {True, False}  # the test sees both


def test_no_images_are_ranked_as_none(matcher: Matcher, tmp_path: Path) -> None:
    terms = parse("dog")
    assert rank(matcher, unit_vectors(0, 24), terms, encode(matcher, terms), 5) == []
