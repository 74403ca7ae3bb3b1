"""Answers about files against the same computation written with open_clip alone."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

import demos.common.models.torchvision_guard  # noqa: F401

# isort: split
import open_clip

from demos.clip import prompts
from demos.clip.data import File
from demos.clip.match import background
from demos.clip.match.answers import Answer, Question, answer
from demos.clip.models.folder import open_folder
from demos.clip.zero_shot import Matcher
from demos.common.errors import BadInput
from tests.clip_fixtures import photo, tiny_clip, tiny_siglip

LABELS = ["dog", "cat", "red bus", "tower by night"]
TEMPLATES = ("a photo of a {}.", "{}", "the {} in a picture")
F = torch.nn.functional


class Bare:
    """open_clip alone, on a folder of ours."""

    def __init__(self, folder: Path) -> None:
        self.model, _, self.preprocess = open_clip.create_model_and_transforms(f"local-dir:{folder}")
        self.model.eval()
        self.tokenizer = open_clip.get_tokenizer(f"local-dir:{folder}", bpe_path=str(folder / "bpe.txt.gz"))

    @torch.no_grad()
    def images(self, images: list[Image.Image]) -> torch.Tensor:
        return self.model.encode_image(torch.stack([self.preprocess(image) for image in images]), normalize=True)

    @torch.no_grad()
    def sentences(self, label: str, templates: tuple[str, ...] = TEMPLATES) -> torch.Tensor:
        texts = [template.format(label) for template in templates]
        return self.model.encode_text(self.tokenizer(texts), normalize=True)

    def labels(self) -> torch.Tensor:
        return torch.stack([F.normalize(self.sentences(label).mean(0), dim=-1) for label in LABELS])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_clip(tmp_path_factory.mktemp("tiny"))


@pytest.fixture
def matcher(folder: Path) -> Matcher:
    return open_folder("tiny", folder, torch.device("cpu"))


@pytest.fixture
def files(tmp_path: Path) -> list[File]:
    """A wide one, a tall one, a square one."""
    sizes = ((120, 90), (64, 100), (80, 80))
    return [File(photo(tmp_path / f"{seed}.png", seed, size)) for seed, size in enumerate(sizes)]


def same(found: Answer, cosines: torch.Tensor, probabilities: torch.Tensor) -> None:
    assert [one.label for one in found.labels] == [LABELS[i] for i in cosines.argsort(descending=True)]
    for one in found.labels:
        i = LABELS.index(one.label)
        assert one.similarity == pytest.approx(cosines[i].item(), abs=1e-5)
        assert one.probability == pytest.approx(probabilities[i].item(), abs=1e-5)


def test_the_centre_by_softmax_is_open_clips(folder: Path, matcher: Matcher, files: list[File]) -> None:
    bare = Bare(folder)
    cosines = bare.images([Image.open(file.path) for file in files]) @ bare.labels().T
    shares = (bare.model.logit_scale.exp() * cosines).softmax(-1).detach()
    for found, cosine, share in zip(answer(matcher, Question(LABELS, TEMPLATES), files), cosines, shares, strict=True):
        same(found, cosine, share)


@pytest.mark.parametrize("scoring", ["trained", "independent"])
def test_a_model_that_learnt_by_sigmoids_is_scored_by_them(scoring: str, files: list[File], tmp_path: Path) -> None:
    folder = tiny_siglip(tmp_path / "siglip")
    bare = Bare(folder)
    assert float(bare.model.logit_bias.detach()) == pytest.approx(-1.5)
    cosines = bare.images([Image.open(file.path) for file in files]) @ bare.labels().T
    each = (bare.model.logit_scale.exp() * cosines + bare.model.logit_bias).sigmoid().detach()
    matcher = open_folder("siglip", folder, torch.device("cpu"))
    assert matcher.bias == pytest.approx(-1.5)
    answers = answer(matcher, Question(LABELS, TEMPLATES, scoring=scoring), files)
    for found, cosine, probability in zip(answers, cosines, each, strict=True):
        same(found, cosine, probability)
        assert found.none_of_these == pytest.approx(1 - float(probability.max()), abs=1e-5)
    by_softmax = answer(matcher, Question(LABELS, TEMPLATES, scoring="softmax"), files)
    for found, cosine in zip(by_softmax, cosines, strict=True):
        same(found, cosine, (bare.model.logit_scale.exp() * cosine).softmax(-1).detach())


def squares(image: Image.Image) -> list[Image.Image]:
    """The whole on a square of CLIP's mean colour, and for a longer image the squares that cover it."""
    long, short = max(image.size), min(image.size)
    whole = np.empty((long, long, 3), np.uint8)
    whole[:] = [round(255 * mean) for mean in (0.48145466, 0.4578275, 0.40821073)]
    top, left = (long - image.height) // 2, (long - image.width) // 2
    whole[top : top + image.height, left : left + image.width] = np.asarray(image)
    found = [Image.fromarray(whole)]
    if long > short:
        found += [
            image.crop((0, 0, short, short)),
            image.crop((image.width - short, image.height - short, *image.size)),
        ]
    return found


