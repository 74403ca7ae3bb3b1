"""Which images move a channel most: of each image the largest value that the channel has at any place.

So the units of a network were given a meaning first (Zeiler and Fergus 2014, section 4): one looks at what excites
them.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from torch import Tensor

from demos.clip import data
from demos.clip.data import File
from demos.clip.layers.stages import walk
from demos.clip.memory import Memory
from demos.clip.zero_shot import Matcher
from demos.common.errors import BadInput

MOST_KEPT = 20_000  # stages of images, for a model
_memories: "WeakKeyDictionary[Any, Memory]" = WeakKeyDictionary()  # by the model
_lock = threading.Lock()


@dataclass(frozen=True)
class Peak:
    """An image, and the largest value that the channel has in it."""

    file: File
    value: float


@dataclass(frozen=True)
class Ranking:
    """`done` of `total` images were looked at; `peaks` of them, the largest first."""

    peaks: tuple[Peak, ...]
    done: int
    total: int


def rank(matcher: Matcher, files: Sequence[File], stage: int, channel: int) -> Iterator[Ranking]:
    """How the images rank for one channel of a stage (0: the pixels), after each image that was not known.

    An image that is there twice counts once; one that cannot be read is left out.
    """
    memory = _memory(matcher)
    peaks: dict[str, Peak] = {}
    for done, file in enumerate(files, 1):
        new = False
        with suppress(BadInput):
            known = memory.get(f"{stage} {file.key}")
            if known is None:
                new, found = True, _peaks(matcher, file)
                memory.keep({f"{at} {file.key}": each for at, each in enumerate(found)}, MOST_KEPT)
                known = found[stage]
            peaks.setdefault(file.key, Peak(file, float(known[channel])))
        if new or done == len(files):
            ranked = tuple(sorted(peaks.values(), key=lambda peak: -peak.value))
            yield Ranking(ranked, done, len(files))


def _peaks(matcher: Matcher, file: File) -> list[Tensor]:
    """Of each stage the channels' largest values (C,), of the image's centre."""
    [pixels] = matcher.pixels(data.read(file, matcher.enough).image)
    tower = walk(matcher, pixels)
    if tower is None:
        raise BadInput("clip.layers_none", model=matcher.name)
    return [stage.maps.flatten(1).max(dim=1).values.clone() for stage in tower.stages]


def _memory(matcher: Matcher) -> Memory:
    with _lock:
        return _memories.setdefault(matcher.model, Memory())
