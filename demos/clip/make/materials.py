"""What all stages are made from: images with questions about them, words in two languages, and the two teachers."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

import demos.common.models.torchvision_guard  # noqa: F401  (open_clip imports torchvision)
from demos.clip.corpus.tasks import Corpus, Task
from demos.clip.corpus.vocabulary import Word
from demos.clip.layers.classifier import Classifier
from demos.clip.make.features import Features
from demos.clip.make.sentences import Sentences
from demos.clip.prompts import fill, wordings

if TYPE_CHECKING:
    from demos.clip.make.space import Space

PHOTOS = frozenset(("tiny_imagenet", "cifar100", "caltech", "coco_mini", "kinds", "scenes"))
EMOJI = ("{}", "a drawing of a {}")
KEPT = {"tiny_imagenet": 0.5, "cifar100": 0.5}  # this part of the large sources has features


@dataclass(frozen=True)
class Materials:
    """`vocabulary` has its words by their usual English name; `nouns` are English ones besides; in `photos` are the
    tasks whose images the classifier has a say about."""

    corpus: Corpus
    features: Features
    classifier: Classifier
    sentences: Sentences
    vocabulary: dict[str, Word]
    nouns: tuple[str, ...]
    photos: frozenset[str] = PHOTOS

    @cached_property
    def train(self) -> tuple[Task, ...]:
        """The tasks to train on, of those images that have features, which share a batch of 1."""
        tasks = [self._with_features(task) for task in self.corpus.train]
        whole = sum(task.share for task in tasks)
        return tuple(replace(task, share=task.share / whole) for task in tasks)

    @cached_property
    def measure(self) -> tuple[Task, ...]:
        return tuple(self._with_features(task) for task in self.corpus.measure)

    @cached_property
    def class_words(self) -> list[Word]:
        """ImageNet's classes in the order of the classifier."""
        from open_clip.zero_shot_metadata import IMAGENET_CLASSNAMES

        return [self.vocabulary[name] for name in IMAGENET_CLASSNAMES]

    @cached_property
    def words(self) -> list[Word]:
        return list(self.vocabulary.values())

    @cached_property
    def by_name(self) -> dict[str, Word]:
        """Words by each of their English names; the first to have a name keeps it."""
        found: dict[str, Word] = {}
        for word in self.words:
            for name in word.english:
                found.setdefault(name.lower(), word)
        return found

    def _with_features(self, task: Task) -> Task:
        kept = self.features.has(task.rows)
        return replace(task, rows=task.rows[kept], labels=task.labels[kept])

    def templates(self, task: Task) -> tuple[str, ...]:
        """The task's; few for the many emoji, whose vectors are computed once for each."""
        return EMOJI if task.name == "emoji" else task.templates

    def asked(self, task: Task, labels: NDArray[Any]) -> tuple[NDArray[Any], Tensor]:
        """The labels that the images of a batch are compared with, and which of them is each image's own (B,): all of
        the task's, or those in the batch where each image has its own."""
        if task.captions:
            present, right = np.unique(labels, return_inverse=True)
            return present, torch.from_numpy(right)
        return np.arange(len(task.names)), torch.from_numpy(labels)

    @torch.no_grad()
    def class_vectors(self, space: "Space", task: Task, first_only: bool = False) -> Tensor:
        """For each name of the task the mean over its wordings and synonyms, at unit length, (M, E)."""
        means = []
        for names in task.names:
            worded = [
                fill(each, name) for name in (names[:1] if first_only else names) for each in self.templates(task)
            ]
            means.append(space.of_sentences(self.sentences(worded)).mean(0))
        return F.normalize(torch.stack(means), dim=-1)

    def korean(self, names: tuple[str, ...]) -> str | None:
        """The usual Korean name of what has these English names."""
        word = next((self.by_name[name.lower()] for name in names if name.lower() in self.by_name), None)
        return word.korean[0] if word else None

    def sentences_about(self, task: Task, names: tuple[str, ...], language: str) -> list[str]:
        """What is asked in "en" or "ko" about a name when the model is measured."""
        korean = self.korean(names) if language == "ko" else None
        return wordings(korean, KOREAN_TEMPLATES) if korean else [fill(each, names[0]) for each in task.templates]


KOREAN_TEMPLATES = ("{}", "{} 사진", "{}의 사진")


def rows_to_keep(corpus: Corpus, seed: int = 0) -> NDArray[Any]:
    """The rows that get features: all but a part of the largest sources' training images."""
    chance = np.random.default_rng(seed)
    kept = [task.rows for task in corpus.measure]
    for task in corpus.train:
        part = KEPT.get(task.name)
        kept.append(chance.permutation(task.rows)[: round(part * len(task.rows))] if part else task.rows[:0])
    large = np.concatenate([task.rows for task in corpus.train if task.name in KEPT])
    others = [np.setdiff1d(task.rows, large) for task in corpus.train if task.name not in KEPT]
    return np.unique(np.concatenate([*kept, *others]))
