"""Batched against one by one, and a label that is remembered against one that is new."""

import pytest
import torch

from demos.clip import data
from demos.clip.models import registry
from demos.clip.zero_shot import Matcher
from tests.clip_fixtures import photo

COUNT = 64


@pytest.fixture
def matcher() -> Matcher:
    registry.CACHE.clear()  # a matcher that remembers nothing
    return registry.open_model("embedded", torch.device("cpu"), offline=True)


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> list[data.LoadedImage]:
    folder = tmp_path_factory.mktemp("images")
    return [data.read(photo(folder / f"{seed}.png", seed)) for seed in range(COUNT)]


def forget(matcher: Matcher) -> None:
    matcher._vectors.clear()


@pytest.mark.benchmark(group="clip: 64 images")
def test_images_batched(benchmark, matcher: Matcher, images: list[data.LoadedImage]) -> None:
    benchmark.pedantic(matcher.encode_images, (images,), setup=lambda: forget(matcher), rounds=10)


@pytest.mark.benchmark(group="clip: 64 images")
def test_images_one_by_one(benchmark, matcher: Matcher, images: list[data.LoadedImage]) -> None:
    def one_by_one() -> None:
        for image in images:
            matcher.encode_images([image])

    benchmark.pedantic(one_by_one, setup=lambda: forget(matcher), rounds=10)


@pytest.mark.benchmark(group="clip: 500 labels")
@pytest.mark.parametrize("remembered", [False, True], ids=["new", "remembered"])
def test_labels(benchmark, matcher: Matcher, remembered: bool) -> None:
    labels = [f"thing {i}" for i in range(500)]
    matcher.encode_labels(labels, ("a photo of a {}",))
    benchmark.pedantic(
        matcher.encode_labels,
        (labels, ("a photo of a {}",)),
        setup=None if remembered else lambda: forget(matcher),
        rounds=10,
    )
