"""Labels made of a few images and of words.

The mean of a label's example vectors is its prototype (Snell et al. 2017, "Prototypical Networks for Few-shot
Learning", section 2.2). Images and words lie in one space, so a text is one more example (Lin et al. 2023,
"Multimodality Helps Unimodality: Cross-Modal Few-Shot Learning with Multimodal Models", section 3). `mix` says how much
the images count: 0 is the words alone, which is zero-shot, 1 the images alone.

An image is nearer to images than to any words (Liang et al. 2022, "Mind the Gap"), so a label with examples would win
against one of words alone whatever is shown. So cosines between images are brought to the scale of those between an
image and words before both are mixed: by mean and standard deviation, over images and words that nobody asked for.

Shapes: N images, n examples, M labels, E numbers a vector, A mixes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

MIXES = tuple(at / 20 for at in range(21))  # for which everything is computed at once


@dataclass(frozen=True)
class Rescale:
    """A cosine c between images counts like slope · c + offset between an image and words."""

    slope: float = 1.0
    offset: float = 0.0


def rescale(images: Tensor, words: Tensor) -> Rescale:
    """The one under which the cosines among images (R, E) and those to words (K, E) have the same mean and spread."""
    among = (images @ images.T)[~torch.eye(len(images), dtype=torch.bool)]
    across = images @ words.T
    slope = float(across.std() / among.std().clamp(min=1e-6))
    return Rescale(slope, float(across.mean()) - slope * float(among.mean()))


@dataclass(frozen=True)
class Prototypes:
    """M labels: `texts` (M, E), unit vectors of their words, and `sums` (M, E) of the unit vectors of their examples.

    `counts` (M,) says of how many; `worded` (M,) is False for a label without words, whose text counts for nothing.
    """

    texts: Tensor
    worded: Tensor
    sums: Tensor
    counts: Tensor
    scale: Rescale = Rescale()

    @property
    def known(self) -> Tensor:
        """(M,): whether there is anything that makes the label."""
        return self.worded | (self.counts > 0)

    def shares(self, mixes: Tensor) -> Tensor:
        """(A, M): how much the images of each label count. A label that lacks one of the two is the other alone."""
        mixed = mixes[:, None].expand(-1, len(self.counts))
        return torch.where(self.counts == 0, 0.0, torch.where(self.worded, mixed, 1.0))

    def weights(self, mix: float) -> tuple[Tensor, Tensor]:
        """The labels as a linear classifier, w (M, E) and b (M,): `scores` of images is images @ w.T + b."""
        share = self.shares(torch.tensor([mix]))[0]
        pictures = F.normalize(self.sums, dim=-1)
        vectors = (1 - share)[:, None] * self.texts + (share * self.scale.slope)[:, None] * pictures
        return vectors, share * self.scale.offset

    def scores(self, images: Tensor, mixes: Tensor) -> Tensor:
        """(A, N, M): how similar images (N, E) are to the labels; of words alone it is the cosine, as in zero-shot."""
        share = self.shares(mixes)[:, None]  # (A, 1, M)
        to_words = images @ self.texts.T  # (N, M)
        to_images = self.scale.slope * (images @ F.normalize(self.sums, dim=-1).T) + self.scale.offset
        return (1 - share) * to_words + share * to_images


def prototypes(
    texts: Tensor, worded: Tensor, examples: Tensor, member: Tensor, scale: Rescale | None = None
) -> Prototypes:
    """Of the words of M labels (M, E), (M,) as Prototypes has them, and of n unit vectors `examples` (n, E): `member`
    (n, M) says which is an example of which label."""
    of = member.to(examples.dtype)
    return Prototypes(texts * worded[:, None], worded, of.T @ examples, member.sum(0), scale or Rescale())


@dataclass(frozen=True)
class LeaveOneOut:
    """Of `judged` examples so many are `right` (A,) at each mix; the rest of all `examples` could not be judged."""

    right: Sequence[int]
    judged: int
    examples: int


def leave_one_out(labels: Prototypes, examples: Tensor, member: Tensor, mixes: Tensor) -> LeaveOneOut:
    """Each example judged by labels made without it, `examples` (n, E) and `member` (n, M) as for `prototypes`.

    It is left out of every label that holds it, and judged right if its own label is more similar than each other one.
    It cannot be judged if nothing is left of its label, or if there is no other.
    """
    right, judged = torch.zeros(len(mixes), dtype=torch.long), 0
    for example, mine in zip(examples, member, strict=True):
        sums = labels.sums - mine[:, None] * example
        left = Prototypes(labels.texts, labels.worded, sums, labels.counts - mine.long(), labels.scale)
        scores = left.scores(example[None], mixes)[:, 0].masked_fill(~left.known, -torch.inf)  # (A, M)
        for own in mine.nonzero()[:, 0].tolist():
            others = left.known.clone()
            others[own] = False
            if left.known[own] and others.any():
                judged += 1
                right += scores[:, own] > scores[:, others].amax(dim=1)
    return LeaveOneOut(right.tolist(), judged, int(member.sum()))
