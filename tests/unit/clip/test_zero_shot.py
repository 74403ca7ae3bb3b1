"""Zero-shot on vectors made by hand, and what a matcher remembers."""

from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from torch import Tensor

from demos.clip import data, zero_shot
from demos.clip.memory import Memory
from demos.clip.model import similarity
from demos.clip.models import registry
from demos.clip.zero_shot import Matcher, scores, top_accuracy
from demos.common.errors import BadInput
from demos.common.notices import heard_by
from tests.clip_fixtures import photo

UNIT = torch.eye(4)


def test_scores_are_cosines_and_shares_the_best_first() -> None:
    image = torch.tensor([[0.6, 0.8, 0.0, 0.0]])
    [found] = scores(similarity(image, UNIT[:3]), ["one", "two", "three"], scale=10.0)
    assert [score.label for score in found] == ["two", "one", "three"]
    assert [score.similarity for score in found] == pytest.approx([0.8, 0.6, 0.0])
    powers = torch.tensor([8.0, 6.0, 0.0]).exp()
    assert [score.probability for score in found] == pytest.approx((powers / powers.sum()).tolist())


def test_every_image_has_scores_of_its_own() -> None:
    found = scores(similarity(UNIT[:2], UNIT[:2]), ["one", "two"], scale=1.0)
    assert [[score.label for score in each] for each in found] == [["one", "two"], ["two", "one"]]


def test_accuracy_counts_the_images_whose_text_is_among_the_best() -> None:
    images = torch.nn.functional.normalize(torch.tensor([[4.0, 3, 2, 1], [4, 3, 2, 1], [4, 3, 2, 1], [1, 2, 3, 4]]))
    truth = torch.tensor([0, 1, 3, 3])
    assert top_accuracy(images, UNIT, truth, tops=(1, 2, 3, 4)) == {1: 0.5, 2: 0.75, 3: 0.75, 4: 1.0}
    assert set(top_accuracy(images, UNIT, truth)) == {1, 5}


class Towers(torch.nn.Module):
    """A model of open_clip of the simplest kind: it counts what goes through it."""

    def __init__(self) -> None:
        super().__init__()
        self.logit_scale = torch.nn.Parameter(torch.tensor(3.0))
        self.unused = torch.nn.Parameter(torch.zeros(2, 5))
        self.batches: list[int] = []

    def encode_image(self, images: Tensor) -> Tensor:
        self.batches.append(len(images))
        return torch.nn.functional.pad(2.0 * images.flatten(1), (0, 1), value=1.0)

    def encode_text(self, tokens: Tensor) -> Tensor:
        self.batches.append(len(tokens))
        return tokens.float()


def tokens(texts: Sequence[str]) -> Tensor:
    """Letters and spaces of each text."""
    return torch.tensor([[len(text), text.count(" ") + 1, text.count("a"), 1] for text in texts])


@pytest.fixture
def matcher() -> Matcher:
    def preprocess(image: object) -> Tensor:
        return torch.tensor(image.getpixel((0, 0))).float()  # type: ignore[attr-defined]

    return Matcher("towers", Towers(), preprocess, tokens, torch.device("cpu"))


def test_where_a_gpus_memory_is_full_the_model_goes_on_on_the_processor(matcher: Matcher) -> None:
    expected, tower, tried = matcher.encode_labels(["dog"], ["{}"]), matcher.model.encode_text, []

    def full_once(given: Tensor) -> Tensor:
        tried.append(given.device)
        if len(tried) == 1:
            raise torch.cuda.OutOfMemoryError("CUDA out of memory.")
        return tower(given)

    matcher.device, matcher._vectors, matcher.model.encode_text = torch.device("meta"), Memory(), full_once
    heard: list[str] = []
    with heard_by(heard.append):
        torch.testing.assert_close(matcher.encode_labels(["dog"], ["{}"]), expected)
    assert heard == ["common.gpu_full"]
    assert [device.type for device in tried] == ["meta", "cpu"]
    assert matcher.device == torch.device("cpu")


