"""The answers to a question about images: which of the guesses fits each, how sure that is, and on what it hangs."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from demos.clip.data import File
from demos.clip.images import crops
from demos.clip.match import background
from demos.clip.zero_shot import Matcher, Seen
from demos.common.errors import BadInput
from demos.common.numbers import few_digits

AT_ONCE = 16  # images that are judged together
SCORINGS = ("trained", "softmax", "independent")


@dataclass(frozen=True)
class Question:
    """What is asked. `fit` is one of crops.FITS, `scoring` one of SCORINGS.

    "softmax" divides 1 among the guesses; "independent" says of each alone how far it is believed; "trained" is what
    the model learnt by, the softmax for most, a sigmoid of each alone for some.
    """

    labels: Sequence[str]
    templates: Sequence[str]
    fit: str = "centre"
    scoring: str = "trained"

    def __post_init__(self) -> None:
        for field_name, known in (("fit", crops.FITS), ("scoring", SCORINGS)):
            if getattr(self, field_name) not in known:
                value = str(getattr(self, field_name))[:40]
                raise BadInput("clip.unknown_choice", field=field_name, value=value, known=", ".join(known))


@dataclass(frozen=True)
class Judged:
    """One guess about one image.

    `similarity` is the cosine (of the crop that fits best, number `crop` of crops.boxes); `probability` as the question
    says; `low` and `high` what it would be, were this guess worded by one template alone.
    """

    label: str
    similarity: float
    probability: float
    low: float
    high: float
    crop: int


@dataclass(frozen=True)
class Answer:
    """All guesses about the image in `file`, the best first, and how probably none of them fits; or an error."""

    file: File
    labels: list[Judged] = field(default_factory=list)
    none_of_these: float = 0.0
    error: BadInput | None = None


@dataclass(frozen=True)
class Weights:
    """The guesses as a linear classifier: a unit vector x (E,) is as similar to them as `texts` (M, E) x + `bias` (M,).

    `wordings` (S, E) and `wording_bias` (S,) are the same for each sentence by itself, `owner` (S,) says whose it is.
    `words` are what the guesses say, `meant` (W, E) the unit vectors of that, by which background words mean the same.
    """

    texts: Tensor
    bias: Tensor
    wordings: Tensor
    wording_bias: Tensor
    owner: Tensor
    words: Sequence[str]
    meant: Tensor


def weights_of_words(matcher: Matcher, question: Question) -> Weights:
    """The weights of guesses that are words alone: their unit vectors, so that a similarity is a cosine."""
    worded = matcher.encode_wordings(question.labels, question.templates)
    texts = F.normalize(torch.stack([each.mean(0) for each in worded]), dim=-1)
    owner = torch.repeat_interleave(torch.tensor([len(each) for each in worded]))
    bias, wording_bias = torch.zeros(len(texts)), torch.zeros(len(owner))
    return Weights(texts, bias, torch.cat(worded), wording_bias, owner, question.labels, texts)


class Asked:
    """A question, worded for one model: its guesses and the background words as vectors."""

    def __init__(self, matcher: Matcher, question: Question, weights: Weights | None = None) -> None:
        self.matcher, self.question = matcher, question
        self.weights = weights or weights_of_words(matcher, question)
        self.calibration = background.calibration(matcher)
        words = background.background(matcher)
        same = background.means_the_same(self.weights.words, self.weights.meant, words, self.calibration.same)
        self.bank = words[~same] if not bool(same.all()) else words

    def judge(self, vectors: Tensor) -> list[tuple[list[Judged], float]]:
        """For N images of which K crops each have the unit vectors (N, K, E): all guesses, the best first, and none."""
        known = self.weights
        cosines, crop = (vectors @ known.texts.T + known.bias).max(dim=1)  # (N, M)
        worded = (vectors @ known.wordings.T + known.wording_bias).amax(dim=1)  # (N, S)
        bank = (vectors @ self.bank.T).amax(dim=1)
        shares = self.probabilities(cosines, bank)
        alone, owner = self._alone(cosines, worded, bank), known.owner.expand(len(vectors), -1)
        low, high = (
            torch.empty_like(shares).scatter_reduce(1, owner, alone, way, include_self=False)
            for way in ("amin", "amax")
        )
        found = zip(*(each.tolist() for each in (cosines, shares, low, high, crop)), strict=True)
        judged = ([Judged(*row) for row in zip(self.question.labels, *columns, strict=True)] for columns in found)
        best_first = (sorted(each, key=lambda one: -one.similarity) for each in judged)
        return list(zip(best_first, self.none_of_these(cosines, bank).tolist(), strict=True))

    def probabilities(self, cosines: Tensor, bank: Tensor) -> Tensor:
        """(…, M) for cosines (…, M) and the bank's (…, K) to the same images."""
        if self._way == "softmax":
            return (self.matcher.scale * cosines).softmax(dim=-1)
        if self.matcher.bias is not None:
            return (self.matcher.scale * cosines + self.matcher.bias).sigmoid()
        return background.believed(cosines, bank, self.calibration)

    def _alone(self, cosines: Tensor, worded: Tensor, bank: Tensor) -> Tensor:
        """(N, S): the probability of each sentence's guess, worded by that sentence alone, the others as they are."""
        if self._way != "softmax":
            return self.probabilities(worded, bank)
        logits = self.matcher.scale * cosines.double()
        highest = logits.amax(dim=-1, keepdim=True)
        powers = (logits - highest).exp()
        others = (powers.sum(dim=-1, keepdim=True) - powers).clamp(min=0)[:, self.weights.owner]
        power = (self.matcher.scale * worded.double() - highest).exp()
        return (power / (power + others)).float()

    def none_of_these(self, cosines: Tensor, bank: Tensor) -> Tensor:
        """(…,) for the same."""
        if self.matcher.bias is not None:
            return 1 - (self.matcher.scale * cosines + self.matcher.bias).sigmoid().amax(dim=-1)
        return background.none_of_these(cosines, bank, self.calibration)

    @property
    def _way(self) -> str:
        if self.question.scoring != "trained":
            return self.question.scoring
        return "softmax" if self.matcher.bias is None else "independent"


