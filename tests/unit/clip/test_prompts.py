"""Labels and the sentences around them."""

import pytest

from demos.clip import prompts
from demos.common.errors import BadInput


def test_labels_are_trimmed_and_not_repeated() -> None:
    assert prompts.read_labels(["  a dog ", "", "A Dog", "a  cat", "\t"]) == ["a dog", "a cat"]


@pytest.mark.parametrize("lines", [[], ["", "  "], ["x" * 301], [str(i) for i in range(1001)]])
def test_unusable_labels_are_refused(lines: list[str]) -> None:
    with pytest.raises(BadInput):
        prompts.read_labels(lines)


def test_five_hundred_labels_are_fine() -> None:
    assert len(prompts.read_labels([f"thing {i}" for i in range(500)])) == 500


@pytest.mark.parametrize(
    ("template", "label", "sentence"),
    [
        ("a photo of a {}.", "dog", "a photo of a dog."),
        ("a photo of a {}.", "the dog", "a photo of a dog."),
        ("a photo of a {}.", "an apple", "a photo of an apple."),
        ("a {}", "orange", "an orange"),
        ("the {}", "An orange", "the orange"),
        ("{}", "a dog on grass", "a dog on grass"),
        ("a {}", "a", "a a"),
        ("a {} or {}", "{0}", "a {0} or {0}"),
    ],
)
def test_fill(template: str, label: str, sentence: str) -> None:
    if label == "a":
        sentence = "an a"
    assert prompts.fill(template, label) == sentence


@pytest.mark.parametrize(("name", "count"), [("everyday", 6), ("photo", 1), ("seven", 7), ("eighty", 80), ("none", 1)])
def test_each_set_has_places_for_the_label(name: str, count: int) -> None:
    templates = prompts.templates(name)
    assert len(set(templates)) == count
    assert all("{}" in template for template in templates)


@pytest.mark.parametrize("own", [[], ["  "], ["no place"], ["{} " * 200], [f"{{}} {i}" for i in range(101)]])
def test_unusable_templates_are_refused(own: list[str]) -> None:
    with pytest.raises(BadInput):
        prompts.templates("own", own)
    with pytest.raises(BadInput):
        prompts.templates("no such set")


def test_which_labels_an_english_model_can_read() -> None:
    assert prompts.reads_as_english("crème brûlée, 2 eggs")
    assert not prompts.reads_as_english("고양이")
