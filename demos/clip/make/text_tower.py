"""Third and fourth stage: the text tower learns to read, from the teacher's vectors alone, then from images too."""

import random
from collections.abc import Sequence
from itertools import islice
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from demos.clip.corpus import texts
from demos.clip.corpus.batches import wording
from demos.clip.corpus.tasks import Task
from demos.clip.corpus.texts import Text
from demos.clip.learn import answer_loss, imitation_loss, shares_loss
from demos.clip.make.image_tower import names_between
from demos.clip.make.materials import Materials
from demos.clip.make.space import Space
from demos.clip.model import MAX_SCALE, TextTower, contrastive_loss
from demos.clip.prompts import fill
from demos.clip.tokenizer import Tokenizer

COMBINATIONS = 25_000  # drawn once, since the teacher is slow
GIBBERISH = 12  # texts in a batch that mean nothing
BATCH = {"names": 150, "classes": 90, "sources": 70, "kinds": 60, "nouns": 60, "combinations": 50, "captions": 20}
IMAGES = 768  # vectors in a batch of the fourth stage
NAMES = 320  # of ImageNet's 1,000 in such a batch


class Reader:
    """The teacher's vectors (N, E) of all texts, and endless texts of each sort."""

    def __init__(self, materials: Materials, space: Space, seed: int) -> None:
        self.materials, self.chance = materials, random.Random(seed)
        words, classes = materials.words, materials.class_words
        drawn = islice(texts.of_combinations(words, random.Random(0)), COMBINATIONS)
        lists = {"combinations": list(drawn), "captions": captions(materials)}
        known = {name for task in materials.train if not task.captions for names in task.names for name in names}
        sources = [word for word in words if known.intersection(word.english)] or words
        self.endless = {
            "names": texts.of_names(words, self.chance),
            "classes": texts.of_names(classes, self.chance),
            "sources": texts.of_names(sources, self.chance),
            "kinds": texts.of_kinds(words, self.chance),
            "nouns": texts.of_nouns(materials.nouns or [word.name for word in words], self.chance),
        }
        self.lists = lists
        meant = [texts.canonical(name) for name in (*(word.name for word in words), *materials.nouns)]
        meant += [texts.canonical(word.kind[0]) for word in words] + [fill("a {}", word.look[0]) for word in words]
        meant += [text.english for each in lists.values() for text in each]
        self.row = {english: row for row, english in enumerate(dict.fromkeys(meant))}
        with torch.no_grad():
            vectors = materials.sentences(list(self.row))
            self.vectors = torch.cat([space.of_sentences(part) for part in vectors.split(4096)])
        self.classes = [texts.canonical(word.name) for word in classes]
        self.names = names_between(materials, space)  # (K, E)
        self.vectors[[self.row[name] for name in self.classes]] = self.names

    def draw(self, counts: dict[str, int]) -> list[Text]:
        """So many texts of each sort."""
        drawn: list[Text] = []
        for sort, count in counts.items():
            if sort in self.lists:
                drawn += self.chance.sample(self.lists[sort], min(count, len(self.lists[sort])))
            else:
                drawn += islice(self.endless[sort], count)
        return drawn

    def meant(self, drawn: Sequence[Text]) -> Tensor:
        """The vectors (N, E) that these texts are to have."""
        return self.vectors[[self.row[text.english] for text in drawn]]

    def nonsense(self) -> list[str]:
        return [texts.gibberish(self.chance) for _ in range(GIBBERISH)]


def captions(materials: Materials) -> list[Text]:
    """Captions of photos, and the names of emoji in both languages."""
    found = []
    for task in materials.corpus.train:
        if task.name == "emoji":
            for names in task.names:
                drawing = fill("a drawing of a {}", names[0])
                found += [Text(names[0], drawing), Text(drawing, drawing)]
        elif task.captions:
            found += [Text(caption, caption) for names in task.names for caption in names]
    return found


