"""Random batches of a corpus: shuffled images, cropped anew each time, and a random wording of each of their names."""

import math
from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from demos.clip.corpus.tasks import Corpus
from demos.clip.model import MEAN, STD
from demos.clip.prompts import fill


class BatchSampler:
    """Random batches: each task's images in shuffled order, over and over; a random wording of each of its names."""

    def __init__(self, corpus: Corpus, batch: int) -> None:
        self.corpus = corpus
        self.counts = [max(2, round(task.share * batch)) for task in corpus.train]
        self.orders: list[Tensor] = [torch.empty(0, dtype=torch.long) for _ in corpus.train]

    def sample(self, random: torch.Generator) -> list[tuple[np.ndarray, np.ndarray]]:
        """For each task the rows of its images in this batch, and their labels."""
        drawn = []
        for i, (task, count) in enumerate(zip(self.corpus.train, self.counts, strict=True)):
            if len(self.orders[i]) < count:
                self.orders[i] = torch.randperm(len(task.rows), generator=random)
            chosen, self.orders[i] = self.orders[i][:count].numpy(), self.orders[i][count:]
            drawn.append((task.rows[chosen], task.labels[chosen]))
        return drawn


def wording(names: Sequence[str], templates: Sequence[str], random: torch.Generator) -> str:
    """One of the names, the first as often as all others together, in one of the templates."""
    first, other, template = torch.rand(3, generator=random).tolist()
    name = names[0] if first < 0.5 else names[int(other * len(names))]
    return fill(templates[int(template * len(templates))], name)


def crops(images: Tensor, size: int, random: torch.Generator) -> Tensor:
    """Random crops with a random side flip and brightness: (B, H, W, 3) uint8 → (B, 3, size, size), normalised.

    A crop keeps 45 to 100 % of the area at 3:4 to 4:3 (Szegedy et al. 2015).
    """
    count = len(images)

    def uniform(low: float, high: float) -> Tensor:
        return torch.empty(count).uniform_(low, high, generator=random)

    area, ratio = uniform(0.45, 1.0), uniform(math.log(3 / 4), math.log(4 / 3)).exp()
    height, width = (area / ratio).sqrt().clamp(max=1), (area * ratio).sqrt().clamp(max=1)
    flip = torch.where(uniform(0, 1) < 0.5, -1.0, 1.0)
    affine = torch.zeros(count, 2, 3)
    affine[:, 0, 0], affine[:, 1, 1] = width * flip, height
    affine[:, 0, 2], affine[:, 1, 2] = uniform(-1, 1) * (1 - width), uniform(-1, 1) * (1 - height)
    grid = F.affine_grid(affine, [count, 3, size, size], align_corners=False)
    pixels = images.permute(0, 3, 1, 2).float() / 255
    x = F.grid_sample(pixels, grid, mode="bicubic", padding_mode="border", align_corners=False).clamp(0, 1)
    contrast, brightness = uniform(0.8, 1.2)[:, None, None, None], uniform(-0.1, 0.1)[:, None, None, None]
    x = ((x - 0.5) * contrast + 0.5 + brightness).clamp(0, 1)
    return normalised(x)


def resized(images: Tensor, size: int) -> Tensor:
    """(B, H, W, 3) uint8 → (B, 3, size, size), normalised."""
    x = images.permute(0, 3, 1, 2).float() / 255
    x = F.interpolate(x, size=(size, size), mode="bicubic", antialias=True, align_corners=False)
    return normalised(x.clamp(0, 1))


def normalised(x: Tensor) -> Tensor:
    """(B, 3, H, W) in 0…1 → what the tower takes, stored channel by channel within a pixel (faster on CPUs)."""
    mean, std = (torch.tensor(values)[:, None, None] for values in (MEAN, STD))
    return ((x - mean) / std).contiguous(memory_format=torch.channels_last)