def answer(
    matcher: Matcher,
    question: Question,
    files: Iterable[File],
    seen: Seen | None = None,
    weights: Weights | None = None,
) -> Iterator[Answer]:
    """The answer for each file in turn; `seen` as for Matcher.encode_files.

    `weights` are given where the guesses are not words alone.
    """
    asked = Asked(matcher, question, weights)
    files = list(files)
    found = zip(files, matcher.encode_files(files, question.fit, seen), strict=True)
    while some := list(islice(found, AT_ONCE)):
        for alike, group in groupby(some, key=lambda each: isinstance(each[1], Tensor) and len(each[1])):
            here, vectors = zip(*group, strict=True)
            if alike:
                judged = asked.judge(torch.stack(vectors))
                yield from (Answer(file, *each) for file, each in zip(here, judged, strict=True))
            else:
                yield from (Answer(file, error=error) for file, error in zip(here, vectors, strict=True))


def as_table(answers: Iterable[Answer]) -> list[dict[str, Any]]:
    """A row for each image and guess: image, label, similarity, probability, low, high, none_of_these, error.

    The numbers are no rounder than the page's: what is hardly believed is not 0.
    """
    rows: list[dict[str, Any]] = []
    for one in answers:
        if one.error is not None:
            rows.append({"image": one.file.name, "error": str(one.error)})
        for judged in one.labels:
            told = ("similarity", "probability", "low", "high")
            values = {name: few_digits(getattr(judged, name)) for name in told}
            none = few_digits(one.none_of_these)
            rows.append({"image": one.file.name, "label": judged.label, **values, "none_of_these": none})
    return rows
