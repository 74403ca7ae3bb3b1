"""What is searched for: words and images, with weights and minus: `2:dog + beach - people`, `[rocket.jpg] - night`.

    query = term { ("+" | "-") term }, and a sign may stand before the first
    term  = [ weight ":" ] ( words | '"' text '"' | "[" image "]" )

A sign is one that follows a blank or begins the query, so "t-shirt" is a word; what stands between quotation marks is
text as it is. The query's vector is the sum of the terms' unit vectors by their weights, made a unit vector again: the
arithmetic of word vectors (Mikolov et al. 2013) in the space of images and texts.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from demos.clip.prompts import MAX_LENGTH
from demos.common.errors import BadInput

MOST_TERMS = 12
MOST_WEIGHT = 100.0
NOTHING = 1e-6  # a sum of unit vectors as short as this points nowhere

_SIGN = re.compile(r"[+\-−–]")
_WEIGHT = re.compile(r"(\d+(?:[.,]\d+)?)\s*:\s*")
_NEXT_SIGN = re.compile(r"\s[+\-−–]")
_CLOSING = {'"': '"', "“": "”", "[": "]"}


@dataclass(frozen=True)
class Term:
    """Words, or the name of an image, and its weight; what is subtracted has a negative one."""

    weight: float
    text: str
    is_image: bool = False


def parse(query: str) -> list[Term]:
    """The terms of a query. Raises BadInput if it is empty, too long or written otherwise than above."""
    query = " ".join(query.split())
    if not query:
        raise BadInput("clip.query_empty")
    terms: list[Term] = []
    at = 0
    while at < len(query):
        signed = _SIGN.match(query, at)
        if signed:
            at = _after_blank(query, signed.end())
        elif terms:
            raise BadInput("clip.query_no_sign", text=_short(query[at:]))
        term, at = _term(query, at)
        terms.append(Term(-term.weight, term.text, term.is_image) if signed and signed[0] != "+" else term)
        at = _after_blank(query, at)
    if len(terms) > MOST_TERMS:
        raise BadInput("clip.query_too_many", count=len(terms), limit=MOST_TERMS)
    return terms


def _term(query: str, at: int) -> tuple[Term, int]:
    """The term that begins at `at`, without a sign, and where it ends."""
    weight = 1.0
    if weighed := _WEIGHT.match(query, at):
        weight, at = float(weighed[1].replace(",", ".")), weighed.end()
        if not 0 < weight <= MOST_WEIGHT:
            raise BadInput("clip.query_weight", weight=weighed[1], limit=f"{MOST_WEIGHT:g}")
    if at >= len(query) or (_SIGN.match(query, at) and query[at + 1 : at + 2] in ("", " ")):
        raise BadInput("clip.query_nothing_there")
    opening = query[at]
    if opening in _CLOSING:
        end = query.find(_CLOSING[opening], at + 1)
        if end < 0:
            raise BadInput("clip.query_open", sign=opening, closing=_CLOSING[opening])
        text, after = query[at + 1 : end].strip(), end + 1
        if query[after : after + 1] not in ("", " "):
            raise BadInput("clip.query_no_sign", text=_short(query[after:]))
    else:
        found = _NEXT_SIGN.search(query, at)
        after = found.start() if found else len(query)
        text = query[at:after].strip()
    if not text:
        raise BadInput("clip.query_nothing_there")
    if len(text) > MAX_LENGTH:
        raise BadInput("clip.too_long", text=_short(text), limit=MAX_LENGTH)
    return Term(weight, text, opening == "["), after


def _after_blank(query: str, at: int) -> int:
    return at + 1 if query[at : at + 1] == " " else at


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"


def combined(vectors: NDArray[np.float32], weights: Sequence[float]) -> NDArray[np.float32]:
    """The unit vector (E,) of the terms' unit vectors (T, E) by their weights. Raises BadInput if they cancel out."""
    total = np.asarray(weights, dtype=np.float32) @ vectors
    length = math.sqrt(float(total @ total))
    if length < NOTHING:
        raise BadInput("clip.query_cancels")
    return np.asarray(total / length, dtype=np.float32)
