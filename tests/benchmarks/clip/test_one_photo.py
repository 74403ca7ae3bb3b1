"""One photo, one explanation and one first answer, each beside a bare loop of timm or open_clip in the same run."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from PIL import Image

import demos.common.models.torchvision_guard  # noqa: F401

# isort: split
import open_clip

from demos.clip.data import File
from demos.clip.images import thumbnails
from demos.clip.images.photos import photos
from demos.clip.match import pictures
from demos.clip.match.background import background
from demos.clip.match.tab import Handlers
from demos.clip.models import registry
from demos.clip.why import look as why_look
from demos.clip.why.occlusion import cover, covered_vectors
from demos.clip.zero_shot import Matcher
from demos.common.settings import Settings
from tests.benchmarks.figures import figure

LABELS, TEMPLATES = ("a lion", "a bus", "a tower"), ("a photo of a {}",)
CPU = torch.device("cpu")


@pytest.fixture
def matcher() -> Matcher:
    registry.CACHE.clear()  # a matcher that remembers nothing
    return registry.open_model("embedded", CPU, offline=True)


@pytest.fixture(scope="module")
def photo() -> Path:
    return next(each.file for each in photos() if each.file.name == "lion.jpg")


@torch.inference_mode()
def test_one_photo_beside_timms_bare_tower(
    benchmark, in_turn: Callable, matcher: Matcher, photo: Path, one_thread: None
) -> None:
    def ours() -> torch.Tensor:
        matcher._vectors.clear()
        [vectors] = matcher.encode_files([File(photo)])
        assert isinstance(vectors, torch.Tensor)
        return vectors

    def theirs() -> torch.Tensor:
        with Image.open(photo) as image:
            return matcher.model.visual.trunk(matcher.preprocess(image)[None])

    assert ours().shape == (1, 512)
    assert theirs().shape == (1, 1280)
    seconds = in_turn({"ours": ours, "theirs": theirs}, rounds=15)
    ratio = figure(
        benchmark,
        what="one photo becomes a vector",
        unit="ms",
        ours=1000 * seconds["ours"],
        peer="timm's bare tower",
        theirs=1000 * seconds["theirs"],
        at_most=1.1,
    )
    assert ratio <= 1.1


@torch.inference_mode()
def test_an_occlusion_map_beside_a_bare_loop_over_the_same_covered_images(
    benchmark, in_turn: Callable, matcher: Matcher, photo: Path, one_thread: None
) -> None:
    from demos.clip import data

    asked = why_look.question(matcher, data.read(photo, matcher.enough), LABELS, TEMPLATES)
    grid = why_look.grid_of(10)

    def ours() -> torch.Tensor:
        for covered in covered_vectors(matcher, asked.pixels, grid):
            why_look.occlusion_view(asked, covered)  # what the page is told on the way
        return covered.vectors

    def theirs() -> torch.Tensor:
        images = [cover(asked.pixels, grid, window) for window in grid.windows]
        parts = [matcher.model.encode_image(image[None], normalize=True) for image in images]
        return torch.cat(parts)

    torch.testing.assert_close(ours(), theirs(), atol=1e-4, rtol=1e-3)
    seconds = in_turn({"ours": ours, "theirs": theirs}, rounds=3)
    ratio = figure(
        benchmark,
        what="“Why?” of one photo: an occlusion map",
        unit="ms",
        ours=1000 * seconds["ours"],
        peer="a bare loop over the same covered images",
        theirs=1000 * seconds["theirs"],
        at_most=1.1,
    )
    assert ratio <= 1.1


@torch.inference_mode()
def test_the_first_answer_after_the_tab_was_opened_beside_a_bare_open_clip(
    benchmark, in_turn: Callable, photo: Path, open_clip_folder: Path, one_thread: None
) -> None:
    """The tab has opened its model; an image and guesses that it never saw come. Ours also makes the card's two
    pictures, a range over the wordings and "none of these"."""
    tab = Handlers(Settings(device="cpu", offline=True))
    tab.warm_up()
    matcher = registry.open_model("embedded", CPU, offline=True)
    name = f"local-dir:{open_clip_folder}"
    model, _, preprocess = open_clip.create_model_and_transforms(name)
    tokenizer, sentences = open_clip.get_tokenizer(name), [TEMPLATES[0].format(each) for each in LABELS]
    model.eval()
    background(matcher)
    known = dict(matcher._vectors._values)

    def ours() -> object:
        matcher._vectors.clear()
        matcher._vectors.keep(known)  # the background words
        pictures._pictures.clear()
        thumbnails._thumbnails.clear()
        return tab.answer("en", [str(photo)], "\n".join(LABELS), "photo", "", 3, "embedded")

    def theirs() -> object:
        with Image.open(photo) as image:
            vectors = model.encode_image(preprocess(image)[None], normalize=True)
        return vectors @ model.encode_text(tokenizer(sentences), normalize=True).T

    seconds = in_turn({"ours": ours, "theirs": theirs}, rounds=11)
    ratio = figure(
        benchmark,
        what="an image and guesses that are new, with all that the tab shows",
        unit="ms",
        ours=1000 * seconds["ours"],
        peer="a bare open_clip, its cosines",
        theirs=1000 * seconds["theirs"],
        at_most=2.0,
        headline="CLIP: an answer to an image and guesses that are new",
    )
    assert ratio <= 2.0


@torch.inference_mode()
def test_opening_the_tab_beside_a_bare_open_clip(
    benchmark, in_turn: Callable, open_clip_folder: Path, one_thread: None
) -> None:
    """Most of ours is reading some 280 background words, which "none of these" needs and the peer has not."""
    tab = Handlers(Settings(device="cpu", offline=True))

    def ours() -> None:
        registry.CACHE.clear()
        tab.warm_up()

    def theirs() -> object:
        return open_clip.create_model_and_transforms(f"local-dir:{open_clip_folder}")

    seconds = in_turn({"ours": ours, "theirs": theirs}, rounds=5)
    ratio = figure(
        benchmark,
        what="the tab's model is opened, its background words read",
        unit="ms",
        ours=1000 * seconds["ours"],
        peer="a bare open_clip is opened",
        theirs=1000 * seconds["theirs"],
        at_most=12,
    )
    assert ratio <= 12
