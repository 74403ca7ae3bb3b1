"""Whole folders of images: how often a model is right."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from demos.clip import data
from demos.clip.batch_encoding import Vectors, Workers, encode_parts, parts_of
from demos.clip.data import File
from demos.clip.zero_shot import Matcher, top_accuracy
from demos.common.errors import BadInput

Seen = Callable[[int, int], None]


@dataclass(frozen=True)
class Evaluation:
    """`top_1` and `top_5` in 0…1 over all images; `per_class` the top-1 of each class; `skipped` one sentence for
    each file that could not be read."""

    images: int
    classes: int
    top_1: float
    top_5: float
    per_class: dict[str, float]
    skipped: list[str]


def evaluate(
    matcher: Matcher,
    folder: Path,
    templates: tuple[str, ...],
    workers: Workers | None = None,
    seen: Seen | None = None,
) -> Evaluation:
    """Zero-shot accuracy on FOLDER/<class name>/*; underscores in class names are read as spaces.

    A folder without an image that can be read is no class. `workers` encode the images in place of the matcher, to the
    same bit on a processor. `seen` is told how many images of how many are done.

    Raises BadInput if the folder has no class folders with images.
    """
    if not folder.is_dir():
        raise BadInput("clip.no_such_folder", name=str(folder))
    classes = {path.name: data.images_in(path) for path in sorted(folder.iterdir()) if path.is_dir()}
    found = evaluate_classes(matcher, classes, templates, workers, seen)
    if found is None:
        raise BadInput("clip.no_classes", name=str(folder))
    return found


def evaluate_classes(
    matcher: Matcher,
    classes: Mapping[str, Iterable[Path]],
    templates: tuple[str, ...],
    workers: Workers | None = None,
    seen: Seen | None = None,
) -> Evaluation | None:
    """`evaluate` for the images of each class, None if no image can be read."""
    parts = [(name, part) for name, paths in classes.items() for part in parts_of(matcher, map(File, paths))]
    encoded: dict[int, Vectors] = {}
    done, total = 0, sum(len(part) for _, part in parts)
    for number, vectors in encode_parts(matcher, (part for _, part in parts), workers, whole=True):
        encoded[number], done = vectors, done + len(vectors)
        if seen:
            seen(done, total)
    skipped: list[str] = []
    found: dict[str, list[Tensor]] = {}
    for number, (name, _) in enumerate(parts):
        for answer in encoded[number]:
            if isinstance(answer, BadInput):
                skipped.append(str(answer))
            else:
                found.setdefault(name, []).append(torch.tensor(answer))
    if not found:
        return None
    every = [vector for those in found.values() for vector in those]
    truth = [number for number, those in enumerate(found.values()) for _ in those]
    labels = [name.replace("_", " ") for name in found]
    images, right = torch.stack(every), torch.tensor(truth)
    texts = matcher.encode_labels(labels, templates)
    top = top_accuracy(images, texts, right)
    per_class = {
        name: top_accuracy(images[right == number], texts, right[right == number], (1,))[1]
        for number, name in enumerate(found)
    }
    return Evaluation(len(images), len(per_class), top[1], top[5], per_class, skipped)
