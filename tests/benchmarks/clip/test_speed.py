"""Batched beside one by one, and a label that is remembered beside one that is new."""

from collections.abc import Callable
from typing import Any

import pytest
import torch

from demos.clip import data
from demos.clip.models import registry
from demos.clip.zero_shot import Matcher
from tests.benchmarks.figures import figure
from tests.clip_fixtures import photo

COUNT, LABELS = 64, [f"thing {i}" for i in range(500)]


@pytest.fixture
def matcher() -> Matcher:
    registry.CACHE.clear()  # a matcher that remembers nothing
    return registry.open_model("embedded", torch.device("cpu"), offline=True)


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> list[data.LoadedImage]:
    folder = tmp_path_factory.mktemp("images")
    return [data.read(photo(folder / f"{seed}.png", seed)) for seed in range(COUNT)]


def test_images_batched_beside_one_by_one(
    benchmark: Any, in_turn: Callable, matcher: Matcher, images: list[data.LoadedImage], one_thread: None
) -> None:
    def batched() -> None:
        matcher._vectors.clear()
        matcher.encode_images(images)

    def one_by_one() -> None:
        matcher._vectors.clear()
        for image in images:
            matcher.encode_images([image])

    seconds = in_turn({"batched": batched, "one by one": one_by_one})
    figure(
        benchmark,
        what=f"{COUNT} images in a batch",
        unit="images a second",
        ours=COUNT / seconds["batched"],
        peer="the same one by one",
        theirs=COUNT / seconds["one by one"],
    )


def test_labels_that_are_remembered_beside_new_ones(
    benchmark: Any, in_turn: Callable, matcher: Matcher, one_thread: None
) -> None:
    def remembered() -> None:
        matcher.encode_labels(LABELS, ("a photo of a {}",))

    def new() -> None:
        matcher._vectors.clear()
        remembered()

    seconds = in_turn({"new": new, "remembered": remembered})
    figure(
        benchmark,
        what=f"{len(LABELS)} labels that were read before",
        unit="ms",
        ours=1000 * seconds["remembered"],
        peer="the same when they are new",
        theirs=1000 * seconds["new"],
    )
