"""What the text tower reads: both languages, natural particles, and the English that says the same."""

import random
from itertools import islice
from pathlib import Path

import pytest

from demos.clip.corpus import texts
from demos.clip.corpus.vocabulary import Word

DOG = Word(("dog", "hound"), ("개",), ("animal", "동물"), ("furry and barking", "털이 있고 짖는"))
CUP = Word(("cup",), ("물컵", "컵"), ("dish", "그릇"), ("small with a handle", "손잡이가 달린 작은"))


def test_a_name_means_its_usual_english_name_in_either_language() -> None:
    read = list(islice(texts.of_names([DOG, CUP], random.Random(0)), 400))
    assert {text.english for text in read} == {"a photo of a dog", "a photo of a cup"}
    of_dogs = {text.text for text in read if "dog" in text.english}
    assert {"hound", "a dog", "개", "개 사진"} <= of_dogs
    assert not any("cup" in text or "컵" in text for text in of_dogs)


def test_combinations_say_the_same_in_both_languages() -> None:
    read = set(islice(texts.of_combinations([DOG, CUP], random.Random(1)), 2000))
    assert texts.Text("물컵을 들고 있는 사람", "a person holding a cup") in read
    assert texts.Text("개와 함께 있는 사람", "a person with a dog") in read
    assert texts.Text("a red cup", "a red cup") in read
    assert len({text.english for text in read}) == 2 * len(texts.COMBINATIONS)


def test_kinds_and_looks_are_read_in_both_languages() -> None:
    read = set(islice(texts.of_kinds([DOG, CUP], random.Random(2)), 500))
    assert texts.Text("동물 사진", "a photo of an animal") in read
    assert texts.Text("손잡이가 달린 작은", "a small with a handle") in read


def test_gibberish_is_none_of_the_words() -> None:
    chance = random.Random(3)
    drawn = [texts.gibberish(chance) for _ in range(500)]
    assert any("가" <= text[:1] <= "힣" for text in drawn)
    assert any(text.isascii() and text.isalpha() for text in drawn)
    assert max(map(len, drawn)) <= 21


@pytest.mark.parametrize(
    ("sense", "known"), [("dog%1:05:00:: 02086723 1 42", True), ("dog%1:05:00:: 02086723 1 0", False)]
)
def test_nouns_are_those_that_were_met_with_their_synonyms(tmp_path: Path, sense: str, known: bool) -> None:
    (tmp_path / "index.sense").write_text(sense + "\nrun%2:38:00:: 01930264 1 90\n")
    (tmp_path / "data.noun").write_text(
        "  1 This software\n"
        "02086723 05 n 02 dog 0 domestic_dog 0 001 @ 02085998 n 0000 | a member of the genus Canis\n"
        "05833840 09 n 01 idea 0 001 @ 05816287 n 0000 | the content of cognition\n"
    )
    assert texts.common_nouns(tmp_path) == (["dog", "domestic dog"] if known else [])
