"""Our zero-shot against the same computation written with open_clip alone."""

from pathlib import Path

import pytest
import torch
from PIL import Image

import demos.common.models.torchvision_guard  # noqa: F401

# isort: split
import open_clip

from demos.clip import data
from demos.clip.models.folder import open_folder
from demos.clip.zero_shot import Matcher
from tests.clip_fixtures import photo, tiny_clip

LABELS = ["dog", "cat", "red bus", "tower by night"]
TEMPLATES = ("a photo of a {}.", "{}", "the {} in a picture")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_clip(tmp_path_factory.mktemp("tiny"))


@pytest.fixture
def matcher(folder: Path) -> Matcher:
    return open_folder("tiny", folder, torch.device("cpu"))


@torch.no_grad()
def test_zero_shot_is_open_clips(folder: Path, matcher: Matcher, tmp_path: Path) -> None:
    files = [photo(tmp_path / f"{seed}.png", seed) for seed in range(3)]
    model, _, preprocess = open_clip.create_model_and_transforms(f"local-dir:{folder}")
    model.eval()
    tokenizer = open_clip.get_tokenizer(f"local-dir:{folder}", bpe_path=str(folder / "bpe.txt.gz"))
    images = model.encode_image(torch.stack([preprocess(Image.open(file)) for file in files]), normalize=True)
    texts = []
    for label in LABELS:
        each = model.encode_text(tokenizer([template.format(label) for template in TEMPLATES]), normalize=True)
        texts.append(torch.nn.functional.normalize(each.mean(0), dim=-1))
    cosines = images @ torch.stack(texts).T
    shares = (model.logit_scale.exp() * cosines).softmax(-1)

    answers = matcher.match([data.read(file) for file in files], LABELS, TEMPLATES)
    for answer, cosine, share in zip(answers, cosines, shares, strict=True):
        assert [score.label for score in answer] == [LABELS[i] for i in share.argsort(descending=True)]
        for score in answer:
            i = LABELS.index(score.label)
            assert score.similarity == pytest.approx(cosine[i].item(), abs=1e-5)
            assert score.probability == pytest.approx(share[i].item(), abs=1e-5)
        assert sum(score.probability for score in answer) == pytest.approx(1, abs=1e-5)


def test_batches_and_memory_change_nothing(folder: Path, matcher: Matcher, tmp_path: Path) -> None:
    images = [data.read(photo(tmp_path / f"{seed}.png", seed)) for seed in range(70)]
    together = matcher.encode_images(images)
    alone = open_folder("tiny", folder, torch.device("cpu"))
    torch.testing.assert_close(torch.cat([alone.encode_images([image]) for image in images]), together)
    torch.testing.assert_close(matcher.encode_images(images[::-1]), together.flip(0), rtol=0, atol=0)
    labels = [f"thing {i}" for i in range(90)]
    at_once = matcher.encode_labels(labels, TEMPLATES)
    torch.testing.assert_close(torch.cat([alone.encode_labels([label], TEMPLATES) for label in labels]), at_once)
    other = matcher.encode_labels(labels[:1], ("{}",))
    assert not torch.allclose(other, at_once[:1])  # other templates are not answered from memory


def test_our_preprocessing_of_a_plain_image_is_open_clips(matcher: Matcher, tmp_path: Path) -> None:
    file = photo(tmp_path / "plain.png")
    ours = matcher.preprocess(data.read(file).image)
    torch.testing.assert_close(ours, matcher.preprocess(Image.open(file)), rtol=0, atol=0)
