"""Whole folders of images: how often a model is right."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import torch
from torch import Tensor

from demos.clip import data
from demos.clip.data import LoadedImage
from demos.clip.zero_shot import BATCH, Matcher, top_accuracy
from demos.common.errors import BadInput


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


def encoded(matcher: Matcher, paths: Iterable[Path], skipped: list[str]) -> Iterator[tuple[Path, Tensor]]:
    """Each readable image with its unit vector (E,); a sentence goes to `skipped` for each of the others."""
    readable = _readable(paths, skipped)
    while part := list(islice(readable, BATCH)):
        vectors = matcher.encode_images([image for _, image in part])
        yield from ((path, vector) for (path, _), vector in zip(part, vectors, strict=True))


def _readable(paths: Iterable[Path], skipped: list[str]) -> Iterator[tuple[Path, LoadedImage]]:
    for path in paths:
        try:
            yield path, data.read(path)
        except BadInput as error:
            skipped.append(str(error))


def evaluate(matcher: Matcher, folder: Path, templates: tuple[str, ...]) -> Evaluation:
    """Zero-shot accuracy on FOLDER/<class name>/*; underscores in class names are read as spaces.

    A folder without an image that can be read is no class.

    Raises BadInput if the folder has no class folders with images.
    """
    if not folder.is_dir():
        raise BadInput("clip.no_such_folder", name=str(folder))
    classes = {path.name: data.images_in(path) for path in sorted(folder.iterdir()) if path.is_dir()}
    found = evaluate_classes(matcher, classes, templates)
    if found is None:
        raise BadInput("clip.no_classes", name=str(folder))
    return found


def evaluate_classes(
    matcher: Matcher, classes: Mapping[str, Iterable[Path]], templates: tuple[str, ...]
) -> Evaluation | None:
    """`evaluate` for the images of each class, None if no image can be read."""
    skipped: list[str] = []
    found: dict[str, list[Tensor]] = {}
    for name, paths in classes.items():
        if vectors := [vector for _, vector in encoded(matcher, paths, skipped)]:
            found[name] = vectors
    if not found:
        return None
    vectors = [vector for those in found.values() for vector in those]
    truth = [number for number, those in enumerate(found.values()) for _ in those]
    labels = [name.replace("_", " ") for name in found]
    images, right = torch.stack(vectors), torch.tensor(truth)
    texts = matcher.encode_labels(labels, templates)
    top = top_accuracy(images, texts, right)
    per_class = {
        name: top_accuracy(images[right == number], texts, right[right == number], (1,))[1]
        for number, name in enumerate(found)
    }
    return Evaluation(len(images), len(per_class), top[1], top[5], per_class, skipped)