def test_a_matcher_says_its_size_and_its_scale(matcher: Matcher) -> None:
    assert matcher.parameters == 11
    assert matcher.bytes == 44
    assert matcher.scale == pytest.approx(20.0855, abs=1e-3)


def test_a_label_is_the_mean_of_its_wordings_of_length_one(matcher: Matcher) -> None:
    templates = ("{}", "a photo of a {}")
    [vector] = matcher.encode_labels(["dog"], templates)
    each = torch.nn.functional.normalize(tokens(["dog", "a photo of a dog"]).float(), dim=-1)
    torch.testing.assert_close(vector, torch.nn.functional.normalize(each.mean(0), dim=0))


def test_an_image_is_a_vector_of_length_one(matcher: Matcher, tmp_path: Path) -> None:
    image = data.read(photo(tmp_path / "one.png"))
    [vector] = matcher.encode_images([image])
    assert float(vector.norm()) == pytest.approx(1)
    torch.testing.assert_close(vector[:3] / vector[3], 2.0 * matcher.preprocess(image.image))


def test_what_was_seen_is_not_computed_again(matcher: Matcher, tmp_path: Path) -> None:
    images = [data.read(photo(tmp_path / f"{seed}.png", seed)) for seed in (1, 2)]
    first = matcher.encode_images([images[0], images[0]])
    assert matcher.model.batches == [1]
    second = matcher.encode_images([images[1], images[0]])
    assert matcher.model.batches == [1, 1]
    torch.testing.assert_close(second[1], first[0], rtol=0, atol=0)
    matcher.encode_labels(["dog", "cat"], ("{}",))
    matcher.encode_labels(["cat", "cow"], ("{}",))
    assert matcher.model.batches == [1, 1, 2, 1]
    matcher.encode_labels(["cat"], ("a {}",))
    assert matcher.model.batches == [1, 1, 2, 1, 1]


def test_what_was_used_longest_ago_is_forgotten_first(matcher: Matcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zero_shot, "REMEMBERED", 2)
    for label in ("one", "two", "one", "three"):
        matcher.encode_labels([label], ("{}",))
    assert len(matcher.model.batches) == 3
    matcher.encode_labels(["one", "three"], ("{}",))
    assert len(matcher.model.batches) == 3
    matcher.encode_labels(["two"], ("{}",))
    assert len(matcher.model.batches) == 4


def test_a_batch_holds_no_more_than_it_should(matcher: Matcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zero_shot, "BATCH", 6)
    matcher.encode_labels([f"thing {number}" for number in range(7)], ("{}", "a {}"))
    assert matcher.model.batches == [6, 6, 2]
    matcher.model.batches.clear()
    matcher.encode_labels(["one", "two"], tuple(f"{'x' * number} {{}}" for number in range(8)))
    assert matcher.model.batches == [8, 8]  # a label's wordings stay together


def test_several_threads_give_what_one_gives_to_the_bit(tmp_path: Path) -> None:
    files = [data.File(photo(tmp_path / f"{seed}.png", seed)) for seed in (1, 2, 3, 2, 4, 5)]
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no image")
    files.insert(3, data.File(broken))

    def found(threads: int) -> tuple[list[Tensor | BadInput], list[str], Tensor]:
        registry.CACHE.clear()  # a matcher that remembers nothing
        embedded = registry.open_model("embedded", torch.device("cpu"), offline=True)
        seen: list[str] = []
        before = torch.get_num_threads()
        torch.set_num_threads(threads)
        try:
            vectors = list(embedded.encode_files(files, seen=lambda file, *_: seen.append(file.name)))
            pictures = [data.read(file) for file in files[:3]]
            return vectors, seen, embedded.encode_images(pictures)
        finally:
            torch.set_num_threads(before)

    one, two = found(1), found(2)
    assert one[1] == two[1] == ["1.png", "2.png", "3.png", "4.png", "5.png"]
    for alone, together in zip(one[0], two[0], strict=True):
        assert str(alone) == str(together) if isinstance(alone, BadInput) else torch.equal(alone, together)
    assert torch.equal(one[2], two[2])
