"""How byte pair encoding cuts a word: from single bytes, one merge after another.

Sennrich et al. 2016, "Neural Machine Translation of Rare Words with Subword Units", section 3.2; on bytes: Radford et
al. 2019, section 2.2. The tokenizer itself uses a fast library; this is the same rule written out, to be watched.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from tokenizers.pre_tokenizers import ByteLevel

from demos.gpt.tokenizer import BytePairTokenizer, named_bytes

LONGEST_WORD = 64  # bytes; a word of n bytes takes up to n lines of up to n pieces to show


@dataclass(frozen=True)
class Word:
    """Tokens `first` to `last` of a text are one word; `steps` are its pieces, bytes first, the finished tokens last.

    The `name` and the pieces are written as the vocabulary writes them (tokenizer.byte_names), a character a byte.
    `same` is false where a model wrote the word in other pieces than the tokenizer would have. A word of more than
    LONGEST_WORD bytes has no steps.
    """

    name: str
    first: int
    last: int
    steps: list[list[str]]
    same: bool


class Merges:
    """The merges of a tokenizer, in the order in which they were learned: the earlier, the sooner it is applied."""

    def __init__(self, tokenizer: BytePairTokenizer) -> None:
        self._tokenizer = tokenizer
        self._model = tokenizer.to_json()["tokenizer"]["model"]

    @cached_property
    def ranks(self) -> dict[tuple[str, str], int]:
        pairs = (tuple(pair.split(" ")) if isinstance(pair, str) else tuple(pair) for pair in self._model["merges"])
        return {(left, right): rank for rank, (left, right) in enumerate(pairs)}

    @cached_property
    def names(self) -> dict[int, str]:
        """How the vocabulary writes each token."""
        return {token: name for name, token in self._model["vocab"].items()}

    def steps(self, word: str) -> list[list[str]]:
        """The pieces of a word after each merge, its bytes first."""
        pieces = list(word)
        steps = [pieces]
        while True:
            known = [pair for pair in pairwise(pieces) if pair in self.ranks]
            if not known:
                return steps
            pieces = _merged(pieces, min(known, key=self.ranks.__getitem__))
            steps.append(pieces)

    def words(self, tokens: Sequence[int], begin: int = 0) -> list[Word]:
        """The words of a text from token `begin` on, as far as its tokens are whole characters."""
        names = [self.names.get(token, "") for token in tokens]
        split = ByteLevel(add_prefix_space=False).pre_tokenize_str(self._tokenizer.decode(tokens))
        found, first = [], 0
        for word, _ in split:
            own, last = "", first
            while len(own) < len(word) and last < len(names):
                own += names[last]
                last += 1
            if own != word:  # a token across two words, or a character that is not complete
                break
            if last > begin:
                steps = self.steps(word) if len(word) <= LONGEST_WORD else []
                found.append(Word(word, first, last - 1, steps, same=not steps or steps[-1] == names[first:last]))
            first = last
        return found


@lru_cache(maxsize=4)
def merges_of(tokenizer: BytePairTokenizer) -> Merges:
    """The tokenizer's merges; those of GPT-2 take a moment to read."""
    return Merges(tokenizer)


def readable(piece: str) -> str:
    """A piece as the vocabulary writes it, as text; bytes that are only a part of a character stand as <EA>."""
    text = bytes(map(named_bytes().__getitem__, piece)).decode("utf-8", errors="surrogateescape")
    return "".join(f"<{ord(c) - 0xDC00:02X}>" if "\udc80" <= c <= "\udcff" else c for c in text)


def _merged(pieces: Sequence[str], pair: tuple[str, str]) -> list[str]:
    """The pieces with `pair` put together wherever it stands, from the left."""
    merged: list[str] = []
    for piece in pieces:
        if merged and (merged[-1], piece) == pair:
            merged[-1] += piece
        else:
            merged.append(piece)
    return merged
