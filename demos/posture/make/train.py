"""Makes weights/posture/exercise.safetensors: a network that learns from nothing but the synthetic athlete.

Real people are for measuring only, so what the card says about them was measured on people never seen.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

import numpy as np
import torch

from demos.posture import learn
from demos.posture.athlete.examples import Example, examples
from demos.posture.athlete.movement import faults_of
from demos.posture.exercises import OTHER, exercises
from demos.posture.learn import Examples, Progress

VALIDATION_SEEDS = 10_000_000  # performances from this seed on are never trained on


def classes_to_learn() -> tuple[str, ...]:
    """Every exercise that the athlete can do and a network should know, and what is none."""
    return (*(slug for slug, exercise in exercises().items() if exercise.movement and exercise.recognise), OTHER)


def faults_to_learn(classes: Sequence[str]) -> tuple[str, ...]:
    """The named faults of all these exercises, as "squat:knees_in"."""
    return tuple(f"{slug}:{fault}" for slug in classes if slug != OTHER for fault in faults_of(slug))


def dataset(first_seed: int, performances: int, classes: Sequence[str]) -> Iterator[Examples]:
    """The examples of one performance after the other, made on all cores; their order is that of the seeds."""
    faults = faults_to_learn(classes)
    seeds = range(first_seed, first_seed + performances)
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        for found in pool.map(partial(examples, classes=classes), seeds, chunksize=8):
            if found:
                yield as_tensors(found, classes, faults)


def as_tensors(found: Sequence[Example], classes: Sequence[str], faults: Sequence[str]) -> Examples:
    """Examples whose labels are the numbers of `classes`, the columns of their faults `faults`."""
    known = np.full((len(found), len(faults)), np.nan, np.float32)
    for row, example in zip(known, found, strict=True):
        for name, made in example.faults.items():
            row[faults.index(f"{example.label}:{name}")] = made
    return Examples(
        torch.from_numpy(np.stack([example.window for example in found])),
        torch.tensor([classes.index(example.label) for example in found]),
        torch.from_numpy(np.stack([example.phase for example in found]).astype(np.float32)),
        torch.from_numpy(known),
    )


def train(
    *,
    performances: int = 8000,
    validation: int = 600,
    steps: int = 5000,
    batch: int = 256,
    lr: float = 3e-3,
    seed: int = 0,
) -> Iterator[Progress]:
    """Make examples of all exercises, then learn from them; yields every 50 performances and every 100 steps."""
    classes = classes_to_learn()
    made: list[Examples] = []
    for done, examples_of_one in enumerate(dataset(seed * 1_000_000, performances, classes)):
        made.append(examples_of_one)
        if done % 50 == 0:
            yield Progress("performing", done, performances)
    unseen = joined(dataset(VALIDATION_SEEDS, validation, classes))
    learning = learn.train(
        classes, faults_to_learn(classes), joined(made), unseen, steps=steps, batch=batch, lr=lr, seed=seed
    )
    yield from learning


def joined(parts: Iterable[Examples]) -> Examples:
    """All examples as one."""
    return Examples(*(torch.cat(column) for column in zip(*parts, strict=True)))
