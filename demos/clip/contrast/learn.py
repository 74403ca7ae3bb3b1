"""A tiny two-tower model learns to tell which caption belongs to which image, in seconds on one core.

The text tower, the similarity and the loss are those of `model.py`; only the image tower is smaller. Every batch is
drawn anew, and none of the pairs that it is tested with is among them.

Sources
- Radford et al. 2021, "Learning Transferable Visual Models From Natural Language Supervision", figure 3: the symmetric
  cross-entropy and the learnt temperature.
- Zhai et al. 2023, "Sigmoid Loss for Language Image Pre-Training", algorithm 1: each pair judged by itself.

Letters in the shapes: B pairs of a batch, N pairs of the test, E length of the vectors.
"""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from demos.clip.contrast.pairs import Scene, Vocabulary, as_pixels, batches, draw, held_out
from demos.clip.model import FIRST_TEMPERATURE, MAX_SCALE, Shape, TextTower, contrastive_loss, similarity
from demos.common.errors import BadInput, Label
from demos.common.own_draws import OwnDraws
from demos.common.scheduling.threads import single_threaded
from demos.common.validate import number, whole

LOSSES = ("softmax", "sigmoid")
EMBED = 32
SIGMOID_SCALE, SIGMOID_BIAS = 10.0, -10.0  # where SigLIP begins (section 3.2)
MEASURE_EVERY = 5  # steps
MOST_PAIRS, MOST_BATCH, MOST_STEPS = 16, 256, 2000


@dataclass(frozen=True)
class Recipe:
    """`pairs` are tested with and shown, `batch` trained on at once; `learn_scale`: the temperature is learnt too.
    `swapped`: each image of a batch comes with the one whose two things are exchanged."""

    pairs: int = 8
    batch: int = 32
    steps: int = 300
    lr: float = 0.003
    loss: str = "softmax"
    temperature: float = FIRST_TEMPERATURE
    learn_scale: bool = True
    swapped: bool = False
    seed: int = 0
    language: str = "en"

    def checked(self) -> "Recipe":
        """The same. Raises BadInput for a value that cannot be used."""
        whole(Label("clip.contrast_pairs"), self.pairs, 2, MOST_PAIRS)
        whole(Label("clip.contrast_batch"), self.batch, 2, MOST_BATCH)
        whole(Label("clip.contrast_steps"), self.steps, 1, MOST_STEPS)
        number(Label("clip.contrast_lr"), self.lr, 1e-6, 1)
        number(Label("clip.contrast_temperature"), self.temperature, 1 / MAX_SCALE, 10)
        whole(Label("clip.contrast_seed"), self.seed, 0, 2**31)
        if self.loss not in LOSSES:
            raise BadInput("clip.contrast_unknown_loss", known=", ".join(LOSSES))
        return self


class TinyImageTower(nn.Module):
    """Three convolutions that halve the image, then a linear map that sees places: (B, 3, 32, 32) → (B, E)."""

    def __init__(self, embed: int) -> None:
        super().__init__()
        channels = (3, 16, 32, 64)
        self.stages = nn.ModuleList(
            nn.Sequential(nn.Conv2d(given, made, 3, stride=2, padding=1), nn.BatchNorm2d(made), nn.ReLU())
            for given, made in pairwise(channels)
        )
        self.proj = nn.Linear(64 * 4 * 4, embed, bias=False)

    def forward(self, images: Tensor) -> Tensor:
        x = images
        for stage in self.stages:
            x = stage(x)  # (B, 16, 16, 16), (B, 32, 8, 8), (B, 64, 4, 4)
        return cast(Tensor, self.proj(x.flatten(1)))


class TinyCLIP(nn.Module):
    """Both towers, the scale (1/temperature) as its logarithm, and the bias that only the sigmoid loss has."""

    def __init__(self, vocabulary: Vocabulary, recipe: Recipe) -> None:
        super().__init__()
        shape = Shape(
            embed=EMBED, vocabulary=len(vocabulary.words), context=vocabulary.context, width=48, heads=2, layers=2
        )
        self.visual = TinyImageTower(EMBED)
        self.text = TextTower(shape)
        sigmoid = recipe.loss == "sigmoid"
        scale = SIGMOID_SCALE if sigmoid and recipe.learn_scale else 1 / recipe.temperature
        self.logit_scale = nn.Parameter(torch.tensor(scale).log(), requires_grad=recipe.learn_scale)
        self.logit_bias = nn.Parameter(torch.tensor(SIGMOID_BIAS if sigmoid else 0.0), requires_grad=sigmoid)

    def encode_image(self, images: Tensor) -> Tensor:
        """(B, 3, 32, 32) → unit vectors (B, E)."""
        return F.normalize(self.visual(images), dim=-1)

    def encode_text(self, tokens: Tensor) -> Tensor:
        """(B, T) → unit vectors (B, E)."""
        return F.normalize(self.text(tokens), dim=-1)

    def scale(self) -> Tensor:
        """1/temperature, at most MAX_SCALE."""
        return self.logit_scale.exp().clamp(max=MAX_SCALE)


