"""Byte pair encoding written out, against the tokenizers library."""

import random
from itertools import pairwise

import pytest

from demos.gpt.inside.merges import LONGEST_WORD, Merges
from demos.gpt.tokenizer import BytePairTokenizer

TEXT = (
    "the quick brown fox jumps over the lazy dog, then the other dogs; 오늘 날씨가 좋네요. 오늘은 산책을 갈까요? aaaa"
)


@pytest.fixture(scope="module")
def tokenizer() -> BytePairTokenizer:
    return BytePairTokenizer.learn([TEXT] * 3, 340)


@pytest.mark.parametrize("seed", range(20))
def test_the_last_step_is_what_the_library_makes_of_the_text(tokenizer: BytePairTokenizer, seed: int) -> None:
    words = TEXT.split()
    random.Random(seed).shuffle(words)
    text = " ".join(words) + "aaa" * (seed % 17)
    tokens = tokenizer.encode(text).tokens
    merges = Merges(tokenizer)
    found = merges.words(tokens)
    assert [name for word in found for name in word.steps[-1]] == [merges.names[token] for token in tokens]
    assert all(word.same for word in found)
    assert [word.first for word in found[1:]] == [word.last + 1 for word in found[:-1]]
    assert found[-1].last == len(tokens) - 1
    assert any(len(word.steps) > 3 for word in found)


def test_each_step_is_one_merge_of_the_word(tokenizer: BytePairTokenizer) -> None:
    steps = Merges(tokenizer).steps("Ġother")
    assert steps[0] == list("Ġother")
    for before, after in pairwise(steps):
        assert "".join(before) == "".join(after)
        assert len(after) < len(before)


def test_a_word_in_other_pieces_than_the_tokenizers_is_told(tokenizer: BytePairTokenizer) -> None:
    letters = [tokenizer.encode(letter).tokens[0] for letter in "the"]
    (word,) = Merges(tokenizer).words(letters)
    assert not word.same
    assert word.steps[-1] == ["the"]


def test_open_characters_end_the_list(tokenizer: BytePairTokenizer) -> None:
    tokens = tokenizer.encode("the ").tokens + tokenizer.encode("힣").tokens[:1]
    assert [word.steps[0] for word in Merges(tokenizer).words(tokens)][:1] == [list("the")]


def test_a_very_long_word_is_named_but_not_followed_merge_by_merge(tokenizer: BytePairTokenizer) -> None:
    """A merge a line makes a message whose size is the square of the word's length."""
    fitting, long = "a" * LONGEST_WORD, "날씨" * LONGEST_WORD
    tokens = tokenizer.encode(f"{fitting} dog {long}").tokens
    found = Merges(tokenizer).words(tokens)
    assert [len(word.name) for word in found] == [LONGEST_WORD, 4, 6 * LONGEST_WORD + 1]
    assert [bool(word.steps) for word in found] == [True, True, False]
    assert found[-1].last == len(tokens) - 1


def test_words_before_the_part_on_show_cost_nothing(
    tokenizer: BytePairTokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    followed: list[str] = []
    steps = Merges.steps
    monkeypatch.setattr(Merges, "steps", lambda self, word: followed.append(word) or steps(self, word))
    letters = [tokenizer.encode(letter).tokens[0] for letter in "the quick brown fox"]
    words = Merges(tokenizer).words(letters, 7)  # inside "quick", which is on show then
    assert [(word.name, word.first) for word in words] == [("Ġquick", 3), ("Ġbrown", 9), ("Ġfox", 15)]
    assert followed == [word.name for word in words]
