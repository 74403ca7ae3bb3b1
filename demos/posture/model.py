"""Which exercise is it, how far on is the repetition, what goes wrong? A small temporal convolutional network.

Each sample in time is a row of features that do not depend on who moves or where the camera stands (`data.py`). Three
convolutions over time see movements of almost two seconds (the fully convolutional network of Wang, Yan, Oates 2017,
arXiv:1611.06455, made small; the third is dilated as in Yu, Koltun 2016, arXiv:1511.07122). Three heads read what they
found: which exercise and which faults from the mean and the maximum over time, which forget when in the window it
happened; the phase from each sample by itself.
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn


class Outputs(NamedTuple):
    """Logits of B windows of T samples, of C classes and N named faults.

    exercise (B, C) goes into a softmax, the others into a sigmoid each: phase (B, T) is from 0 at rest to 1 where a
    repetition turns, faults (B, N) whether each is being made.
    """

    exercise: Tensor
    phase: Tensor
    faults: Tensor


class ExerciseNet(nn.Module):
    """Windows of features to what is done in them: one of `classes`, with some of `faults`, both lists of names.

    A fault's name is "squat:knees_in": what it says is meant for windows of that exercise alone.

    A movement and its mirror image are the same exercise, so the network looks at both and takes the mean of what it
    thinks: the answer is exactly the same for left and right. `swap` is the order of the features in the mirror.
    """

    def __init__(
        self, features: int, classes: Sequence[str], swap: list[int], faults: Sequence[str] = (), width: int = 96
    ) -> None:
        super().__init__()
        self.classes, self.faults = tuple(classes), tuple(faults)
        self.register_buffer("swap", torch.tensor(swap), persistent=False)
        self.moves = nn.Sequential(
            nn.Conv1d(features, width, kernel_size=5, padding=2),  # (B, F, T) → (B, W, T)
            nn.BatchNorm1d(width),
            nn.ReLU(),
            nn.Dropout(0.1),
            nn.Conv1d(width, width, kernel_size=5, padding=2),  # (B, W, T), each step now sees 9 samples
            nn.BatchNorm1d(width),
            nn.ReLU(),
            nn.Dropout(0.1),
            nn.Conv1d(width, width, kernel_size=5, padding=4, dilation=2),  # (B, W, T), each step now sees 17 samples
            nn.BatchNorm1d(width),
            nn.ReLU(),
        )
        self.exercise = nn.Linear(2 * width, len(self.classes))  # (B, 2W) → (B, C)
        self.phase = nn.Conv1d(width, 1, kernel_size=1)  # (B, W, T) → (B, 1, T)
        self.fault = nn.Linear(2 * width, len(self.faults))  # (B, 2W) → (B, N)

    def forward(self, windows: Tensor) -> Outputs:
        """What windows (B, T, F) and their mirror images show, the mean of both."""
        both = torch.cat([windows, windows[..., self.swap]])  # type: ignore[index]  # (2B, T, F)
        straight, mirrored = zip(*(part.chunk(2) for part in self.one_sided(both)), strict=True)
        return Outputs(*((a + b) / 2 for a, b in zip(straight, mirrored, strict=True)))

    def one_sided(self, windows: Tensor) -> Outputs:
        """The same of windows (B, T, F) alone, seeing left as left."""
        moves = self.moves(windows.transpose(1, 2))  # (B, T, F) → (B, F, T) → (B, W, T)
        pooled = self.pooled(moves)
        return Outputs(self.exercise(pooled), self.phase(moves).squeeze(1), self.fault(pooled))

    @staticmethod
    def pooled(moves: Tensor) -> Tensor:
        """(B, W, T) → (B, 2W): the mean says what there was, the maximum what there was at least once."""
        return torch.cat([moves.mean(-1), moves.amax(-1)], dim=-1)
