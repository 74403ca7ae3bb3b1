"""The cut-offs: on values counted by hand, on vectors made by hand, and with a model of random weights."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from demos.clip.gallery import cut_offs
from demos.clip.models import registry
from demos.clip.photos import photos
from tests.clip_fixtures import tiny_clip, unit_vectors


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        (range(10), 0.9, 1),
        (range(10), 1.0, 0),
        (range(10), 0.5, 5),
        ([3.0], 0.9, 3.0),
        ([1.0, 2.0], 0.9, 1.0),
        (range(19), 0.9, 1),
        ([5, 1, 4, 2, 3], 0.8, 2),
    ],
)
def test_a_cut_off_keeps_the_share_it_should_and_no_lower_one_is_needed(values, share: float, expected: float) -> None:
    cut = cut_offs.keeping([float(value) for value in values], share)
    assert cut == expected
    kept = [sum(value >= each for value in values) / len(values) for each in sorted(values) if each > cut]
    assert sum(value >= cut for value in values) / len(values) >= share
    assert all(each < share for each in kept)


def test_no_values_give_no_cut_off() -> None:
    with pytest.raises(ValueError, match="values"):
        cut_offs.keeping([], 0.9)


def test_the_background_level_is_that_of_a_plain_loop() -> None:
    images, words = unit_vectors(5, 6), unit_vectors(9, 6, 1)
    level = cut_offs.background_level(images, words, 30.0)
    for image, found in zip(images, level, strict=True):
        total = sum(math.exp(30 * sum(float(a) * float(b) for a, b in zip(image, word, strict=True))) for word in words)
        assert float(found) == pytest.approx(math.log(total), abs=1e-4)


def test_the_background_words_are_many_and_none_stands_twice() -> None:
    words = cut_offs.background_words()
    assert len(set(words)) == len(words) > 100


def test_what_is_measured_is_what_a_loop_over_the_photos_finds(tmp_path: Path) -> None:
    matcher = registry.open_model(str(tiny_clip(tmp_path / "model")), torch.device("cpu"), local=True)
    found = cut_offs.measured(matcher)
    assert cut_offs.measured(matcher) is found
    images = [cut_offs.data.read(photo.file) for photo in photos()]
    right, wrong, alike, different = [], [], [], []
    for i, image in enumerate(images):
        [vector] = matcher.encode_images([image])
        logits = [
            matcher.scale * float(vector @ word) for word in matcher.encode_labels(cut_offs.background_words(), ("{}",))
        ]
        level = math.log(sum(math.exp(logit) for logit in logits))
        for j, photo in enumerate(photos()):
            [caption] = matcher.encode_labels([photo.caption["en"]], ("{}",))
            own = photo.caption == photos()[i].caption
            (right if own else wrong).append(matcher.scale * float(vector @ caption) - level)
            if not own:
                different.append(float(vector @ matcher.encode_images([images[j]])[0]))
        if i < cut_offs.COPIED:
            alike += [float(vector @ copy) for copy in matcher.encode_images(cut_offs.copies(image))]
    assert found.fit == pytest.approx(cut_offs.keeping(right, 0.9), abs=1e-3)
    assert found.wrong_fit == pytest.approx(np.mean([each >= found.fit for each in wrong]), abs=0.01)
    assert found.alike == pytest.approx(cut_offs.keeping(alike, 0.9), abs=1e-4)
    assert found.wrong_alike == pytest.approx(np.mean([each >= found.alike for each in different]), abs=0.01)
