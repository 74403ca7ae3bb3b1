"""Which exercise is it? A small temporal convolutional network over two seconds of posture.

Each sample in time is a row of features that do not depend on who moves or where the camera stands (`data.py`). Two
convolutions over time see movements of about a second, the mean over time forgets when in the window it happened, and a
linear layer decides (the fully convolutional network of Wang, Yan, Oates 2017, arXiv:1611.06455, made small).
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn


class ExerciseNet(nn.Module):
    """Windows of features to logits, one for each of `classes`, which are their names.

    A movement and its mirror image are the same exercise, so the network looks at both and adds what it thinks: the
    answer is exactly the same for left and right. `swap` is the order of the features in the mirror.
    """

    def __init__(self, features: int, classes: Sequence[str], swap: list[int], width: int = 48) -> None:
        super().__init__()
        self.classes = tuple(classes)
        self.register_buffer("swap", torch.tensor(swap), persistent=False)
        self.moves = nn.Sequential(
            nn.Conv1d(features, width, kernel_size=5, padding=2),  # (B, F, T) → (B, W, T)
            nn.BatchNorm1d(width),
            nn.ReLU(),
            nn.Dropout(0.2),
            nn.Conv1d(width, width, kernel_size=5, padding=2),  # (B, W, T), each step now sees 9 samples
            nn.BatchNorm1d(width),
            nn.ReLU(),
        )
        self.decide = nn.Linear(2 * width, len(self.classes))  # (B, 2W) → (B, C)

    def forward(self, windows: Tensor) -> Tensor:
        """Logits (B, C) for windows (B, T, F)."""
        return self.one_sided(windows) + self.one_sided(windows[..., self.swap])  # type: ignore[index]

    def one_sided(self, windows: Tensor) -> Tensor:
        """(B, T, F) → (B, C), seeing left as left."""
        moves = self.moves(windows.transpose(1, 2))  # (B, T, F) → (B, F, T) → (B, W, T)
        # The mean says what there was, the maximum what there was at least once.
        logits: Tensor = self.decide(torch.cat([moves.mean(-1), moves.amax(-1)], dim=-1))  # (B, 2W) → (B, C)
        return logits
