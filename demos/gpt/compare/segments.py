"""One text, cut by two tokenizers: the stretches that both spell with whole tokens.

Losses of single tokens say nothing across two vocabularies: one model may need three tokens for what is one of the
other's. The chain rule gives what can be compared: log p(stretch | what is before it) is the sum over the tokens that
spell it, whoever cuts it and however, wherever both tokenizers have a boundary at its two ends.

With byte pairs that sum is the probability of the tokenizer's own spelling. The same text could be spelled otherwise
too, so it is a lower bound on the text's probability; for real text the gap is small (Cao and Rimell 2021, "You should
evaluate your language model on marginal likelihood over tokenisations").
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from demos.gpt.tokenizer import Tokenizer


@dataclass(frozen=True)
class Segment:
    """A stretch of the text: its bytes in UTF-8, and which tokens of either model spell it.

    `spelled` is False where a model skipped some of it, a character it does not know.
    """

    content: bytes
    a: range
    b: range
    spelled: bool = True

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", errors="replace")


def same_vocabulary(a: Tokenizer, b: Tokenizer) -> bool:
    """Whether every token means the same to both."""
    return a is b or (type(a) is type(b) and len(a) == len(b) and a.to_json() == b.to_json())


def by_token(tokenizer: Tokenizer, tokens: Sequence[int]) -> list[Segment]:
    """For two models with one vocabulary: every token is a segment of its own."""
    return [
        Segment(tokenizer.bytes_of(token), range(place, place + 1), range(place, place + 1))
        for place, token in enumerate(tokens)
    ]


def segments(text: str, a: Tokenizer, b: Tokenizer, tokens_a: Sequence[int], tokens_b: Sequence[int]) -> list[Segment]:
    """The shortest stretches of `text` at whose ends both have a boundary; together they are the text.

    `tokens_a` and `tokens_b` are what the two tokenizers made of it. Raises ValueError if they are not.
    """
    content = text.encode()
    spans = [_spans(content, each, tokens) for each, tokens in ((a, tokens_a), (b, tokens_b))]
    # Where a token begins or ends: what a tokenizer skipped lies between two of them.
    both = set.intersection(*({0, len(content)} | {bound for span in one for bound in span} for one in spans))
    firsts = [[start for start, _ in one] for one in spans]
    found = []
    for start, end in pairwise(sorted(both)):
        ranges = [range(bisect_left(first, start), bisect_left(first, end)) for first in firsts]
        lengths = [sum(s[1] - s[0] for s in one[r.start : r.stop]) for one, r in zip(spans, ranges, strict=True)]
        found.append(Segment(content[start:end], ranges[0], ranges[1], lengths == [end - start] * 2))
    return found


def _spans(content: bytes, tokenizer: Tokenizer, tokens: Sequence[int]) -> list[tuple[int, int]]:
    """Where each token stands in the text, in bytes; what the tokenizer skipped is passed over."""
    spans, place = [], 0
    for token in tokens:
        spelled = tokenizer.bytes_of(token)
        start = content.find(spelled, place)
        if start < 0:
            raise ValueError(f"Token {token} does not stand in the text after byte {place}.")
        place = start + len(spelled)
        spans.append((start, place))
    return spans
