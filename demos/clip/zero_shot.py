"""Zero-shot: images against words that nobody trained a classifier for (Radford et al. 2021, section 3.1).

Each label is worded by several templates; the mean of their unit vectors, made a unit vector again, is the label's. A
image's similarity to a label is the cosine between their vectors; its share is the softmax over all the labels given.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from demos.clip import data
from demos.clip.data import File, LoadedImage
from demos.clip.feature_maps import is_convolutional
from demos.clip.images import crops
from demos.clip.memory import Memory
from demos.clip.model import similarity
from demos.clip.prompts import wordings
from demos.common.device import moved_off
from demos.common.errors import BadInput
from demos.common.scheduling.batch import map_in_threads

BATCH = 64  # images or texts that are prepared together, and on a graphics card go through a tower at once
# The same on a processor, whose cache should hold the maps between two layers: two images at once take a third of the
# time of 64 through EfficientNet-Lite0; a ViT has no such large maps, and its matrices gain from some more rows.
FEW, SOME = 2, 16
MOST_THREADS = 4  # that unpack images: each holds one as large as a camera makes them
REMEMBERED = 20_000  # labels and images that a model keeps the vectors of
ENOUGH = 1.7  # times the side that a model sees, for the shorter side of a JPEG that is read at a fraction of its size

T = TypeVar("T")
R = TypeVar("R")
Seen = Callable[[File, LoadedImage, Tensor], None]


@dataclass(frozen=True)
class Score:
    """`similarity` is a cosine (−1…1); `probability` the share among the labels given (they add up to 1).

    A model that was trained by sigmoids (SigLIP) gives each label a probability of its own instead.
    """

    label: str
    similarity: float
    probability: float


@dataclass(frozen=True)
class Unpacked:
    """An image, by what its vectors are remembered, and what of it goes into the tower (K, 3, H, W)."""

    key: str
    image: LoadedImage
    pixels: Tensor


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
    _vectors: Memory = field(default_factory=Memory)

    @property
    def scale(self) -> float:
        """What the cosines are multiplied by before the softmax: 1/temperature, as learnt."""
        return float(self.model.logit_scale.detach().exp())

    @property
    def bias(self) -> float | None:
        """What is added to the scaled cosines before a sigmoid (Zhai et al. 2023); None if it learnt by the softmax."""
        bias = getattr(self.model, "logit_bias", None)
        return None if bias is None else float(bias.detach())

    @property
    def side(self) -> int:
        """The pixels that the image tower takes in height, and mostly in width."""
        for step in reversed(getattr(self.preprocess, "transforms", ())):
            if isinstance(size := getattr(step, "size", None), int | list | tuple):
                return size if isinstance(size, int) else int(size[0])
        return 224

    @property
    def enough(self) -> int:
        """The pixels that suffice for the shorter side of an image that is to be encoded."""
        return round(ENOUGH * self.side)

    @property
    def parameters(self) -> int:
        return sum(parameter.numel() for parameter in self.model.parameters())

    @property
    def bytes(self) -> int:
        """What the model's numbers take in memory."""
        return sum(value.numel() * value.element_size() for value in self.model.state_dict().values())

    def encode_images(self, images: Sequence[LoadedImage]) -> Tensor:
        """Unit vectors (N, E)."""
        return torch.stack(
            self._remembering(
                [f"image {image.key}" for image in images],
                lambda missing: self._images([images[i].image for i in missing]),
            )
        )

    def encode_labels(self, labels: Sequence[str], templates: Sequence[str]) -> Tensor:
        """Unit vectors (M, E), each the mean over the templates."""
        means = [each.mean(0) for each in self.encode_wordings(labels, templates)]
        return F.normalize(torch.stack(means), dim=-1)

    def encode_wordings(self, labels: Sequence[str], templates: Sequence[str]) -> list[Tensor]:
        """For each label unit vectors (T, E), one for each sentence about it."""
        return self._remembering(
            _keys(labels, templates), lambda missing: self._labels([labels[i] for i in missing], templates)
        )

    def unread_labels(self, labels: Sequence[str], templates: Sequence[str]) -> list[str]:
        """Those whose vectors are not remembered."""
        keys = _keys(labels, templates)
        return [label for label, key in zip(labels, keys, strict=True) if self._vectors.get(key) is None]

    def unread_files(self, files: Sequence[File], fit: str | None = "centre") -> list[File]:
        """Those whose vectors are not remembered, by `encode_files`, or with None by `encode_images`; without those
        that are no files, or empty."""
        unread = []
        for file in files:
            with suppress(BadInput):
                if self._vectors.get(self._key(file, fit)) is None:
                    unread.append(file)
        return unread

    def _key(self, file: File, fit: str | None) -> str:
        return f"image {file.key}" if fit is None else f"{fit} {self.enough} {file.key}"

    def encode_files(
        self, files: Iterable[File], fit: str = "centre", seen: Seen | None = None
    ) -> Iterator[Tensor | BadInput]:
        """For each file unit vectors (K, E) of what the model sees of it (crops.FITS), or why it cannot be read.

        A file is unpacked only if its content is new, a JPEG only as large as suffices, and no more than BATCH crops
        wait for the tower. `seen` is told each image that is unpacked and what goes into the tower (K, 3, H, W).
        """
        answers: list[Tensor | BadInput | str] = []  # a key for those that wait
        waiting: dict[str, Tensor] = {}
        for file, found in self._side_by_side(lambda file: (file, self._unpacked(file, fit)), files):
            if isinstance(found, Unpacked):
                if found.key not in waiting:
                    waiting[found.key] = found.pixels
                    if seen:
                        seen(file, found.image, found.pixels)
                answers.append(found.key)
            else:
                answers.append(found)
            if sum(map(len, waiting.values())) >= BATCH:
                yield from self._answered(answers, waiting)
                answers, waiting = [], {}
        yield from self._answered(answers, waiting)

    def _unpacked(self, file: File, fit: str) -> Unpacked | Tensor | BadInput:
        """What goes into the tower; the vectors, where they are remembered; or why the file cannot be read."""
        try:
            key = self._key(file, fit)
            if (known := self._vectors.get(key)) is not None:
                return known
            image = data.read(file, self.enough)
            return Unpacked(key, image, self.pixels(image.image, fit))
        except BadInput as error:
            return error

    def match(
        self, images: Sequence[LoadedImage], labels: Sequence[str], templates: Sequence[str], fit: str = "centre"
    ) -> list[list[Score]]:
        """For each image all labels, the best first; of several tiles each label gets the one that it fits best."""
        texts = self.encode_labels(labels, templates)
        if fit == "centre":
            cosines = similarity(self.encode_images(images), texts)
        else:
            cosines = torch.stack([similarity(each, texts).amax(dim=0) for each in self.encode_crops(images, fit)])
        return scores(cosines, labels, self.scale, self.bias)

    def pixels(self, image: Image.Image, fit: str = "centre") -> Tensor:
        """What the tower gets of an image (K, 3, H, W): by the model's own preprocessing, or of each of crops.boxes."""
        if fit == "centre":
            return torch.stack([self.preprocess(image)])
        ground = crops.ground(self.preprocess)
        squares = (crops.cut(image, box, ground) for box in crops.boxes(image.size, fit))
        return torch.stack([self.preprocess(square) for square in squares])

    def picture(self, pixels: Tensor) -> Image.Image:
        """What goes into the tower (3, H, W) as an image again."""
        mean, std = (torch.tensor(each)[:, None, None] for each in crops.normalisation(self.preprocess))
        levels = ((pixels * std + mean).clamp(0, 1) * 255).round().byte()
        return Image.fromarray(levels.permute(1, 2, 0).contiguous().numpy())

    @property
    def at_once(self) -> int:
        """How many images go through the image tower at once."""
        if self.device.type != "cpu":
            return BATCH
        return FEW if is_convolutional(self.model) else SOME

    def encode_pixels(self, pixels: Tensor) -> Tensor:
        """Unit vectors (K, E) of what goes into the tower (K, 3, H, W); they are not remembered."""
        return torch.stack(list(self._encoded(pixels)))

    def encode_crops(self, images: Sequence[LoadedImage], fit: str) -> list[Tensor]:
        """For each image unit vectors (K, E) of what the model sees of it (crops.FITS)."""
        return self._remembering(
            [f"crops {fit} {image.image.size} {image.key}" for image in images],
            lambda missing: (self.encode_pixels(self.pixels(images[i].image, fit)) for i in missing),
        )

    def cut_short(self, labels: Sequence[str], templates: Sequence[str]) -> list[str]:
        """The labels that the text tower does not see to their end: a sentence has more tokens than it takes."""
        cuts = getattr(self.tokenizer, "cuts", None)
        if cuts is None:
            count, most = getattr(self.tokenizer, "encode", None), getattr(self.tokenizer, "context_length", None)
            if count is None or not most:
                return []

            def cuts(text: str) -> bool:  # CLIP's own leaves out the marks of start and end, of which there are two
                return bool(len(count(text)) + 2 > most)

        return [label for label in labels if any(map(cuts, wordings(label, templates)))]

    def _encoded(self, pixels: Tensor) -> Iterator[Tensor]:
        batches = pixels.split(self.at_once)
        several = self._side_by_side if len(batches) > 1 else map
        for vectors in several(partial(self._through, self.model.encode_image), batches):
            yield from vectors

    def _side_by_side(self, do: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """`do` of each item, in order. On a processor of several cores each works on its own: images and batches are so
        small that a team of threads, in which all share each of them, takes longer."""
        threads = min(MOST_THREADS, torch.get_num_threads())
        if self.device.type != "cpu" or threads == 1:
            return map(do, items)
        return map_in_threads(do, items, threads, ahead=1)

    def _images(self, images: Sequence[Image.Image]) -> Iterable[Tensor]:
        for start in range(0, len(images), BATCH):
            pixels = list(self._side_by_side(self.preprocess, images[start : start + BATCH]))
            yield from self._encoded(torch.stack(pixels))

    def _answered(self, answers: Sequence[Tensor | BadInput | str], waiting: dict[str, Tensor]) -> Iterator[Any]:
        """The answers in their order, once the crops that wait went through the tower."""
        vectors: dict[str, Tensor] = {}
        if waiting:
            encoded = self.encode_pixels(torch.cat(list(waiting.values())))
            parts = encoded.split([len(crops) for crops in waiting.values()])
            vectors = {key: part.clone() for key, part in zip(waiting, parts, strict=True)}
            self._vectors.keep(vectors, REMEMBERED)
        yield from (vectors[answer] if isinstance(answer, str) else answer for answer in answers)

    @torch.inference_mode()
    def _labels(self, labels: Sequence[str], templates: Sequence[str]) -> Iterable[Tensor]:
        at_once = max(1, BATCH // len(templates))
        for start in range(0, len(labels), at_once):
            sentences = [wordings(label, templates) for label in labels[start : start + at_once]]
            tokens = self.tokenizer([sentence for those in sentences for sentence in those])
            texts = self._through(self.model.encode_text, tokens)
            yield from texts.split([len(those) for those in sentences])

    @torch.inference_mode()
    def _through(self, tower: Callable[[Tensor], Tensor], given: Tensor) -> Tensor:
        """Unit vectors (N, E) on the processor. Where a GPU's memory is full, the model goes on on the processor."""
        try:
            return F.normalize(tower(given.to(self.device)).float(), dim=-1).cpu()
        except torch.OutOfMemoryError:
            moved_off(self.model)
            self.device = torch.device("cpu")
            return F.normalize(tower(given).float(), dim=-1)

    def _remembering(self, keys: Sequence[str], compute: Callable[[list[int]], Iterable[Tensor]]) -> list[Tensor]:
        """The vectors of `keys`, computing only those that are new: `compute(indices)` yields them in order."""
        known = {key: vector for key in keys if (vector := self._vectors.get(key)) is not None}
        missing = list({key: i for i, key in enumerate(keys) if key not in known}.values())
        known |= {keys[i]: vector.clone() for i, vector in zip(missing, compute(missing), strict=True)}
        self._vectors.keep(known, REMEMBERED)
        return [known[key] for key in keys]


def _keys(labels: Sequence[str], templates: Sequence[str]) -> list[str]:
    around = hashlib.sha256("\n".join(templates).encode()).hexdigest()
    return [f"label {around} {label}" for label in labels]


def scores(cosines: Tensor, labels: Sequence[str], scale: float, bias: float | None = None) -> list[list[Score]]:
    """For cosines (N, M): each image's M scores, the best first; with a `bias` those of a sigmoid."""
    shares = log_probabilities(cosines, scale, bias).exp()
    return [
        sorted(
            (Score(label, float(c), float(p)) for label, c, p in zip(labels, cosine, share, strict=True)),
            key=lambda score: -score.similarity,
        )
        for cosine, share in zip(cosines.tolist(), shares.tolist(), strict=True)
    ]


def log_probabilities(cosines: Tensor, scale: float, bias: float | None = None) -> Tensor:
    """For cosines (…, M) the logarithms of the guesses' probabilities: of a softmax, or with a `bias` of sigmoids."""
    logits = scale * cosines
    return logits.log_softmax(dim=-1) if bias is None else F.logsigmoid(logits + bias)


def top_accuracy(images: Tensor, texts: Tensor, truth: Tensor, tops: Sequence[int] = (1, 5)) -> dict[int, float]:
    """The share of images (N, E) whose true text (truth: (N,) rows of (M, E)) is among the k most similar."""
    order = similarity(images, texts).argsort(dim=-1, descending=True)
    hits = order == truth[:, None]
    return {k: float(hits[:, :k].any(dim=-1).float().mean()) for k in tops}
