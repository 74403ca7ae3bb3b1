"""The classifier that EfficientNet-Lite0 was published with: the features of its network become 1,000 logits.

Before there was CLIP, an image tower ended so: a matrix with a row for each class of ImageNet (Russakovsky et al.
2015), and the answer is one of them, whatever the image shows.

Letters in the shapes: N images, C = 1,280 channels, h × w cells of the last maps, K classes.
"""

from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor

from demos.clip.corpus.vocabulary import words
from demos.common.models import weights

FILE = "clip/embedded/classifier.safetensors"  # of weights/


@dataclass(frozen=True)
class Classifier:
    """The last layer: rows (K, C) and biases (K,) of ImageNet's classes."""

    rows: Tensor
    biases: Tensor

    def shares(self, features: Tensor) -> Tensor:
        """Its softmax over the classes, (N, K), for features (N, C)."""
        return self.logits(features).softmax(-1)

    def logits(self, features: Tensor) -> Tensor:
        """(N, K)."""
        return features @ self.rows.T + self.biases

    def activation_maps(self, maps: Tensor, classes: Tensor) -> Tensor:
        """The logits of some classes (k,) at each cell of the last maps (C, h, w), before the mean: (k, h, w).

        The network averages the maps and then multiplies; the other way round it is the same number, and shows where it
        comes from: the mean of a map is the logit (Zhou et al. 2016, "Learning Deep Features for Discriminative
        Localization", section 2).
        """
        return torch.einsum("kc,chw->khw", self.rows[classes], maps) + self.biases[classes, None, None]


@dataclass(frozen=True)
class ClassName:
    """A class of ImageNet: its number, and its names in English and Korean."""

    number: int
    english: str
    korean: str

    def in_language(self, language: str) -> str:
        return self.korean if language == "ko" else self.english


@cache
def carried() -> Classifier:
    """The one beside the embedded model. Raises WeightsError if it is missing or altered."""
    from safetensors.torch import load_file

    stored = load_file(weights.path(FILE))
    return Classifier(stored["weight"].float(), stored["bias"].float())


@cache
def class_names() -> tuple[ClassName, ...]:
    """All classes in the order of the rows, with open_clip's names for them. Two pairs of them have the same name."""
    import demos.common.models.torchvision_guard  # noqa: F401, I001
    from open_clip.zero_shot_metadata import IMAGENET_CLASSNAMES

    known = words()
    return tuple(ClassName(at, name, known[name].korean[0]) for at, name in enumerate(IMAGENET_CLASSNAMES))
