"""Dropout whose random numbers are one's own (Srivastava et al. 2014).

torch's nn.Dropout takes them from a generator that all threads of the process share: of two trainings at once each
would shift the numbers of the other, and the same seed would not give the same model.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

ABLE = ("cpu", "cuda")  # kinds of devices that have generators of one's own


class Dropout(nn.Module):
    """As nn.Dropout, to the last bit where `generator` is at the same place as torch's own; None for torch's own."""

    def __init__(self, share: float) -> None:
        """`share` of the numbers become zero in training, and the others grow by 1 / (1 − share)."""
        super().__init__()
        self.share = share
        self.generator: torch.Generator | None = None

    def forward(self, x: Tensor) -> Tensor:
        """Any shape, the same shape."""
        if not self.training or not self.share or self.generator is None:
            return F.dropout(x, self.share, self.training)
        return x * torch.empty_like(x).bernoulli_(1 - self.share, generator=self.generator).div_(1 - self.share)


def own_generator(model: nn.Module, device: torch.device, first: torch.Generator) -> torch.Generator | None:
    """A generator for all dropout of `model` on `device`; None if there are none on such a device.

    It goes on where `first` stands, the processor's that drew the weights; on a GPU it begins with the same seed.
    """
    if device.type not in ABLE:
        return None
    generator = torch.Generator(device)
    if device.type == "cpu":
        generator.set_state(first.get_state())
    else:
        generator.manual_seed(first.initial_seed())
    for part in model.modules():
        if isinstance(part, Dropout):
            part.generator = generator
    return generator
