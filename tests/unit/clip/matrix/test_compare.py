"""The matrix against plain loops, and its recall and confusions on vectors whose answers are known."""

import math

import pytest
import torch
import torch.nn.functional as F

from demos.clip.matrix.compare import compare, own_captions


def unit(*rows: list[float]) -> torch.Tensor:
    return F.normalize(torch.tensor(rows, dtype=torch.float), dim=-1)


def test_cosines_and_both_softmaxes_are_those_of_a_plain_loop() -> None:
    torch.manual_seed(0)
    images, texts, scale = F.normalize(torch.randn(4, 7), dim=-1), F.normalize(torch.randn(3, 7), dim=-1), 13.0
    found = compare(images, texts, ["a", "b", "c"], [0, 1, 2, None], scale)
    for i in range(4):
        for j in range(3):
            cosine = sum(float(a) * float(b) for a, b in zip(images[i], texts[j], strict=True))
            assert float(found.cosines[i, j]) == pytest.approx(cosine, abs=1e-6)
            row = sum(math.exp(scale * float(found.cosines[i, k])) for k in range(3))
            column = sum(math.exp(scale * float(found.cosines[k, j])) for k in range(4))
            assert float(found.over_captions[i, j]) == pytest.approx(math.exp(scale * cosine) / row, abs=1e-5)
            assert float(found.over_images[i, j]) == pytest.approx(math.exp(scale * cosine) / column, abs=1e-5)


def test_recall_counts_each_direction_by_itself() -> None:
    images = unit([1, 0, 0], [0.9, 0.5, 0], [0, 0, 1])  # the second lies nearer to the first caption than to its own
    texts = unit([1, 0.2, 0], [0, 1, 0], [0, 0, 1])
    found = compare(images, texts, ["one", "two", "three"], [0, 1, 2], 10.0)
    assert found.recall_of_images == pytest.approx(2 / 3)
    assert found.recall_of_captions == 1  # each caption's nearest image is its own
    [confusion] = found.confusions
    assert (confusion.of_image, confusion.asked, confusion.right, confusion.found) == (True, 1, 1, 0)
    assert confusion.margin == pytest.approx(float(found.cosines[1, 0] - found.cosines[1, 1]))
    assert found.assignment == [(0, 0), (1, 1), (2, 2)]


def test_a_caption_that_finds_another_image_is_told_apart() -> None:
    images, texts = unit([1, 0], [0.8, 0.6]), unit([0.8, 0.6], [0.6, 0.8])
    found = compare(images, texts, ["one", "two"], [0, 1], 1.0)
    assert found.recall_of_captions == 0.5
    wrong = [confusion for confusion in found.confusions if not confusion.of_image]
    assert [(each.asked, each.right, each.found) for each in wrong] == [(0, 0, 1)]
    assert [each.margin for each in found.confusions] == sorted(
        (each.margin for each in found.confusions), reverse=True
    )


def test_captions_of_the_same_words_are_one_answer() -> None:
    images, texts = unit([1, 0], [0.9, 0.1], [0, 1]), unit([1, 0], [1, 0], [0, 1])
    found = compare(images, texts, ["a cat", "a cat", "a dog"], [0, 1, 2], 10.0)
    assert (found.recall_of_images, found.recall_of_captions) == (1, 1)
    assert not found.confusions


def test_images_without_a_caption_and_captions_without_an_image() -> None:
    assert own_captions([0, 2, 5], 3) == [0, 2, None]
    images, texts = unit([1, 0], [0, 1]), unit([1, 0], [0, 1], [1, 1])
    found = compare(images, texts, ["one", "two", "three"], [None, None], 10.0)
    assert found.recall_of_images is None
    assert found.recall_of_captions is None
    assert not found.confusions
    assert len(found.assignment) == 2
    found = compare(images, texts, ["one", "two", "three"], [0, None], 10.0)
    assert (found.recall_of_images, found.recall_of_captions) == (1, 1)
    [taken] = [each for each in compare(images.flip(0), texts, ["one", "two", "three"], [0, None], 1.0).confusions
               if not each.of_image]  # fmt: skip
    assert (taken.right, taken.found) == (0, 1)  # by an image that has no caption of its own
