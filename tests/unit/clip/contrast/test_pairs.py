"""The drawn pairs: what a caption says is what the image shows, and what is tested with is never trained on."""

import itertools
import random

import numpy as np
import pytest
import torch

from demos.clip.contrast.pairs import (
    COLOURS,
    GROUND,
    RELATIONS,
    SHAPES,
    SIDE,
    TABLE,
    Scene,
    Thing,
    Vocabulary,
    as_pixels,
    batches,
    draw,
    held_out,
    scenes,
)
from demos.common.i18n import LANGUAGES


def centre(image: np.ndarray, colour: str) -> tuple[float, float]:
    rows, columns = np.nonzero((image == TABLE["colours"][colour]["rgb"]).all(-1))
    return float(rows.mean()), float(columns.mean())


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("shape", SHAPES)
def test_the_first_thing_stands_where_the_caption_says(relation: str, shape: str) -> None:
    scene = Scene(Thing("red", shape), relation, Thing("blue", "square"))
    for seed in range(5):
        image = draw(scene, chance=random.Random(seed))
        (row, column), (other_row, other_column) = centre(image, "red"), centre(image, "blue")
        where = {
            "above": row < other_row - 8,
            "below": row > other_row + 8,
            "left": column < other_column - 8,
            "right": column > other_column + 8,
        }
        assert [name for name, true in where.items() if true] == [relation]


def test_every_shape_is_another_one_and_every_colour() -> None:
    images = [draw(Scene(Thing("red", shape), "above", Thing("blue", "square"))) for shape in SHAPES]
    for one, other in itertools.combinations(images, 2):
        assert (one != other).any(-1).sum() > 15
    assert len({tuple(TABLE["colours"][colour]["rgb"]) for colour in COLOURS} | {GROUND}) == len(COLOURS) + 1


def test_the_mirror_is_the_same_image_and_the_swapped_one_is_not() -> None:
    for scene in random.Random(0).sample(scenes(), 40):
        assert (draw(scene) == draw(scene.mirror)).all()
        assert (draw(scene) != draw(scene.swapped)).any()
        assert scene.mirror.mirror == scene.swapped.swapped == scene
        for language in LANGUAGES:
            words = [sorted(each.caption(language).split()) for each in (scene, scene.swapped)]
            assert words[0] == words[1]
            assert scene.caption(language) != scene.swapped.caption(language)


def test_captions_are_sentences_of_their_language() -> None:
    scene = Scene(Thing("red", "circle"), "left", Thing("blue", "square"))
    assert scene.caption("en") == "a red circle left of a blue square"
    assert scene.caption("ko") == "파란 네모 왼쪽의 빨간 원"
    assert scene.caption("fr") == scene.caption("en")
    for language in LANGUAGES:
        assert len({scene.caption(language) for scene in scenes()}) == len(scenes()) == 25 * 4 * 24


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_caption_has_its_tokens_and_the_end_is_the_highest(language: str) -> None:
    vocabulary = Vocabulary(language)
    captions = [scene.caption(language) for scene in scenes()]
    tokens = vocabulary.encode(captions)
    assert tokens.shape == (len(captions), vocabulary.context)
    assert len({tuple(row) for row in tokens.tolist()}) == len(captions)
    ends = tokens.argmax(1)
    assert (tokens.max(1).values == len(vocabulary.words) - 1).all()
    for caption, row, end in zip(captions, tokens.tolist(), ends.tolist(), strict=True):
        assert " ".join(vocabulary.words[number] for number in row[1:end]) == caption
        assert not any(row[end + 1 :])
    with pytest.raises(KeyError):
        vocabulary.encode(["a purple elephant"])


@pytest.mark.parametrize("count", [2, 7, 16])
def test_what_is_tested_with_stands_in_twos_and_no_image_twice(count: int) -> None:
    chosen = held_out(count, seed=3)
    assert len(chosen) == count
    for one, other in itertools.pairwise(chosen[: count // 2 * 2]):
        if chosen.index(one) % 2 == 0:
            assert other == one.swapped
    seen = [each for scene in chosen for each in (scene, scene.mirror)]
    assert len(set(seen)) == len(seen)
    assert chosen == held_out(count, seed=3) != held_out(count, seed=4)


@pytest.mark.parametrize("swapped", [False, True])
def test_no_batch_holds_a_tested_image_or_one_image_twice(swapped: bool) -> None:
    tested = held_out(16, seed=0)
    forbidden = {each for scene in tested for each in (scene, scene.mirror)}
    trained: set[Scene] = set()
    for batch in itertools.islice(batches(32, 1, tested, swapped), 100):
        assert len(batch) == 32
        images = [each for scene in batch for each in (scene, scene.mirror)]
        assert len(set(images)) == len(images)
        assert forbidden.isdisjoint(images)
        if swapped:
            assert all(batch[at + 1] == batch[at].swapped for at in range(0, 32, 2))
        trained |= set(batch)
    assert len(trained) > 1000


def test_pixels_are_the_colours_from_minus_one_to_one() -> None:
    scene = scenes()[5]
    image = draw(scene)
    pixels = as_pixels([image, image])
    assert pixels.shape == (2, 3, SIDE, SIDE)
    back = ((pixels[1].permute(1, 2, 0) + 1) * 127.5).round().to(torch.uint8).numpy()
    assert (back == image).all()
