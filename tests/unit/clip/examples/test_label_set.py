"""A visitor's labels by example: what is refused, what is remembered, what another model sees."""

from pathlib import Path

import pytest
import torch

from demos.clip.data import File
from demos.clip.examples import label_set
from demos.clip.examples.label_set import LabelSet
from demos.clip.models import registry
from demos.clip.zero_shot import Matcher
from demos.common.errors import BadInput
from demos.common.i18n import LANGUAGES
from tests.clip_fixtures import bad_files, photo, tiny_clip


@pytest.fixture(scope="module")
def matchers(tmp_path_factory: pytest.TempPathFactory) -> list[Matcher]:
    folders = (tiny_clip(tmp_path_factory.mktemp(f"model{seed}"), seed) for seed in range(3))
    return [registry.open_model(str(folder), torch.device("cpu"), offline=True, local=True) for folder in folders]


@pytest.fixture
def files(tmp_path: Path) -> list[File]:
    return [File(photo(tmp_path / f"{seed}.png", seed)) for seed in range(3)]


def names(files: list[File]) -> list[str]:
    return [file.name for file in files]


def test_images_become_unit_vectors_and_square_thumbnails(matchers, files) -> None:
    labels = LabelSet()
    mine = labels.add("my mug", "")
    assert not mine.known
    assert labels.add_examples(matchers[0], mine.number, [*files, files[0]], [*names(files), "again.png"]) == []
    (label,) = labels.labels
    assert label.known
    assert [each.name for each in label.examples] == names(files)  # the same content once
    keys, vectors = labels.vectors(matchers[0])
    assert keys == [file.key for file in files]
    expected = torch.cat(list(matchers[0].encode_files(files)))
    torch.testing.assert_close(vectors, expected)
    assert label_set.as_image(label.examples[0]).image.size == (label_set.SIDE, label_set.SIDE)


def test_another_model_sees_the_thumbnails_and_the_first_one_is_remembered(matchers, files) -> None:
    labels = LabelSet()
    mine = labels.add("mine")
    labels.add_examples(matchers[0], mine.number, files, names(files))
    before = labels.vectors(matchers[0])[1]
    seen = labels.vectors(matchers[1])[1]
    thumbnails = [label_set.as_image(each) for each in labels.labels[0].examples]
    torch.testing.assert_close(seen, matchers[1].encode_images(thumbnails))
    assert not torch.allclose(seen, before, atol=0.01)
    torch.testing.assert_close(labels.vectors(matchers[0])[1], before)
    labels.vectors(matchers[1])
    labels.vectors(matchers[2])  # one model too many: what was used longest ago is made anew, of the thumbnails
    assert not torch.equal(labels.vectors(matchers[0])[1], before)


def test_what_cannot_be_read_is_named_and_the_others_are_taken(matchers, files, tmp_path: Path) -> None:
    labels = LabelSet()
    mine = labels.add("mine")
    refused = labels.add_examples(
        matchers[0], mine.number, [File(bad_files(tmp_path)["cut.jpg"]), files[0]], ["holiday.jpg", "a.png"]
    )
    assert [(error.key, "holiday.jpg" in str(error)) for error in refused] == [("clip.damaged", True)]
    assert len(labels.labels[0].examples) == 1


def test_removing_forgets_the_vector(matchers, files) -> None:
    labels = LabelSet()
    mine, other = labels.add("mine"), labels.add("other")
    for label in (mine, other):
        labels.add_examples(matchers[0], label.number, files[:2], names(files[:2]))
    labels.remove_example(mine.number, files[0].key)
    labels.remove_example(mine.number, "gone already")
    assert labels.vectors(matchers[0])[0] == [files[1].key, files[0].key]  # the other label still has it
    labels.remove(other.number)
    labels.remove(other.number)
    assert labels.vectors(matchers[0])[0] == [files[1].key]
    labels.clear()
    assert labels.labels == []
    assert labels.vectors(matchers[0])[1].shape == (0, 24)


def test_names_and_numbers_are_bounded(matchers, files, monkeypatch: pytest.MonkeyPatch) -> None:
    labels = LabelSet()
    first = labels.add("  my   mug ")
    assert (first.name, first.words) == ("my mug", "my mug")
    for name, key in ((" ", "examples_no_name"), ("MY MUG", "examples_name_taken"), ("x" * 201, "too_long")):
        with pytest.raises(BadInput) as refusal:
            labels.add(name)
        assert refusal.value.key == f"clip.{key}"
    labels.rename(first.number, "My Mug")  # its own name in other capitals
    with pytest.raises(BadInput):
        labels.reword(first.number, "x" * 301)
    labels.rename(99, "gone")  # a label that was removed meanwhile
    labels.reword(99, "gone")
    assert [label.name for label in labels.labels] == ["My Mug"]
    monkeypatch.setattr(label_set, "MOST_EXAMPLES", 2)
    refused = labels.add_examples(matchers[0], first.number, files, names(files))
    assert [error.key for error in refused] == ["clip.examples_full"]
    monkeypatch.setattr(label_set, "MOST_LABELS", 1)
    with pytest.raises(BadInput) as refusal:
        labels.add("one more")
    assert refusal.value.key == "clip.examples_too_many_labels"


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_opens_with_labels_in_the_visitors_language_once(matchers, language: str) -> None:
    labels = LabelSet()
    labels.prepare(matchers[0], language)
    assert labels.labels[0].name == {"en": "space", "ko": "우주"}[language]
    assert [len(label.examples) for label in labels.labels] == [4, 2, 0, 0]
    labels.remove(labels.labels[0].number)
    labels.prepare(matchers[0], language)
    assert len(labels.labels) == 3
    labels.bring_back(matchers[0], language)
    assert len(labels.labels) == 4