def sigmoid_loss(images: Tensor, texts: Tensor, scale: Tensor | float, bias: Tensor | float) -> Tensor:
    """SigLIP's loss for unit vectors (B, E): each of the B² pairs judged by itself, whether it is one or not.

    −log σ(z · (scale · cosine + bias)) with z = 1 for a pair and −1 for any other, summed over the captions and
    averaged over the images.
    """
    logits = similarity(images, texts, scale) + bias  # (B, B)
    signs = 2 * torch.eye(len(logits), device=logits.device) - 1
    return -F.logsigmoid(signs * logits).sum() / len(logits)


@dataclass(frozen=True)
class Progress:
    """After `step` steps: the loss of the last batch (None before the first), and how the pairs of the test stand.

    images, texts (N, E): their unit vectors. `scale` is 1/temperature, `bias` the sigmoid loss's.
    """

    step: int
    steps: int
    loss: float | None
    images: Tensor
    texts: Tensor
    scale: float
    bias: float

    @property
    def over(self) -> bool:
        return self.step >= self.steps

    @property
    def cosines(self) -> Tensor:
        """(N, N): images in rows, captions in columns."""
        return similarity(self.images, self.texts)

    @property
    def test_losses(self) -> tuple[float, float]:
        """The two halves of the symmetric loss on the pairs of the test: captions for images, images for captions."""
        logits = self.scale * self.cosines
        pairs = torch.arange(len(logits))
        return float(F.cross_entropy(logits, pairs)), float(F.cross_entropy(logits.T, pairs))

    @property
    def recall(self) -> float:
        """R@1: the share of images whose best caption is their own."""
        return float((self.cosines.argmax(1) == torch.arange(len(self.images))).float().mean())

    @property
    def recall_of_words(self) -> float:
        """The same if the swapped caption counts too, which has the same words in another order."""
        return float((self.cosines.argmax(1) // 2 == torch.arange(len(self.images)) // 2).float().mean())


def learn(recipe: Recipe) -> Iterator[Progress]:
    """Train a TinyCLIP from scratch: before the first step and every MEASURE_EVERY steps how it stands.

    To stop, stop iterating. The same recipe gives the same numbers. Raises BadInput as `Recipe.checked`.
    """
    recipe.checked()
    vocabulary = Vocabulary(recipe.language)
    test = held_out(recipe.pairs, recipe.seed)
    test_images, test_tokens = as_pixels([draw(scene) for scene in test]), _tokens(vocabulary, test)
    with OwnDraws(torch.Generator().manual_seed(recipe.seed)):
        model = TinyCLIP(vocabulary, recipe)
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=recipe.lr, weight_decay=0.01)
    drawn = batches(recipe.batch, recipe.seed + 1, test, recipe.swapped)
    chance = random.Random(recipe.seed + 2)
    loss: float | None = None
    for step in range(recipe.steps + 1):
        if step % MEASURE_EVERY == 0 or step == recipe.steps:
            yield _progress(model, recipe, step, loss, test_images, test_tokens)
        if step == recipe.steps:
            return
        with single_threaded():
            batch = next(drawn)
            images, tokens = as_pixels([draw(scene, chance=chance) for scene in batch]), _tokens(vocabulary, batch)
            for group in optimizer.param_groups:
                group["lr"] = recipe.lr * _schedule(step, recipe.steps)
            model.train()
            vectors = model.encode_image(images), model.encode_text(tokens)
            if recipe.loss == "sigmoid":
                found = sigmoid_loss(*vectors, model.scale(), model.logit_bias)
            else:
                found = contrastive_loss(*vectors, model.scale())
            optimizer.zero_grad()
            found.backward()
            optimizer.step()
            loss = float(found.detach())


def _schedule(step: int, steps: int) -> float:
    """Up in the first tenth, then down along a cosine."""
    warm = max(1, steps // 10)
    return (step + 1) / warm if step < warm else 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm)))


def _tokens(vocabulary: Vocabulary, batch: list[Scene]) -> Tensor:
    return vocabulary.encode([scene.caption(vocabulary.language) for scene in batch])


def _progress(
    model: TinyCLIP, recipe: Recipe, step: int, loss: float | None, images: Tensor, tokens: Tensor
) -> Progress:
    model.eval()
    with torch.inference_mode(), single_threaded():
        vectors = model.encode_image(images), model.encode_text(tokens)
        return Progress(step, recipe.steps, loss, *vectors, float(model.scale()), float(model.logit_bias))
