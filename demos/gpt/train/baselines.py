"""What little knowledge is worth: how well letter frequencies, and pairs of letters, predict a text.

A model that has learned anything beats both.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from demos.gpt.corpus import TokenPairs


@dataclass(frozen=True)
class Baselines:
    """Cross-entropy on the held-out text, in nats per token, of models that only count."""

    uniform: float  # every token as likely as any other: ln V
    unigram: float  # how frequent each token was
    bigram: float  # how frequent each token was after the one before it


def baselines(trained: Tensor, measured: Tensor, vocabulary: int) -> Baselines:
    """Counted in the text `trained` (N,), judged on all but the first token of `measured` (M,)."""
    return of_pairs((trained[:-1], trained[1:]), (measured[:-1], measured[1:]), vocabulary, trained[:1])


def of_pairs(trained: TokenPairs, measured: TokenPairs, vocabulary: int, begin: Tensor | None = None) -> Baselines:
    """Counted in the pairs `trained`, judged on the second tokens of `measured`. `begin` is a first token, if any.

    Unseen tokens get one count each (Laplace); unseen pairs fall back on the single tokens: the pair's probability is
    (count + unigram) / (count of the first + 1) (MacKay and Peto 1995, "A Hierarchical Dirichlet Language Model").
    """
    before, after = trained
    counted = after if begin is None else torch.cat([begin, after])
    unigram = (counted.bincount(minlength=vocabulary).double() + 1) / (len(counted) + vocabulary)  # (V,)
    first, second = measured
    pairs, pair_counts = (before * vocabulary + after).unique(return_counts=True)  # sorted
    asked = first * vocabulary + second
    place = torch.searchsorted(pairs, asked).clamp(max=len(pairs) - 1)
    seen = torch.where(pairs[place] == asked, pair_counts[place], 0)
    followed = before.bincount(minlength=vocabulary)[first]
    bigram = (seen + unigram[second]) / (followed + 1)
    return Baselines(
        uniform=float(torch.tensor(float(vocabulary)).log()),
        unigram=float(-unigram[second].log().mean()),
        bigram=float(-bigram.log().mean()),
    )
