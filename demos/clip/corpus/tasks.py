"""What a training learns from: images, and the questions asked about them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[Any]  # (N,) integers, or truth values
EVERY_TENTH = 10  # PACS has no split of its own: each tenth image is kept for measuring


@dataclass(frozen=True)
class Task:
    """`rows` (N,) point into `Corpus.images`; `labels` (N,) into `names`, each a list of synonyms or captions.

    `share` is this task's part of a training batch. With `captions` nearly each image
    has words of its own, and the words compete for the images too.
    """

    name: str
    rows: Rows
    labels: Rows
    names: tuple[tuple[str, ...], ...]
    templates: tuple[str, ...]
    share: float
    captions: bool = False


@dataclass(frozen=True)
class Geometry:
    """Everyday nouns (each with synonyms) and the text embedding (N, D) that a large CLIP gives them."""

    names: tuple[tuple[str, ...], ...]
    embedding: NDArray[np.float32]


@dataclass(frozen=True)
class Corpus:
    """`images` (N, 64, 64, 3) uint8; tasks to train on, tasks to measure on (images never trained on)."""

    images: NDArray[np.uint8]
    train: tuple[Task, ...]
    measure: tuple[Task, ...]
    geometry: Geometry


def compact(task: Task) -> Task:
    """The task without names that no image has."""
    used = np.unique(task.labels)
    names = tuple(task.names[label] for label in used)
    return Task(
        task.name, task.rows, np.searchsorted(used, task.labels), names, task.templates, task.share, task.captions
    )


def keep(task: Task, wanted: Callable[[int], bool]) -> Task:
    """The part of the task whose labels are wanted."""
    wished = np.array([wanted(label) for label in task.labels])
    return compact(subset(task, wished, task.share))


def subset(task: Task, wished: Rows, share: float) -> Task:
    """The part of the task where `wished` (N,) is true, with another share of the batch."""
    return Task(task.name, task.rows[wished], task.labels[wished], task.names, task.templates, share, task.captions)


def renamed(task: Task, name: str) -> Task:
    """The same task under another name."""
    return Task(name, task.rows, task.labels, task.names, task.templates, task.share, task.captions)


def tenths(task: Task, kept: bool, share: float) -> Task:
    """Each tenth image of the task if they are to be `kept` for measuring, else all others."""
    return subset(task, (np.arange(len(task.rows)) % EVERY_TENTH == 0) == kept, share)
