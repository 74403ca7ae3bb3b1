"""Batched against one by one, and a label that is remembered against one that is new."""

import pytest
import torch

from demos.clip import data, models
from demos.clip.match import Matcher
from tests.clip_fixtures import photo

COUNT = 64


@pytest.fixture
def matcher() -> Matcher:
    models._ready.clear()  # a matcher that remembers nothing
    return models.load("embedded", torch.device("cpu"), offline=True)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> list[data.Picture]:
    folder = tmp_path_factory.mktemp("pictures")
    return [data.read(photo(folder / f"{seed}.png", seed)) for seed in range(COUNT)]


def forget(matcher: Matcher) -> None:
    matcher._vectors.clear()


@pytest.mark.benchmark(group="clip: 64 pictures")
def test_pictures_batched(benchmark, matcher: Matcher, pictures: list[data.Picture]) -> None:
    benchmark.pedantic(matcher.encode_pictures, (pictures,), setup=lambda: forget(matcher), rounds=10)


@pytest.mark.benchmark(group="clip: 64 pictures")
def test_pictures_one_by_one(benchmark, matcher: Matcher, pictures: list[data.Picture]) -> None:
    def one_by_one() -> None:
        for picture in pictures:
            matcher.encode_pictures([picture])

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
