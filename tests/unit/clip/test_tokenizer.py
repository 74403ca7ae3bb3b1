"""Texts as byte-pair tokens, by a vocabulary that was cut."""

import gzip
from pathlib import Path

import pytest
import torch

from demos.clip.tokenizer import BPE_FILE, Tokenizer, cut_bpe

VOCABULARY = 1000


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("bpe") / BPE_FILE
    cut_bpe(file, VOCABULARY)
    return file


def test_the_cut_file_has_the_most_frequent_merges_under_one_line_of_a_head(file: Path) -> None:
    from open_clip.tokenizer import default_bpe

    kept = gzip.decompress(file.read_bytes()).decode().split("\n")
    with gzip.open(default_bpe()) as whole:
        assert kept == whole.read().decode().split("\n")[: len(kept)]
    assert len(kept) - 1 + 2 * 256 + 2 == VOCABULARY
    assert Tokenizer(file, 16).tokenizer.vocab_size == VOCABULARY


def test_the_same_vocabulary_is_the_same_file(file: Path, tmp_path: Path) -> None:
    cut_bpe(tmp_path / "again.gz", VOCABULARY)
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
