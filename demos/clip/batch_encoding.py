"""Many images' vectors, part by part: by a model that is open here, or by one that each of Ray's workers opens."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice

import numpy as np
import torch
from numpy.typing import NDArray

from demos.clip import data
from demos.clip.data import File, LoadedImage
from demos.clip.models import registry
from demos.clip.zero_shot import Matcher
from demos.common.errors import BadInput
from demos.common.scheduling.batch import map_in_threads, map_unordered
from demos.common.scheduling.cores import cores

PART = 16  # files, on a processor: a folder of a hundred keeps several cores busy
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
        here = torch.device("cpu")  # select_device would give torch all cores, and a worker has one
        *_, matcher = registry.open_with_progress(self.model, here, self.offline, local=self.local)
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


def parts_of(matcher: Matcher, files: Iterable[File]) -> Iterator[list[File]]:
    """The files in parts, each as many as one of those who encode takes at a time."""
    rest, size = iter(files), max(PART, matcher.at_once)
    while part := list(islice(rest, size)):
        yield part


def encode_parts(
    matcher: Matcher, parts: Iterable[Sequence[File]], workers: Workers | None, whole: bool = False
) -> Iterator[tuple[int, Vectors]]:
    """The number of each part and its files' vectors, as they are done; by the matcher in order.

    On a processor each part is computed on one thread, by whom ever: the same to the bit, and several parts at a time.
    """
    if workers is None:
        do = partial(of_whole_files if whole else of_files, matcher)
        return enumerate(map_in_threads(do, parts, cores()) if matcher.device.type == "cpu" else map(do, parts))
    named = ([File(file.path.absolute()) for file in part] for part in parts)  # a worker stands in another folder
    there = EncodeThere(workers.model, workers.offline, workers.local, whole)
    return map_unordered(there, named, workers.ray, workers.count)
