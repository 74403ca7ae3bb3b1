"""Makes weights/posture/exercise.safetensors: a network that learns from nothing but the synthetic athlete.

Real people are for measuring only, so what the card says about them was measured on people never seen.
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import torch

from demos.posture import learn
from demos.posture.athlete.examples import examples
from demos.posture.exercises import OTHER, exercises
from demos.posture.learn import Examples, Progress

VALIDATION_SEEDS = 10_000_000  # performances from this seed on are never trained on


def classes_to_learn() -> tuple[str, ...]:
    """Every exercise that the athlete can do and a network should know, and what is none."""
    return (*(slug for slug, exercise in exercises().items() if exercise.movement and exercise.recognise), OTHER)


def dataset(first_seed: int, performances: int, classes: Sequence[str]) -> Iterator[Examples]:
    """Windows (N, T, F) and class numbers (N,) of one performance after the other."""
    for seed in range(first_seed, first_seed + performances):
        found = examples(seed, classes)
        if found:
            windows, labels = zip(*found, strict=True)
            yield torch.from_numpy(np.stack(windows)), torch.tensor([classes.index(label) for label in labels])


def train(
    *,
    performances: int = 2400,
    validation: int = 360,
    steps: int = 3000,
    batch: int = 256,
    lr: float = 3e-3,
    seed: int = 0,
) -> Iterator[Progress]:
    """Make examples of all exercises, then learn from them; yields every 50 performances and every 100 steps."""
    classes = classes_to_learn()
    made: list[Examples] = []
    for done, pair in enumerate(dataset(seed * 100_000, performances, classes)):
        made.append(pair)
        if done % 50 == 0:
            yield Progress("performing", done, performances)
    unseen = joined(dataset(VALIDATION_SEEDS, validation, classes))
    yield from learn.train(classes, joined(made), unseen, steps=steps, batch=batch, lr=lr, seed=seed)


def joined(parts: Iterable[Examples]) -> Examples:
    """All examples as one pair of tensors."""
    windows, labels = zip(*parts, strict=True)
    return torch.cat(windows), torch.cat(labels)