def read(tower: TextTower, tokenizer: Tokenizer, asked: Sequence[str]) -> Tensor:
    """Unit vectors (N, E). The longer third goes separately, so that one caption does not make all texts long."""
    lengths = np.array([len(tokenizer.tokens(text)) for text in asked])
    order = np.argsort(lengths, kind="stable")
    with torch.autocast("cpu", torch.bfloat16):
        parts = [
            tower(tokenizer([asked[i] for i in part])).float()
            for part in np.split(order, [2 * len(order) // 3])
            if len(part)
        ]
    return F.normalize(torch.cat(parts)[torch.from_numpy(order.argsort())], dim=-1)


def tower_groups(tower: TextTower, lr: float) -> list[dict[str, Any]]:
    """No decay for biases, gains and embeddings."""
    named = list(tower.named_parameters())
    decays = [parameter for name, parameter in named if parameter.ndim > 1 and "embedding" not in name]
    free = [parameter for name, parameter in named if parameter.ndim < 2 or "embedding" in name]
    return [{"params": decays, "lr": lr, "weight_decay": 0.02}, {"params": free, "lr": lr, "weight_decay": 0.0}]


class ReadingStage:
    """What is trained: the text tower, to have the teacher's vectors; what means nothing is to be near no name."""

    def __init__(self, materials: Materials, space: Space, tower: TextTower, tokenizer: Tokenizer) -> None:
        self.network, self.tokenizer = tower, tokenizer
        self.reader = Reader(materials, space, seed=1)
        self.words = materials.words
        own = [texts.canonical(word.name) for word in self.words]
        self.own = self.reader.vectors[[self.reader.row[name] for name in own]]

    def groups(self, lr: float) -> list[dict[str, Any]]:
        return tower_groups(self.network, lr)

    def losses(self) -> dict[str, Tensor]:
        drawn = self.reader.draw(BATCH)
        meant = self.reader.meant(drawn)
        vectors = read(self.network, self.tokenizer, [text.text for text in drawn] + self.reader.nonsense())
        told, nonsense = vectors[: len(drawn)], vectors[len(drawn) :]
        return {"imitation": imitation_loss(told, meant), "nonsense": F.relu(nonsense @ meant.T + 0.05).mean()}

    @torch.no_grad()
    def measure(self) -> dict[str, float]:
        """How many usual names come to lie nearest to their own word's vector, among all words."""
        found = {}
        for language in ("english", "korean"):
            names = [getattr(word, language)[0] for word in self.words]
            parts = [names[start : start + 512] for start in range(0, len(names), 512)]
            vectors = torch.cat([read(self.network, self.tokenizer, part) for part in parts])
            found[language] = float(((vectors @ self.own.T).argmax(1) == torch.arange(len(names))).float().mean())
        return found


class ScaledTower(nn.Module):
    """The text tower beside the temperature."""

    def __init__(self, tower: TextTower, scale: Tensor) -> None:
        """`scale` is the logarithm of 1/temperature."""
        super().__init__()
        self.text = tower
        self.logit_scale = nn.Parameter(scale.detach().clone())


class TuningStage:
    """What is trained: the text tower and the temperature, on vectors of images that the fitted image tower made.

    `images` (N, E) are those of the rows that have features.
    """

    def __init__(
        self, materials: Materials, space: Space, tower: TextTower, tokenizer: Tokenizer, images: Tensor, scale: Tensor
    ) -> None:
        self.materials, self.tokenizer, self.images = materials, tokenizer, images
        self.reader = Reader(materials, space, seed=2)
        self.network = ScaledTower(tower, scale)
        self.random = torch.Generator().manual_seed(1)

    def groups(self, lr: float) -> list[dict[str, Any]]:
        return [
            *tower_groups(self.network.text, lr),
            {"params": [self.network.logit_scale], "lr": lr, "weight_decay": 0.0},
        ]

    def losses(self) -> dict[str, Tensor]:
        """Each task's images near a wording of their names in either language; the classifier's shares over some of its
        names; the teacher's vectors still; what means nothing near no image."""
        materials, reader = self.materials, self.reader
        asked: list[str] = []
        drawn: list[tuple[Task, Tensor, slice, Tensor]] = []
        photos, rows = [], []
        for task in materials.train:
            chosen = torch.randint(len(task.rows), (max(4, round(task.share * IMAGES)),), generator=self.random).numpy()
            present, right = materials.asked(task, task.labels[chosen])
            images = self.images[materials.features.place[task.rows[chosen]]]
            drawn.append((task, images, slice(len(asked), len(asked) + len(present)), right))
            asked += [self._wording(task, task.names[label]) for label in present]
            if task.name in ("tiny_imagenet", "cifar100", "caltech"):
                photos.append(images)
                rows.append(task.rows[chosen])
        some = torch.randperm(len(reader.names), generator=self.random)[:NAMES]
        names = [next(texts.of_names([materials.class_words[i]], reader.chance)).text for i in some.tolist()]
        told = reader.draw({"names": 110, "kinds": 50, "nouns": 30, "combinations": 50})
        ends = [len(asked), len(asked) + len(names), len(asked) + len(names) + len(told)]
        vectors = read(
            self.network.text, self.tokenizer, [*asked, *names, *(text.text for text in told), *reader.nonsense()]
        )
        scale, answers = self.network.logit_scale.exp().clamp(max=MAX_SCALE), torch.zeros(())
        for task, images, part, right in drawn:
            own = vectors[part]
            if task.captions and len(own) == len(images):
                loss = contrastive_loss(images, own[right], scale)
            else:
                loss = answer_loss(images, own, right, scale)
            answers = answers + loss * len(images) / IMAGES
        seen = torch.cat(photos)
        shares = materials.classifier.shares(materials.features(np.concatenate(rows)))[:, some]
        known = shares.sum(1)
        sure = known > 0.3  # the image's own class is probably among them
        shares = shares[sure] / known[sure, None]
        targets = torch.cat([reader.names[some], reader.meant(told)])
        return {
            "answers": answers,
            "shares": 0.5 * shares_loss(seen[sure], vectors[ends[0] : ends[1]], scale, shares),
            "imitation": imitation_loss(vectors[ends[0] : ends[2]], targets),
            "nonsense": 10 * F.relu(vectors[ends[2] :] @ seen.T).mean(),
        }

    def _wording(self, task: Task, names: tuple[str, ...]) -> str:
        korean = None if task.captions or self.reader.chance.random() < 0.5 else self.materials.korean(names)
        if korean:
            return fill(self.reader.chance.choice(texts.KOREAN), korean)
        return wording(names, self.materials.templates(task), self.random)

    @torch.no_grad()
    def measure(self) -> dict[str, float]:
        """Top-1 of each held-out task in English, and in Korean under its name and "korean"."""
        found = {}
        for task in self.materials.measure:
            images = self.images[self.materials.features.place[task.rows]]
            for language, ending in (("en", ""), ("ko", " in Korean")):
                asked = [self.materials.sentences_about(task, names, language) for names in task.names]
                means = torch.stack([read(self.network.text, self.tokenizer, worded).mean(0) for worded in asked])
                best = (images @ F.normalize(means, dim=-1).T).argmax(1).numpy()
                found[task.name + ending] = float((best == task.labels).mean())
        return found
