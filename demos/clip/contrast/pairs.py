"""Images and their captions, drawn on the spot: two things of a colour and a shape, one above or beside the other.

A seed draws the same ones again, nothing is downloaded and nobody's pictures are used. The table is `pairs.toml`.
"""

import random
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

SIDE = 32  # pixels of an image that the tower sees
GROUND = (232, 228, 218)
AWAY, RADIUS = 0.235, 0.175  # of a thing from the middle, and of the thing, as parts of the image's side
JITTER = 0.06  # that a thing may be out of its place


def _read() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("pairs.toml").read_text(encoding="utf-8"))


TABLE = _read()
COLOURS, SHAPES, RELATIONS = (tuple(TABLE[part]) for part in ("colours", "shapes", "relations"))


@dataclass(frozen=True)
class Thing:
    """Names of pairs.toml."""

    colour: str
    shape: str


@dataclass(frozen=True)
class Scene:
    """`first` stands `relation` ("above") `second`."""

    first: Thing
    relation: str
    second: Thing

    @property
    def mirror(self) -> "Scene":
        """The same image in other words: what is above the other has the other below it."""
        return Scene(self.second, TABLE["relations"][self.relation]["mirror"], self.first)

    @property
    def swapped(self) -> "Scene":
        """The same words in another order: the other image that is hardest to tell from this one."""
        return Scene(self.second, self.relation, self.first)

    def caption(self, language: str) -> str:
        """“a red circle above a blue square”, or the same in Korean."""
        language = language if language in TABLE["caption"] else "en"

        def named(thing: Thing) -> str:
            return f"{TABLE['colours'][thing.colour][language]} {TABLE['shapes'][thing.shape][language]}"

        relation = TABLE["relations"][self.relation][language]
        sentence: str = TABLE["caption"][language].format(a=named(self.first), relation=relation, b=named(self.second))
        return sentence


@cache
def scenes() -> tuple[Scene, ...]:
    """All that can be drawn, in a fixed order."""
    things = [Thing(colour, shape) for colour in COLOURS for shape in SHAPES]
    return tuple(Scene(a, relation, b) for a in things for relation in RELATIONS for b in things if a != b)


def draw(scene: Scene, side: int = SIDE, chance: random.Random | None = None) -> NDArray[np.uint8]:
    """The image (side, side, 3). With `chance`, each thing is a little out of its place."""
    image = np.empty((side, side, 3), np.uint8)
    image[:] = GROUND
    step = TABLE["relations"][scene.relation]["step"]
    for thing, sign in ((scene.first, 1), (scene.second, -1)):
        middle = [0.5 + sign * AWAY * each + (chance.uniform(-JITTER, JITTER) if chance else 0) for each in step]
        image[_mask(thing.shape, middle, side)] = TABLE["colours"][thing.colour]["rgb"]
    return image


def _mask(shape: str, middle: Sequence[float], side: int) -> NDArray[np.bool_]:
    places = (np.arange(side) + 0.5) / side
    y, x = (places[:, None] - middle[0]) / RADIUS, (places[None] - middle[1]) / RADIUS  # −1 to 1 within the thing
    inside: dict[str, NDArray[np.bool_]]
    inside = {
        "circle": x**2 + y**2 <= 1,
        "square": np.maximum(abs(x), abs(y)) <= 0.86,
        "triangle": (y <= 0.85) & (2 * abs(x) <= y + 1.15),
        "cross": (np.minimum(abs(x), abs(y)) <= 0.32) & (np.maximum(abs(x), abs(y)) <= 1),
        "ring": (x**2 + y**2 <= 1) & (x**2 + y**2 >= 0.34),
    }
    return inside[shape]


def as_pixels(images: Sequence[NDArray[np.uint8]]) -> Tensor:
    """(N, 3, S, S), each colour from −1 to 1."""
    return torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).float() / 127.5 - 1


class Vocabulary:
    """The words of all captions in one language, and captions as tokens: a mark of the start, the words, of the end.

    The end has the highest number, as in CLIP: that is where the text tower reads the sentence.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        words = sorted({word for scene in scenes() for word in scene.caption(language).split()})
        self.words = ("<pad>", "<start>", *words, "<end>")
        self.numbers = {word: number for number, word in enumerate(self.words)}
        self.context = 2 + max(len(scene.caption(language).split()) for scene in scenes())

    def encode(self, captions: Sequence[str]) -> Tensor:
        """(N, T) token numbers, padded at the end. Raises KeyError for a word of no caption."""
        rows = torch.zeros(len(captions), self.context, dtype=torch.long)
        for row, caption in zip(rows, captions, strict=True):
            numbers = [self.numbers[word] for word in ("<start>", *caption.split(), "<end>")]
            row[: len(numbers)] = torch.tensor(numbers)
        return rows


def held_out(count: int, seed: int) -> list[Scene]:
    """`count` scenes to be tested with, the even ones at random and after each its swapped one: the hardest test."""
    chance = random.Random(seed)
    chosen: list[Scene] = []
    taken: set[Scene] = set()
    for scene in chance.sample(scenes(), len(scenes())):
        if len(chosen) >= count:
            break
        if taken.isdisjoint((scene, scene.swapped)):
            chosen += [scene, scene.swapped]
            for each in (scene, scene.swapped):
                taken |= {each, each.mirror}
    return chosen[:count]


def batches(size: int, seed: int, without: Sequence[Scene], swapped: bool = False) -> Iterator[list[Scene]]:
    """Scenes to train on, without end: none of `without` in either wording, and in a batch no image twice.

    With `swapped`, each scene comes with its swapped one: hard negatives, which only the order of the words tells apart
    (Yuksekgonul et al. 2023, "When and Why Vision-Language Models Behave like Bags-of-Words").
    """
    forbidden = {each for scene in without for each in (scene, scene.mirror)}
    known = [scene for scene in scenes() if scene not in forbidden]
    chance = random.Random(seed)
    while True:
        batch: list[Scene] = []
        seen: set[Scene] = set()
        for scene in chance.sample(known, min(len(known), 2 * size)):
            for each in (scene, scene.swapped) if swapped else (scene,):
                if each not in seen and len(batch) < size:
                    batch.append(each)
                    seen |= {each, each.mirror}
        yield batch
