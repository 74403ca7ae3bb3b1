"""Second stage: the image tower is fitted to the space, on small photos, drawings and sketches.

The published trunk knows large photos. Its last blocks and the map into the space learn the corpus's images, while the
names of ImageNet's 1,000 classes keep the shares that the published classifier gave them: without that, the tower
forgets what it knew (1,000-way accuracy fell by a third).
"""

import random
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from demos.clip.corpus.batches import BatchSampler, crops, resized
from demos.clip.learn import answer_loss, shares_loss
from demos.clip.make import trunk
from demos.clip.make.materials import Materials
from demos.clip.make.space import Space
from demos.clip.model import MAX_SCALE, contrastive_loss
from demos.clip.prompts import fill

BATCH = 96
SIZES, ODDS = (96, 128, 160, 224), (45, 38, 12, 5)  # pixels a side of a batch's crops; large ones are dear
MEASURED_SIZE, MEASURED_IMAGES = 128, 600


class FittedTower(nn.Module):
    """The trunk with its published classifier beside the map into the space."""

    def __init__(self, trunk_: Any, space: Space) -> None:
        super().__init__()
        self.trunk = trunk_.to(memory_format=torch.channels_last)
        self.image = nn.Linear(space.image.in_features, space.image.out_features)
        self.image.load_state_dict(space.image.state_dict())
        self.logit_scale = nn.Parameter(space.logit_scale.detach().clone())

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """(B, 3, H, W), normalised → features (B, 1280) and unit vectors (B, E)."""
        with torch.autocast("cpu", torch.bfloat16):
            features = trunk.features(self.trunk, images)
        return features, F.normalize(self.image(features), dim=-1)

    def scale(self) -> Tensor:
        return self.logit_scale.exp().clamp(max=MAX_SCALE)


class ImageStage:
    """What is trained: the trunk's last convolutions, the map into the space, the temperature. Texts stay fixed."""

    def __init__(self, materials: Materials, trunk_: Any, space: Space) -> None:
        self.materials = materials
        self.network = FittedTower(trunk_, space)
        self.fitted = trunk.fitted_parameters(self.network.trunk)
        self.random, self.sizes = torch.Generator().manual_seed(0), random.Random(5)
        self.sampler = BatchSampler(materials.corpus, BATCH)
        corpus = materials.corpus
        self.texts = [materials.class_vectors(space, task) for task in corpus.train]
        self.measured_texts = [materials.class_vectors(space, task, first_only=True) for task in corpus.measure]
        self.names = names_between(materials, space)
        words = materials.class_words
        kinds = sorted({word.kind[0] for word in words})
        self.kind_of = torch.tensor([kinds.index(word.kind[0]) for word in words])
        with torch.no_grad():
            self.kinds = space.of_sentences(materials.sentences([fill("a photo of a {}", kind) for kind in kinds]))

    def groups(self, lr: float) -> list[dict[str, Any]]:
        head = [*self.network.image.parameters(), self.network.logit_scale]
        return [{"params": self.fitted, "lr": lr}, {"params": head, "lr": lr}]

    def losses(self) -> dict[str, Tensor]:
        """Each task's images near their names; the frozen classifier's shares over its names, over its kinds, and in
        the classifier itself, so that its head still fits the trunk."""
        corpus, network = self.materials.corpus, self.network
        drawn = self.sampler.sample(self.random)
        rows = np.concatenate([part for part, _ in drawn])
        size = self.sizes.choices(SIZES, ODDS)[0]
        features, images = network(crops(torch.from_numpy(corpus.images[rows]), size, self.random))
        scale, answers = network.scale(), torch.zeros(())
        parts = images.split([len(part) for part, _ in drawn])
        for task, texts, part, (_, labels) in zip(corpus.train, self.texts, parts, drawn, strict=True):
            present, right = self.materials.asked(task, labels)
            if task.captions and len(present) == len(part):
                loss = contrastive_loss(part, texts[present][right], scale)
            else:
                loss = answer_loss(part, texts[present], right, scale)
            answers = answers + loss * len(part) / len(rows)
        photos = np.repeat([task.name in self.materials.photos for task in corpus.train], [len(p) for p, _ in drawn])
        known = photos & self.materials.features.has(rows)
        shares = self.materials.classifier.shares(self.materials.features(rows[known]))
        kinds = torch.zeros(len(shares), len(self.kinds)).index_add_(1, self.kind_of, shares)
        chosen = torch.from_numpy(known)
        logits = self.materials.classifier.logits(features[chosen])
        return {
            "answers": answers,
            "shares": 1.5 * shares_loss(images[chosen], self.names, scale, shares),
            "kinds": 0.3 * shares_loss(images[chosen], self.kinds, scale, kinds),
            "head": 0.2 * F.kl_div(logits.log_softmax(-1), shares, reduction="batchmean"),
        }

    @torch.no_grad()
    def measure(self) -> dict[str, float]:
        corpus, found = self.materials.corpus, {}
        for task, texts in zip(corpus.measure, self.measured_texts, strict=True):
            every = max(1, len(task.rows) // MEASURED_IMAGES)
            rows, right = task.rows[::every], 0
            for start in range(0, len(rows), 100):
                pixels = torch.from_numpy(corpus.images[rows[start : start + 100]])
                _, images = self.network(resized(pixels, MEASURED_SIZE))
                best = (images @ texts.T).argmax(1).numpy()
                right += int((best == task.labels[::every][start : start + 100]).sum())
            found[task.name] = right / len(rows)
        return found


@torch.no_grad()
def names_between(materials: Materials, space: Space) -> Tensor:
    """Vectors (K, E) of the classifier's names: half way between what their words say and where its rows lie."""
    said = [[fill("a photo of a {}", name) for name in word.english] for word in materials.class_words]
    means = torch.stack([space.of_sentences(materials.sentences(names)).mean(0) for names in said])
    return F.normalize(F.normalize(means, dim=-1) + space.of_rows(), dim=-1)
