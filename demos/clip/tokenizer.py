"""Texts → byte-pair tokens, by CLIP's own merges (Radford et al. 2021, section 2.4) cut to a small vocabulary."""

import gzip
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from heapq import heapify, heappop, heappush
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

import demos.common.models.torchvision_guard  # noqa: F401  (open_clip imports torchvision)

BPE_FILE = "bpe.txt.gz"


class Tokenizer:
    """Texts → token arrays, each text tokenised once."""

    def __init__(self, bpe: Path, context: int) -> None:
        from open_clip.tokenizer import SimpleTokenizer

        self.tokenizer = SimpleTokenizer(bpe_path=str(bpe), context_length=context)
        self.known: dict[str, list[int]] = {}

    def __call__(self, texts: Sequence[str]) -> Tensor:
        """(N, T) token numbers; T is the length of the longest text, since padding changes nothing."""
        rows = [self.tokens(text) for text in texts]
        tokens = np.zeros((len(rows), max(len(row) for row in rows)), dtype=np.int64)
        for i, row in enumerate(rows):
            tokens[i, : len(row)] = row
        return torch.from_numpy(tokens)

    def tokens(self, text: str) -> list[int]:
        """The tokens of one text, start and end included, without padding."""
        if text not in self.known:
            self.known[text] = [token for token in self.tokenizer(text)[0].tolist() if token]
        return self.known[text]


def learn_merges(counts: Mapping[str, int], merges: int) -> list[tuple[str, str]]:
    """The byte pairs to merge, the most frequent first (Sennrich et al. 2016, algorithm 1; over bytes as in GPT-2).

    `counts` says how often each word is met. A tie goes to the pair that comes first in the alphabet.
    """
    from open_clip.tokenizer import bytes_to_unicode

    sign = bytes_to_unicode()
    words = [[sign[byte] for byte in word.encode()] for word in counts]
    for word in words:
        word[-1] += "</w>"
    times = list(counts.values())
    frequency: Counter[tuple[str, str]] = Counter()
    found: defaultdict[tuple[str, str], set[int]] = defaultdict(set)  # pair → numbers of the words that have it
    for number, word in enumerate(words):
        for pair in pairwise(word):
            frequency[pair] += times[number]
            found[pair].add(number)
    queue = [(-count, pair) for pair, count in frequency.items()]  # a heap; entries may be out of date
    heapify(queue)
    learnt: list[tuple[str, str]] = []
    while len(learnt) < merges and queue:
        count, best = heappop(queue)
        if -count != frequency[best]:
            continue
        learnt.append(best)
        changed = set()
        for number in found.pop(best):
            word = words[number]
            for pair in pairwise(word):
                frequency[pair] -= times[number]
                changed.add(pair)
            words[number] = word = merge(word, best)
            for pair in pairwise(word):
                frequency[pair] += times[number]
                found[pair].add(number)
                changed.add(pair)
        del frequency[best]
        for pair in changed - {best}:
            if frequency[pair] > 0:
                heappush(queue, (-frequency[pair], pair))
    return learnt


def merge(word: Sequence[str], pair: tuple[str, str]) -> list[str]:
    """The word with every occurrence of the pair as one token."""
    merged: list[str] = []
    for token in word:
        if merged and (merged[-1], token) == pair:
            merged[-1] += token
        else:
            merged.append(token)
    return merged


def word_counts(texts: Iterable[str]) -> Counter[str]:
    """How often each word stands in the texts, in the pieces that CLIP's tokeniser cuts them into."""
    from open_clip.tokenizer import SimpleTokenizer

    tokenizer = SimpleTokenizer()
    return Counter(word for text in texts for word in tokenizer.pat.findall(tokenizer.clean_fn(text)))


def write_merges(target: Path, merges: Iterable[tuple[str, str]]) -> None:
    """The file that CLIP's tokeniser reads: a first line to skip, then a pair a line."""
    lines = ["#version: 0.2", *(" ".join(pair) for pair in merges)]
    with open(target, "wb") as raw, gzip.GzipFile("", "wb", mtime=0, fileobj=raw) as zipped:
        zipped.write("\n".join(lines).encode())
