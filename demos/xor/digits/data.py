"""Handwritten digits: those that come with scikit-learn, 1,797 images of 8×8 pixels.

(E. Alpaydin & C. Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine Learning Repository, 1998.)
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from demos.common.errors import BadInput

CLASSES, PIXELS = 10, 64
HELD_OUT = 0.2  # share of the images tested on


@dataclass(frozen=True)
class Digits:
    """`x` (P, 64) brightness from 0 to 1, `y` (P,) int64 digits."""

    x: Tensor
    y: Tensor


def read(seed: int, share: float = HELD_OUT) -> tuple[Digits, Digits]:
    """The images to learn from and a random `share` held out. Raises BadInput if scikit-learn is not installed."""
    try:
        from sklearn.datasets import load_digits
    except ImportError as error:
        raise BadInput("xor.no_digits") from error
    bunch = load_digits()
    x, y = torch.from_numpy(bunch.data).float() / 16, torch.from_numpy(bunch.target).long()
    order = torch.randperm(len(y), generator=torch.Generator().manual_seed(seed))
    test, learn = order.tensor_split([round(share * len(y))])
    return Digits(x[learn], y[learn]), Digits(x[test], y[test])
