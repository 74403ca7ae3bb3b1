"""Many images' vectors, part by part: by a model that is open here, or by one that each of Ray's workers opens."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from demos.clip import data
from demos.clip.data import File, LoadedImage
from demos.clip.models import registry
from demos.clip.zero_shot import Matcher
from demos.common.batch import Here, map_unordered
from demos.common.device import select_device
from demos.common.errors import BadInput

Vectors = list[NDArray[np.float32] | BadInput]


def of_files(matcher: Matcher, files: Sequence[File]) -> Vectors:
    """For each file a unit vector (E,), or why it cannot be read. Large JPEGs are read at a fraction of their size."""
    return [found if isinstance(found, BadInput) else found[0].numpy() for found in matcher.encode_files(files)]


def of_whole_files(matcher: Matcher, files: Sequence[File]) -> Vectors:
    """The same of images read in their full size."""
    read = [_read(file) for file in files]
    images = [image for image in read if isinstance(image, LoadedImage)]
    vectors = iter(matcher.encode_images(images) if images else ())
    return [image if isinstance(image, BadInput) else next(vectors).numpy() for image in read]


def _read(file: File) -> LoadedImage | BadInput:
    try:
        return data.read(file)
    except BadInput as error:
        return error


@dataclass(frozen=True)
class EncodeThere:
    """`of_files`, or `of_whole_files` if `whole`, by the model of that name, opened on a worker's processor."""

    model: str
    offline: bool
    local: bool
    whole: bool = False

    def open(self) -> Callable[[Sequence[File]], Vectors]:
        *_, matcher = registry.open_with_progress(self.model, select_device("cpu"), self.offline, local=self.local)
        assert isinstance(matcher, Matcher)
        return partial(of_whole_files if self.whole else of_files, matcher)


@dataclass(frozen=True)
class Workers:
    """Who encodes: Ray's workers at `ray` ("local" or HOST:PORT). The others are what `open_with_progress` takes."""

    ray: str
    model: str
    offline: bool
    local: bool = False
    count: int | None = None  # of local workers; None: as many as cores


def encode_parts(
    matcher: Matcher, parts: Iterable[Sequence[File]], workers: Workers | None, whole: bool = False
) -> Iterator[tuple[int, Vectors]]:
    """The number of each part and its files' vectors, as they are done; by the matcher in order."""
    if workers is None:
        return map_unordered(Here(partial(of_whole_files if whole else of_files, matcher)), parts)
    named = ([File(file.path.absolute()) for file in part] for part in parts)  # a worker stands in another folder
    there = EncodeThere(workers.model, workers.offline, workers.local, whole)
    return map_unordered(there, named, workers.ray, workers.count)
