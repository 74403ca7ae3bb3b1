"""N images × M captions: every cosine, the softmax in both directions, and who finds whom.

During training a batch of N pairs is such a matrix, and each row and each column is a question with one right answer
(Radford et al. 2021, figure 3). How often it is answered is recall at 1, R@1, in either direction.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

from demos.clip.matrix.assignment import assign
from demos.clip.model import similarity
from demos.clip.prompts import MAX_LENGTH
from demos.common.errors import BadInput

MAX_IMAGES = MAX_CAPTIONS = 24


@dataclass(frozen=True)
class Confusion:
    """Asked for the caption of an image (or, with `of_image` False, for the image of a caption), the model prefers
    `found` to the `right` one, by `margin` in cosine. `asked` is the image's number, or the caption's."""

    of_image: bool
    asked: int
    right: int
    found: int
    margin: float


@dataclass(frozen=True)
class Comparison:
    """`cosines` (N, M); `over_captions` (N, M), each image's shares of the captions (rows add up to 1); `over_images`
    (N, M), each caption's shares of the images (columns add up to 1).

    `assignment`: pairs (image, caption), none twice, with the largest sum of cosines. `recall_of_images` is the share
    of images whose own caption comes first, `recall_of_captions` that of captions whose own image does, None where
    nothing has a partner. `confusions`: where it does not, the widest margin first.
    """

    cosines: Tensor
    over_captions: Tensor
    over_images: Tensor
    assignment: list[tuple[int, int]]
    recall_of_images: float | None
    recall_of_captions: float | None
    confusions: list[Confusion]


def read_captions(typed: str) -> list[str]:
    """The captions, one a line, in order and as often as they were written; empty lines are none.

    Raises BadInput if there is none, if there are more than MAX_CAPTIONS, or if one is longer than MAX_LENGTH.
    """
    captions = [" ".join(line.split()) for line in typed.split("\n") if line.strip()]
    if not captions:
        raise BadInput("clip.matrix_no_captions")
    if len(captions) > MAX_CAPTIONS:
        raise BadInput("clip.matrix_too_many_captions", count=f"{len(captions):,}", limit=MAX_CAPTIONS)
    for caption in captions:
        if len(caption) > MAX_LENGTH:
            raise BadInput("clip.too_long", text=caption[:40] + "…", limit=MAX_LENGTH)
    return captions


def compare(
    images: Tensor, texts: Tensor, captions: Sequence[str], own: Sequence[int | None], scale: float
) -> Comparison:
    """Unit vectors (N, E) and (M, E) compared; `own` is the caption's number of each image, None for one without.

    Captions of the same words are one answer: whichever of them comes first is right.
    """
    cosines = similarity(images, texts)
    logits = scale * cosines
    confusions, image_hits, caption_hits = [], [], []
    for image, caption in enumerate(own):
        if caption is None:
            continue
        found = int(cosines[image].argmax())
        image_hits.append(captions[found] == captions[caption])
        if not image_hits[-1]:
            margin = float(cosines[image, found] - cosines[image, caption])
            confusions.append(Confusion(True, image, caption, found, margin))
        found = int(cosines[:, caption].argmax())
        theirs = own[found]
        caption_hits.append(theirs is not None and captions[theirs] == captions[caption])
        if not caption_hits[-1]:
            margin = float(cosines[found, caption] - cosines[image, caption])
            confusions.append(Confusion(False, caption, image, found, margin))
    return Comparison(
        cosines,
        logits.softmax(dim=1),
        logits.softmax(dim=0),
        assign(cosines.double().numpy()),
        _share(image_hits),
        _share(caption_hits),
        sorted(confusions, key=lambda confusion: -confusion.margin),
    )


def _share(hits: Sequence[bool]) -> float | None:
    return sum(hits) / len(hits) if hits else None


def own_captions(positions: Sequence[int], captions: int) -> list[int | None]:
    """The caption of each image when line k describes image k: `positions` (N,) are where the images stood."""
    return [position if position < captions else None for position in positions]
