"""Zero-shot: images against words that nobody trained a classifier for (Radford et al. 2021, section 3.1).

Each label is worded by several templates; the mean of their unit vectors, made a unit vector again, is the label's. A
image's similarity to a label is the cosine between their vectors; its share is the softmax over all the labels given.
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from demos.clip.data import LoadedImage
from demos.clip.model import similarity
from demos.clip.prompts import fill

BATCH = 64  # images or texts that go through a tower at once
REMEMBERED = 20_000  # vectors a model keeps: labels and images it has seen


@dataclass(frozen=True)
class Score:
    """`similarity` is a cosine (−1…1); `probability` the share among the labels given (they add up to 1)."""

    label: str
    similarity: float
    probability: float


@dataclass
class Matcher:
    """A model of open_clip, ready to compare.

    `name` is what the visitor called it; `preprocess` turns a PIL image into (3, H, W); `tokenizer` a list of texts
    into (N, T). Vectors are remembered by content, for this model only; several threads may use one matcher.
    """

    name: str
    model: Any
    preprocess: Any
    tokenizer: Any
    device: torch.device
    _vectors: "OrderedDict[str, Tensor]" = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def scale(self) -> float:
        """What the cosines are multiplied by before the softmax: 1/temperature, as learnt."""
        return float(self.model.logit_scale.detach().exp())

    @property
    def parameters(self) -> int:
        return sum(parameter.numel() for parameter in self.model.parameters())

    @property
    def bytes(self) -> int:
        """What the model's numbers take in memory."""
        return sum(value.numel() * value.element_size() for value in self.model.state_dict().values())

    @torch.inference_mode()
    def encode_images(self, images: Sequence[LoadedImage]) -> Tensor:
        """Unit vectors (N, E)."""
        return self._remembering(
            [f"image {image.key}" for image in images],
            lambda missing: self._images([images[i].image for i in missing]),
        )

    @torch.inference_mode()
    def encode_labels(self, labels: Sequence[str], templates: Sequence[str]) -> Tensor:
        """Unit vectors (M, E), each the mean over the templates."""
        wordings = hashlib.sha256("\n".join(templates).encode()).hexdigest()
        return self._remembering(
            [f"label {wordings} {label}" for label in labels],
            lambda missing: self._labels([labels[i] for i in missing], templates),
        )

    def match(
        self, images: Sequence[LoadedImage], labels: Sequence[str], templates: Sequence[str]
    ) -> list[list[Score]]:
        """For each image all labels, the best first."""
        return scores(self.encode_images(images), self.encode_labels(labels, templates), labels, self.scale)

    def _images(self, images: Sequence[Image.Image]) -> Iterable[Tensor]:
        for start in range(0, len(images), BATCH):
            batch = torch.stack([self.preprocess(image) for image in images[start : start + BATCH]])
            yield from F.normalize(self.model.encode_image(batch.to(self.device)).float(), dim=-1).cpu()

    def _labels(self, labels: Sequence[str], templates: Sequence[str]) -> Iterable[Tensor]:
        at_once = max(1, BATCH // len(templates))
        for start in range(0, len(labels), at_once):
            part = labels[start : start + at_once]
            tokens = self.tokenizer([fill(template, label) for label in part for template in templates])
            texts = F.normalize(self.model.encode_text(tokens.to(self.device)).float(), dim=-1)
            yield from F.normalize(texts.view(len(part), len(templates), -1).mean(1), dim=-1).cpu()

    def _remembering(self, keys: Sequence[str], compute: Any) -> Tensor:
        """The vectors of `keys`, computing only those that are new: `compute(indices)` yields them in order."""
        with self._lock:
            known = {key: self._vectors[key] for key in keys if key in self._vectors}
        missing = list({key: i for i, key in enumerate(keys) if key not in known}.values())
        known |= {keys[i]: vector.clone() for i, vector in zip(missing, compute(missing), strict=True)}
        with self._lock:
            for key, vector in known.items():
                self._vectors[key] = vector
                self._vectors.move_to_end(key)
            while len(self._vectors) > REMEMBERED:
                self._vectors.popitem(last=False)
        return torch.stack([known[key] for key in keys])


def scores(images: Tensor, texts: Tensor, labels: Sequence[str], scale: float) -> list[list[Score]]:
    """For unit vectors (N, E) and (M, E): each image's M scores, the best first."""
    cosines = similarity(images, texts)  # (N, M)
    shares = (scale * cosines).softmax(dim=-1)
    return [
        sorted(
            (Score(label, float(c), float(p)) for label, c, p in zip(labels, cosine, share, strict=True)),
            key=lambda score: -score.similarity,
        )
        for cosine, share in zip(cosines.tolist(), shares.tolist(), strict=True)
    ]


def top_accuracy(images: Tensor, texts: Tensor, truth: Tensor, tops: Sequence[int] = (1, 5)) -> dict[int, float]:
    """The share of images (N, E) whose true text (truth: (N,) rows of (M, E)) is among the k most similar."""
    order = similarity(images, texts).argsort(dim=-1, descending=True)
    hits = order == truth[:, None]
    return {k: float(hits[:, :k].any(dim=-1).float().mean()) for k in tops}
