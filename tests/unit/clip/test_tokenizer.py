"""Texts as byte-pair tokens, by merges that were learnt from the words that are read."""

import gzip
import random
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
import torch

from demos.clip.tokenizer import BPE_FILE, Tokenizer, learn_merges, merge, word_counts, write_merges

TEXTS = [
    "a dog",
    "the dogs of a dog house",
    "강아지 사진",
    "강아지",
    "a golden retriever",
    "unbelievable zebras",
    "house",
]
MERGES = 40
VOCABULARY = 512 + MERGES + 2


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("bpe") / BPE_FILE
    write_merges(file, learn_merges(word_counts(TEXTS * 3), MERGES))
    return file


def counted_anew(counts: dict[str, int], merges: int) -> list[tuple[str, str]]:
    """Algorithm 1 of Sennrich et al. 2016 as it stands there: all pairs are counted anew for each merge."""
    words = {word: [*word[:-1], word[-1] + "</w>"] for word in counts}
    learnt = []
    for _ in range(merges):
        pairs: Counter[tuple[str, str]] = Counter()
        for word, tokens in words.items():
            for pair in pairwise(tokens):
                pairs[pair] += counts[word]
        if not pairs:
            break
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        learnt.append(best)
        words = {word: merge(tokens, best) for word, tokens in words.items()}
    return learnt


@pytest.mark.parametrize("seed", range(5))
def test_the_merges_are_those_of_counting_anew(seed: int) -> None:
    chance = random.Random(seed)
    words = {"".join(chance.choices("abc", k=chance.randint(1, 9))): chance.randint(1, 20) for _ in range(80)}
    assert learn_merges(words, 50) == counted_anew(words, 50)


def test_merging_goes_from_left_to_right() -> None:
    assert merge(["a", "a", "a", "b"], ("a", "a")) == ["aa", "a", "b"]
    assert merge(["a", "b", "a", "b"], ("a", "b")) == ["ab", "ab"]


def test_frequent_words_of_either_script_become_one_token(file: Path) -> None:
    words = Tokenizer(file, 16)
    assert len(words.tokens("강아지")) < 2 + len("강아지".encode())
    assert len(words.tokens("a dog")) == 4  # between start and end
    assert words.tokenizer.decode(words.tokens("강아지 사진")[1:-1]).split() == ["강아지", "사진"]
    assert words.tokenizer.vocab_size == VOCABULARY


def test_the_same_merges_are_the_same_file(file: Path, tmp_path: Path) -> None:
    lines = gzip.decompress(file.read_bytes()).decode().split("\n")[1:]
    write_merges(tmp_path / "again.gz", [tuple(line.split()) for line in lines])
    assert (tmp_path / "again.gz").read_bytes() == file.read_bytes()  # no time of day in it


def test_texts_are_as_long_as_the_longest(file: Path) -> None:
    words = Tokenizer(file, 16)
    start, end = VOCABULARY - 2, VOCABULARY - 1
    tokens = words(["a dog", "a"])
    assert tokens.dtype == torch.int64
    long, short = tokens.tolist()
    assert long[0] == short[0] == start
    assert long[-1] == end
    assert short[2:] == [end, *[0] * (len(long) - 3)]
    assert words.tokens("a") == short[:3]
    assert long == words.tokenizer("a dog")[0][: len(long)].tolist()


def test_a_text_that_is_too_long_ends_with_the_end(file: Path) -> None:
    [tokens] = Tokenizer(file, 16)(["unbelievable zebras " * 20])
    assert len(tokens) == 16
    assert tokens[-1] == VOCABULARY - 1


def test_a_text_is_split_once(file: Path) -> None:
    words = Tokenizer(file, 16)
    before = words.tokens("a dog")
    words.tokenizer = None  # nobody is asked again
    assert words.tokens("a dog") is before
    assert words(["a dog"]).tolist() == [before]
