"""What little knowledge is worth: how well letter frequencies, and pairs of letters, predict a text.

A model that has learned anything beats both.
"""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Baselines:
    """Cross-entropy on the held-out text, in nats per token, of models that only count."""

    uniform: float  # every token as likely as any other: ln V
    unigram: float  # how frequent each token was
    bigram: float  # how frequent each token was after the one before it


def baselines(trained: Tensor, measured: Tensor, vocabulary: int) -> Baselines:
    """Counted in `trained` (N,), judged on all but the first token of `measured` (M,).

    Unseen tokens get one count each (Laplace); unseen pairs fall back on the single tokens: the pair's probability is
    (count + unigram) / (count of the first + 1) (MacKay and Peto 1995, "A Hierarchical Dirichlet Language Model").
    """
    counts = trained.bincount(minlength=vocabulary).double()
    unigram = (counts + 1) / (len(trained) + vocabulary)  # (V,)
    first, second = measured[:-1], measured[1:]
    pairs, pair_counts = (trained[:-1] * vocabulary + trained[1:]).unique(return_counts=True)  # sorted
    asked = first * vocabulary + second
    place = torch.searchsorted(pairs, asked).clamp(max=len(pairs) - 1)
    seen = torch.where(pairs[place] == asked, pair_counts[place], 0)
    followed = trained[:-1].bincount(minlength=vocabulary)[first]
    bigram = (seen + unigram[second]) / (followed + 1)
    return Baselines(
        uniform=float(torch.tensor(float(vocabulary)).log()),
        unigram=float(-unigram[second].log().mean()),
        bigram=float(-bigram.log().mean()),
    )
