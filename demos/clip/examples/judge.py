"""Images judged by labels by example: with the same scoring as words have, at every mix at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from demos.clip.data import File
from demos.clip.examples.label_set import ExampleLabel, LabelSet
from demos.clip.examples.prototypes import MIXES, LeaveOneOut, Prototypes, Rescale, leave_one_out, prototypes, rescale
from demos.clip.images.photos import photos
from demos.clip.match import background
from demos.clip.match.answers import Asked, Question, Weights
from demos.clip.zero_shot import Matcher


@dataclass(frozen=True)
class Made:
    """The labels of a set that have anything that makes them, for one model.

    `examples` (n, E) are the unit vectors of all their images, `member` (n, M) says which is one of which label.
    """

    labels: list[ExampleLabel]
    prototypes: Prototypes
    examples: Tensor
    member: Tensor

    def leave_one_out(self, mixes: Sequence[float] = MIXES) -> LeaveOneOut:
        """How often a label knows its own example without having seen it."""
        return leave_one_out(self.prototypes, self.examples, self.member, torch.tensor(mixes))


def make(matcher: Matcher, labels: LabelSet, templates: Sequence[str], more: Sequence[ExampleLabel] = ()) -> Made:
    """The labels of a set and `more` beside them, which have no examples. Nothing is computed twice."""
    keys, vectors = labels.vectors(matcher)
    known = [label for label in [*labels.labels, *more] if label.known]
    rows = {key: at for at, key in enumerate(keys)}
    member = torch.zeros(len(keys), len(known), dtype=torch.bool)
    for column, label in enumerate(known):
        member[[rows[each.key] for each in label.examples if each.key in rows], column] = True
    worded = torch.tensor([bool(label.words) for label in known], dtype=torch.bool)
    texts = torch.zeros(len(known), vectors.shape[1])
    if worded.any():
        texts[worded] = matcher.encode_labels([label.words for label in known if label.words], templates)
    return Made(known, prototypes(texts, worded, vectors, member, scale_of(matcher)), vectors, member)


def scale_of(matcher: Matcher) -> Rescale:
    """By the photos of the app and the background words of “none of these”."""
    seen = matcher.encode_files([File(photo.file) for photo in photos()])
    images = torch.cat([each for each in seen if isinstance(each, Tensor)])
    return rescale(images, background.background(matcher))


def weights(matcher: Matcher, made: Made, mix: float, templates: Sequence[str]) -> Weights:
    """The labels at one mix, for `answers.answer`; of a label without words its images are the one sentence."""
    vectors, bias = made.prototypes.weights(mix)
    share = made.prototypes.shares(torch.tensor([mix]))[0]
    pictures = share[:, None] * made.prototypes.scale.slope * F.normalize(made.prototypes.sums, dim=-1)
    worded = iter(matcher.encode_wordings([label.words for label in made.labels if label.words], templates))
    sentences = [
        (1 - share[at]) * next(worded) + pictures[at] if label.words else pictures[at][None]
        for at, label in enumerate(made.labels)
    ]
    owner = torch.repeat_interleave(torch.tensor([len(each) for each in sentences]))
    words = [label.words for label in made.labels if label.words]
    meant = made.prototypes.texts[made.prototypes.worded]
    return Weights(vectors, bias, torch.cat(sentences), bias[owner], owner, words, meant)


@dataclass(frozen=True)
class Shares:
    """At each mix of N images and M labels: `similarities` and `probabilities` (A, N, M), `none_of_these` (A, N)."""

    similarities: Tensor
    probabilities: Tensor
    none_of_these: Tensor


def judged(matcher: Matcher, made: Made, images: Tensor, templates: Sequence[str], scoring: str) -> Shares:
    """What images (N, E) are, at each of MIXES; `scoring` as in answers.Question."""
    question = Question([label.name for label in made.labels], templates, scoring=scoring)
    asked = Asked(matcher, question, weights(matcher, made, 0, templates))
    similarities = made.prototypes.scores(images, torch.tensor(MIXES))
    bank = images @ asked.bank.T
    return Shares(similarities, asked.probabilities(similarities, bank), asked.none_of_these(similarities, bank))
