"""Our CLIP against open_clip's: the same weights give the same vectors, the same vectors the same loss."""

import json

import pytest
import torch

import demos.common.models.torchvision_guard  # noqa: F401

# isort: split
import open_clip
from open_clip.loss import ClipLoss
from safetensors.torch import save_file

from demos.clip import tokenizer
from demos.clip.make.text_tower import read
from demos.clip.model import CLIP, Shape, config, contrastive_loss, similarity

SHAPE = Shape(embed=20, trunk="test_resnet", image_size=32, vocabulary=550, context=16, width=24, heads=3, layers=2)
TEXTS = ["a dog", "a photo of a very small cat", "x", "강아지 사진", "unbelievable zebra"]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[CLIP, torch.nn.Module, tokenizer.Tokenizer]:
    """Our model with random weights, and open_clip's reading of the folder it was saved to."""
    folder = tmp_path_factory.mktemp("clip")
    torch.manual_seed(0)
    ours = CLIP(SHAPE).eval()
    save_file(ours.state_dict(), folder / "open_clip_model.safetensors")
    (folder / "open_clip_config.json").write_text(json.dumps(config(SHAPE)))
    merges = tokenizer.learn_merges(tokenizer.word_counts(TEXTS * 2), SHAPE.vocabulary - 512 - 2)
    tokenizer.write_merges(folder / "bpe.txt.gz", merges)
    theirs, _, _ = open_clip.create_model_and_transforms(f"local-dir:{folder}")
    return ours, theirs.eval(), tokenizer.Tokenizer(folder / "bpe.txt.gz", SHAPE.context)


@torch.no_grad()
def test_images_get_the_same_vectors(both) -> None:
    ours, theirs, _ = both
    images = torch.randn(5, 3, 32, 32)
    torch.testing.assert_close(ours.encode_image(images), theirs.encode_image(images, normalize=True))


@torch.no_grad()
def test_texts_get_the_same_vectors_however_they_are_padded(both) -> None:
    ours, theirs, words = both
    texts = TEXTS[:4]
    padded = words.tokenizer(texts)
    expected = theirs.encode_text(padded, normalize=True)
    torch.testing.assert_close(ours.encode_text(padded), expected)
    torch.testing.assert_close(ours.encode_text(words(texts)), expected)
    torch.testing.assert_close(read(ours.text, words, texts), expected, atol=0.02, rtol=0)  # bfloat16


@pytest.mark.parametrize("scale", [1.0, 14.3, 100.0])
def test_the_loss_is_open_clips_loss(scale: float) -> None:
    torch.manual_seed(1)
    images, texts = (torch.nn.functional.normalize(torch.randn(7, 12), dim=-1) for _ in range(2))
    expected = ClipLoss()(images, texts, torch.tensor(scale))
    torch.testing.assert_close(contrastive_loss(images, texts, scale), expected)


def test_similarity_is_the_cosine() -> None:
    images, texts = torch.randn(3, 8), torch.randn(4, 8)
    unit = [torch.nn.functional.normalize(x, dim=-1) for x in (images, texts)]
    expected = torch.nn.functional.cosine_similarity(images[:, None], texts[None], dim=-1)
    torch.testing.assert_close(similarity(*unit), expected)


def test_a_learnt_tokeniser_has_the_size_it_says(both) -> None:
    words = both[2]
    assert words.tokenizer.vocab_size == SHAPE.vocabulary
    assert max(words(["unbelievable zebra", "cat"]).flatten()) == SHAPE.vocabulary - 1  # end of text
