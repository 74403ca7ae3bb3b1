"""Dropout: in training each hidden unit is left out at random, so that no unit can rely on another one being there.

Inverted: those that stay count for more at once, so that the whole net can be used afterwards as it is.
(N. Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting", JMLR 15, 2014, sections 4
and 10.)
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Generator, Tensor


@dataclass(frozen=True)
class Dropout:
    """For N nets, each with its own `randoms`: a net loses the same units alone and among others."""

    rate: float  # the probability of being left out
    randoms: Sequence[Generator]

    def kept(self, h: Tensor) -> Tensor:
        """For outputs h (N, P, units) what they are multiplied by: 0, or 1 / (1 − rate), drawn for each point anew."""
        uniform = torch.stack([torch.rand(h.shape[1:], generator=random) for random in self.randoms])
        return (uniform >= self.rate).to(h.dtype) / (1 - self.rate)
