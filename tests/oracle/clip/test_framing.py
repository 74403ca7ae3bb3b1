"""The part of an image that a view looks into: the numbers are those that Match answers with, whatever the framing."""

from pathlib import Path

import pytest
import torch
from PIL import Image

from demos.clip import data
from demos.clip.data import File
from demos.clip.images import crops
from demos.clip.images.framing import framed
from demos.clip.images.photos import photos
from demos.clip.match.answers import Question, answer
from demos.clip.models import registry
from demos.clip.why import look
from demos.clip.why.occlusion import covered_vectors
from demos.clip.zero_shot import Matcher

LABELS = ("a lion", "a bus", "a tower")
TEMPLATES = ("a photo of a {}",)


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return registry.open_model("embedded", torch.device("cpu"), offline=True)


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lion at the right edge of a long grey image, where its centre shows none of it."""
    lion = next(photo.file for photo in photos() if photo.file.name == "lion.jpg")
    with Image.open(lion) as opened:
        tile = opened.convert("RGB").resize((300, 300))
    image = Image.new("RGB", (900, 300), (150, 150, 150))
    image.paste(tile, (600, 0))
    file = tmp_path_factory.mktemp("wide") / "wide.png"
    image.save(file)
    return file


@pytest.mark.parametrize("fit", crops.FITS)
def test_why_explains_what_match_answers(matcher: Matcher, wide: Path, fit: str) -> None:
    [expected] = answer(matcher, Question(LABELS, TEMPLATES, fit), [File(wide)])
    image = data.read(wide, matcher.enough)
    asked = look.question(matcher, image, LABELS, TEMPLATES, fit=fit)
    view = look.guesses_view(asked, "en")
    best = expected.labels[0]
    assert view["guesses"][0]["label"] == best.label
    assert view["guesses"][0]["similarity"] == pytest.approx(best.similarity, abs=1e-5)
    assert asked.framed.crop == best.crop
    if len(crops.boxes(image.image.size, fit)) == 1:  # else the other guesses may fit another tile better
        assert {each["label"]: each["probability"] for each in view["guesses"]} == pytest.approx(
            {each.label: each.probability for each in expected.labels}, abs=1e-5
        )
    assert all(each["probability"] > 0 for each in view["guesses"])  # "0%" is said of 0 alone
    [scores] = matcher.match([image], LABELS, TEMPLATES, fit)
    assert {each.label: each.similarity for each in scores} == pytest.approx(
        {each.label: each.similarity for each in expected.labels}, abs=1e-5
    )
    with torch.inference_mode():
        bare = matcher.model.encode_image(asked.pixels[None], normalize=True)[0]
    torch.testing.assert_close(asked.whole, bare, atol=1e-5, rtol=1e-4)
    first = next(covered_vectors(matcher, asked.pixels, look.grid_of(7)))
    assert first.vectors.shape == (16, len(bare))


def test_the_lion_at_the_edge_is_in_the_last_tile_and_the_page_says_so(matcher: Matcher, wide: Path) -> None:
    image = data.read(wide, matcher.enough)
    texts = matcher.encode_labels(LABELS, TEMPLATES)
    seen = framed(matcher, image, "tiles", texts)
    assert (seen.crop, seen.crops) == (3, 4)
    assert "Tile 3 of 3" in seen.said("embedded", "en")
    [scores] = matcher.match([image], LABELS, TEMPLATES, "tiles")
    assert scores[0].label == "a lion"
    whole = framed(matcher, image, "whole", texts)
    assert (whole.crop, whole.crops) == (0, 1)
    assert "the whole image" in whole.said("embedded", "en")
    assert not torch.equal(whole.pixels, framed(matcher, image, "centre", texts).pixels)