def test_the_whole_and_tiles_are_the_same_squares_cut_by_hand(
    folder: Path, matcher: Matcher, files: list[File]
) -> None:
    bare = Bare(folder)
    whole = list(answer(matcher, Question(LABELS, TEMPLATES, fit="whole"), files))
    tiles = list(answer(matcher, Question(LABELS, TEMPLATES, fit="tiles"), files))
    for file, by_whole, by_tiles in zip(files, whole, tiles, strict=True):
        cosines = bare.images(squares(Image.open(file.path))) @ bare.labels().T  # (K, M)
        scale = bare.model.logit_scale.exp().detach()
        same(by_whole, cosines[0], (scale * cosines[0]).softmax(-1))
        same(by_tiles, cosines.amax(0), (scale * cosines.amax(0)).softmax(-1))
        for one in by_tiles.labels:
            assert one.crop == int(cosines[:, LABELS.index(one.label)].argmax())


def test_what_stands_at_the_edge_is_found_in_tiles_alone(matcher: Matcher, tmp_path: Path) -> None:
    wide = Image.new("RGB", (300, 60), "green")
    wide.paste("red", (240, 0, 300, 60))
    wide.save(tmp_path / "wide.png")
    Image.new("RGB", (60, 60), "red").save(tmp_path / "red.png")
    [red] = matcher.encode_files([File(tmp_path / "red.png")])
    similarity = {
        fit: float((next(matcher.encode_files([File(tmp_path / "wide.png")], fit)) @ red.T).max())
        for fit in ("centre", "whole", "tiles")
    }
    assert similarity["tiles"] == pytest.approx(1, abs=1e-4)
    assert max(similarity["centre"], similarity["whole"]) < 0.999


@pytest.mark.parametrize("scoring", ["softmax", "independent"])
def test_a_range_is_what_one_wording_alone_would_make_of_a_guess(
    folder: Path, matcher: Matcher, files: list[File], scoring: str
) -> None:
    bare = Bare(folder)
    texts, scale = bare.labels(), bare.model.logit_scale.exp().detach()
    words = torch.cat([bare.sentences(word, ("a photo of a {}",)) for word in background.bank() if word not in LABELS])
    vowels = [word for word in background.bank() if prompts.fill("a {}", word) != f"a {word}"]
    assert vowels  # these read "a photo of an …", which format alone cannot
    rows = [word for word in background.bank() if word not in LABELS]
    for word in vowels:
        if word in rows:
            words[rows.index(word)] = bare.sentences(word, (prompts.fill("a photo of a {}", word).replace(word, "{}"),))
    vectors = bare.images([Image.open(file.path) for file in files])
    for found, vector in zip(
        answer(matcher, Question(LABELS, TEMPLATES, scoring=scoring), files), vectors, strict=True
    ):
        for one in found.labels:
            i, alone = LABELS.index(one.label), []
            for sentence in bare.sentences(one.label):
                cosines = texts @ vector
                cosines[i] = sentence @ vector
                if scoring == "softmax":
                    alone.append(float((scale * cosines).softmax(-1)[i]))
                else:
                    alone.append(
                        float(background.believed(cosines, words @ vector, background.calibration(matcher))[i])
                    )
            assert (one.low, one.high) == pytest.approx((min(alone), max(alone)), abs=2e-5)


def test_a_file_that_cannot_be_read_has_its_sentence_in_its_place(matcher: Matcher, files: list[File]) -> None:
    bad = File(files[0].path.with_name("bad.png"))
    bad.path.write_bytes(b"no image")
    answers = list(answer(matcher, Question(LABELS, TEMPLATES), [files[0], bad, files[1]]))
    assert [one.file for one in answers] == [files[0], bad, files[1]]
    assert [bool(one.labels) for one in answers] == [True, False, True]
    assert "bad.png" in str(answers[1].error)


def test_what_cannot_be_chosen_is_refused() -> None:
    for wrong in ({"fit": "corner"}, {"scoring": "gut feeling"}):
        with pytest.raises(BadInput, match=next(iter(wrong.values()))):
            Question(LABELS, TEMPLATES, **wrong)


def test_many_files_go_through_the_tower_together_and_only_once(matcher: Matcher, tmp_path: Path) -> None:
    files = [File(photo(tmp_path / f"{seed}.png", seed % 50)) for seed in range(70)]  # twenty are there twice
    seen: list[str] = []
    first = list(matcher.encode_files(files, "tiles", lambda file, image, pixels: seen.append(file.name)))
    assert len(seen) == 50
    alone = [next(matcher.encode_files([file], "tiles")) for file in files]
    torch.testing.assert_close(torch.cat(first), torch.cat(alone), rtol=0, atol=0)
    assert len(seen) == 50
