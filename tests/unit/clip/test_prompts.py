"""Labels and the sentences around them."""

import re

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
        ("a photo of the large {}.", "a lion", "a photo of the large lion."),
        ("a photo of the hard to see {}.", "an owl", "a photo of the hard to see owl."),
        ("a black and white photo of the {}.", "the sea", "a black and white photo of the sea."),
        ("itap of my {}.", "a dog", "itap of my dog."),
        ("a picture with {}", "a dog", "a picture with a dog"),
        ("a photo showing {} and snow", "the sea", "a photo showing the sea and snow"),
        ("this is {}", "a dog", "this is a dog"),
        ("this is a {}", "an owl", "this is an owl"),
        ("that isn't {}", "the sea", "that isn't the sea"),
        ("this {} is mine", "a dog", "this dog is mine"),
        ("the photo shows {}", "a dog", "the photo shows a dog"),
        ("a picture that has {} in it", "an owl", "a picture that has an owl in it"),
        ("a toy without {}", "a dog", "a toy without a dog"),
        ("the on-screen {}", "a dog", "the on-screen dog"),
        ("a {}", "unicorn", "a unicorn"),
        ("a {}", "hourglass", "an hourglass"),
        ("a {}", "onion", "an onion"),
        ("a photo of a {}", "two dogs", "a photo of two dogs"),
        ("a photo of the {}", "not a bus", "a photo of not a bus"),
        ("a {}", "one-way sign", "a one-way sign"),
        ("{}이(가) 있는 사진", "사자", "사자가 있는 사진"),
        ("{}이(가) 있는 사진", "곰", "곰이 있는 사진"),
        ("{}을(를) 그린 작품", "TV", "TV을(를) 그린 작품"),
    ],
)
def test_fill(template: str, label: str, sentence: str) -> None:
    if label == "a":
        sentence = "an a"
    assert prompts.fill(template, label) == sentence


def test_a_label_stays_grammatical_in_every_template_of_ours() -> None:
    for name in (*prompts.SETS, "eighty"):
        for template in prompts.templates(name):
            for label in ("a lion", "an owl", "the sea"):
                assert not re.search(
                    r"\b(an?|the|my|many|one) ([\w-]+ )*?(an?|the) ", _after_of(prompts.fill(template, label))
                )


def _after_of(sentence: str) -> str:
    """Without "a photo of", whose article belongs to the photo, and without "in a video game"."""
    return re.sub(r" in a video game.*", "", re.sub(r"^.* of ", "", sentence))


def test_a_korean_label_gets_korean_sentences_and_an_english_one_english() -> None:
    for name in prompts.SETS:
        templates = prompts.templates(name)
        assert prompts.wordings("a lion", templates) == [prompts.fill(template, "a lion") for template in templates]
        korean = prompts.wordings("사자", templates)
        assert korean
        assert not any(re.search("[a-z]", sentence) for sentence in korean)
        assert not any("(" in sentence for sentence in korean)
    assert prompts.wordings("사자", prompts.templates("photo")) == ["사자 사진"]
    mixed = prompts.templates("own", ["a sketch of a {}", "{} 스케치"])
    assert prompts.wordings("사자", mixed) == ["사자 스케치"]
    assert prompts.wordings("a lion", mixed) == ["a sketch of a lion"]
    assert prompts.wordings("사자", mixed[:1]) == ["a sketch of a 사자"]
    assert prompts.wordings("a lion", mixed[1:]) == ["a lion 스케치"]


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
