"""What each word of a guess does: the score without it, and the tokens that the text tower reads.

Leaving one out is the text's occlusion (Li et al. 2016, "Understanding Neural Networks through Representation
Erasure"): no gradient, any model, and signed: a word without which the score is higher spoke against the guess.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from demos.clip.model import similarity
from demos.clip.prompts import wordings
from demos.clip.zero_shot import Matcher, log_probabilities


@dataclass(frozen=True)
class WithoutWord:
    """A guess without one of its words: its cosine, and its share among the guesses, the others as they were."""

    word: str
    similarity: float
    probability: float


@dataclass(frozen=True)
class Token:
    """A token of a text as its number and as what it stands for; "" if the tokeniser does not say."""

    id: int
    text: str


def leave_one_out(
    matcher: Matcher, image: Tensor, labels: Sequence[str], which: int, templates: Sequence[str]
) -> list[WithoutWord]:
    """For an image's vector (E,) and each word of labels[which]: the scores when it is left out.

    A guess of one word leaves the bare templates.
    """
    words = labels[which].split()
    shortened = [" ".join(words[:at] + words[at + 1 :]) for at in range(len(words))]
    if len(words) == 1:  # the sentences of its own language
        bare = [sentence.replace(labels[which], "{}") for sentence in wordings(labels[which], templates)]
        without = matcher.encode_labels(shortened, bare)
    else:
        without = matcher.encode_labels(shortened, templates)
    texts = torch.cat([matcher.encode_labels(labels, templates), without])
    cosines = similarity(image[None], texts)[0]  # (M + words,)
    results = []
    for at, word in enumerate(words):
        among = cosines[: len(labels)].clone()
        among[which] = cosines[len(labels) + at]
        share = log_probabilities(among, matcher.scale, matcher.bias).exp()[which]
        results.append(WithoutWord(word, float(among[which]), float(share)))
    return results


def tokens(tokenizer: Any, text: str) -> list[Token]:
    """The tokens of one text as the tower gets them, the marks of start and end included, padding left out."""
    ids: list[int] = tokenizer([text])[0].tolist()
    inner = getattr(tokenizer, "tokenizer", None)  # of the transformers package
    end = getattr(tokenizer, "eot_token_id", getattr(inner, "eos_token_id", None))
    padding = getattr(inner, "pad_token_id", 0)
    if end in ids:
        ids = ids[: ids.index(end) + 1]
    while len(ids) > 1 and ids[-1] == padding != end:
        ids.pop()
    return [Token(number, _text_of(tokenizer, number)) for number in ids]


def _text_of(tokenizer: Any, number: int) -> str:
    """CLIP's merges spell bytes by a table of letters and end a word by </w>, here a space; others tell."""
    if hasattr(tokenizer, "byte_decoder"):
        spelled: str = tokenizer.decoder.get(number, "")
        if number in (tokenizer.sot_token_id, tokenizer.eot_token_id):
            return spelled
        letters = spelled.removesuffix("</w>")
        content = bytes(tokenizer.byte_decoder[letter] for letter in letters)
        return _readable(content) + " " * (spelled != letters)
    convert = getattr(getattr(tokenizer, "tokenizer", None), "convert_ids_to_tokens", None)
    return str(convert(number)) if convert else ""


def _readable(content: bytes) -> str:
    """UTF-8 as text; bytes that are only a part of a character stand as <EA>."""
    decoded = content.decode("utf-8", "surrogateescape")
    return "".join(f"<{ord(each) - 0xDC00:02X}>" if 0xDC80 <= ord(each) <= 0xDCFF else each for each in decoded)
