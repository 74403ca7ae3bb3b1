"""First stage: the space in which images and words meet, from features that are computed once.

A classifier is words already: its row for "goldfish" points where the features of photos of goldfish lie. The space is
made of the 512 directions in which the rows of ImageNet's 1,000 classes differ most; a small network maps the sentence
encoder's vectors into it, so that every other word finds a place between those that have photos.
"""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from demos.clip.corpus.batches import wording
from demos.clip.corpus.tasks import Task
from demos.clip.layers.classifier import Classifier
from demos.clip.learn import answer_loss, neighbour_loss, shares_loss
from demos.clip.make.materials import Materials
from demos.clip.make.sentences import WIDTH
from demos.clip.make.trunk import FEATURES
from demos.clip.model import FIRST_TEMPERATURE, MAX_SCALE, contrastive_loss, similarity
from demos.clip.prompts import fill

BATCH = 512
NOUNS = 256  # of LVIS in a batch, whose neighbourhoods a large CLIP's text tower gives
HIDDEN = 1024


class Space(nn.Module):
    """Features (N, 1280) and sentence vectors (N, 384) → unit vectors (N, E)."""

    mean: Tensor
    rows: Tensor

    def __init__(self, classifier: Classifier, mean: Tensor, embed: int) -> None:
        """`mean` (1280,) of the features."""
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("rows", classifier.rows - classifier.rows.mean(0))
        directions = torch.linalg.svd(self.rows, full_matrices=False).Vh[:embed]  # (E, 1280)
        self.image = nn.Linear(FEATURES, embed)
        with torch.no_grad():
            self.image.weight.copy_(directions)
            self.image.bias.copy_(-directions @ mean)
        self.text = nn.Sequential(nn.Linear(WIDTH, HIDDEN), nn.GELU(), nn.Linear(HIDDEN, embed))
        self.logit_scale = nn.Parameter(torch.tensor(1 / FIRST_TEMPERATURE).log())

    def of_features(self, features: Tensor) -> Tensor:
        return F.normalize(self.image(features), dim=-1)

    def of_sentences(self, vectors: Tensor) -> Tensor:
        return F.normalize(self.text(vectors), dim=-1)

    def of_rows(self) -> Tensor:
        """Where the classifier's rows lie, (K, E): features that are the mean but for the row."""
        return self.of_features(self.mean + self.rows)

    def scale(self) -> Tensor:
        return self.logit_scale.exp().clamp(max=MAX_SCALE)


class SpaceStage:
    """What is trained: the map of the features, the map of the sentence vectors, and the temperature."""

    def __init__(self, materials: Materials, embed: int) -> None:
        self.materials = materials
        self.random = torch.Generator().manual_seed(0)
        rows = next(task.rows for task in materials.train if task.name == "tiny_imagenet")
        mean = materials.features(rows[:: max(1, len(rows) // 8000)]).mean(0)
        self.network = Space(materials.classifier, mean, embed)
        geometry = materials.corpus.geometry
        self.nouns = materials.sentences([fill("a photo of a {}", names[0]) for names in geometry.names])
        neighbours = torch.from_numpy(geometry.embedding)
        self.neighbours = F.normalize(neighbours - neighbours.mean(0), dim=-1)

    def groups(self, lr: float) -> list[dict[str, Any]]:
        network = self.network
        return [
            {"params": [*network.text.parameters(), network.logit_scale], "lr": lr},
            {"params": list(network.image.parameters()), "lr": 0.3 * lr},
        ]

    def losses(self) -> dict[str, Tensor]:
        """The names near the classifier's rows; each task's images near their names; the classifier's shares over its
        names; the large CLIP's neighbourhoods of nouns."""
        network, scale = self.network, self.network.scale()
        names = self._texts([word.english for word in self.materials.class_words], ("a photo of a {}",))
        rows = network.of_rows()
        own = torch.arange(len(names))
        losses = {
            "rows": F.cross_entropy(similarity(names, rows, scale), own) + (1 - (names * rows).sum(-1)).mean(),
        }
        answers, seen, vectors = torch.zeros(()), [], []
        for task in self.materials.train:
            count = max(2, round(task.share * BATCH))
            drawn = torch.randint(len(task.rows), (count,), generator=self.random).numpy()
            features = self.materials.features(task.rows[drawn])
            images = network.of_features(features)
            answers = answers + self._answers(task, task.labels[drawn], images, scale) * count / BATCH
            if task.name in self.materials.photos:
                seen.append(features)
                vectors.append(images)
        shares = self.materials.classifier.shares(torch.cat(seen))
        nouns = torch.randperm(len(self.nouns), generator=self.random)[:NOUNS]
        return losses | {
            "answers": answers,
            "shares": shares_loss(torch.cat(vectors), names, scale, shares),
            "nouns": 0.5 * neighbour_loss(network.of_sentences(self.nouns[nouns]), self.neighbours[nouns], 0.1),
        }

    def _answers(self, task: Task, labels: Any, images: Tensor, scale: Tensor) -> Tensor:
        present, right = self.materials.asked(task, labels)
        texts = self._texts([task.names[label] for label in present], self.materials.templates(task))
        if task.captions and len(present) == len(images):
            return contrastive_loss(images, texts[right], scale)
        return answer_loss(images, texts, right, scale)

    def _texts(self, names: Any, templates: tuple[str, ...]) -> Tensor:
        """A random wording of each."""
        worded = [wording(each, templates, self.random) for each in names]
        return self.network.of_sentences(self.materials.sentences(worded))

    @torch.no_grad()
    def measure(self) -> dict[str, float]:
        found = {}
        for task in self.materials.measure:
            images = self.network.of_features(self.materials.features(task.rows))
            texts = self.materials.class_vectors(self.network, task, first_only=True)
            found[task.name] = float(((images @ texts.T).argmax(1).numpy() == task.labels).mean())
        return found
