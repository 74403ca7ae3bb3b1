"""What the image tower gets: the preprocessed image as numbers, and as a picture to look at."""

from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from demos.clip.zero_shot import Matcher


def pixels_of(matcher: Matcher, image: Image.Image) -> Tensor:
    """(3, S, S): cut, resized and normalised as this model wants it."""
    pixels: Tensor = matcher.preprocess(image)
    return pixels


def as_image(matcher: Matcher, pixels: Tensor) -> Image.Image:
    """The picture (S × S) that `pixels` (3, S, S) are, their normalisation undone."""
    mean, std = normalisation(matcher.preprocess)
    colours = (pixels * std[:, None, None] + mean[:, None, None]).clamp(0, 1)
    return Image.fromarray((colours * 255).round().to(torch.uint8).permute(1, 2, 0).numpy().astype(np.uint8))


def normalisation(preprocess: Any) -> tuple[Tensor, Tensor]:
    """The mean and the standard deviation (3,) that the preprocessing takes off and divides by."""
    for step in reversed(preprocess.transforms):
        if hasattr(step, "mean") and hasattr(step, "std"):
            return torch.tensor(step.mean), torch.tensor(step.std)
    return torch.zeros(3), torch.ones(3)
