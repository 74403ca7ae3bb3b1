"""One visitor's labels by example: names, words, and example images as thumbnails and vectors.

An image is seen once and becomes a vector and a thumbnail; the image itself is forgotten. A model that is new here
makes its vectors of the thumbnails, which show the middle square that a model sees.
"""

import io
import threading
import tomllib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import torch
from PIL import Image, ImageOps
from torch import Tensor

from demos.clip import data
from demos.clip.data import File, LoadedImage
from demos.clip.gallery.saved import model_key
from demos.clip.images.photos import photos
from demos.clip.images.thumbnails import data_address
from demos.clip.prompts import MAX_LENGTH
from demos.clip.zero_shot import Matcher
from demos.common.errors import BadInput

OPENING = Path(__file__).with_name("opening.toml")
MOST_LABELS = 24
MOST_EXAMPLES = 16  # of a label
MOST_NAME = 200  # characters
MOST_MODELS = 2  # whose vectors are kept
SIDE = 256  # pixels of a thumbnail, which is a square
SMALL = 96


@dataclass(frozen=True)
class Example:
    """`key` is the sha256 of the image that was brought, `thumbnail` a JPEG of its middle, SIDE pixels square."""

    name: str
    key: str
    thumbnail: bytes

    @cached_property
    def small(self) -> str:
        """A data address of SMALL pixels a side, for the page."""
        image = as_image(self).image
        image.thumbnail((SMALL, SMALL), Image.Resampling.LANCZOS)
        return data_address(image)


@dataclass(frozen=True)
class ExampleLabel:
    """`number` is its own in the set; `words` what the text tower reads, empty for none."""

    number: int
    name: str
    words: str
    examples: tuple[Example, ...] = ()

    @property
    def known(self) -> bool:
        """Whether there is anything that makes the label."""
        return bool(self.words or self.examples)


class LabelSet:
    """Several threads may use it. `untouched` until the first label is there."""

    def __init__(self) -> None:
        self.untouched = True
        self._labels: dict[int, ExampleLabel] = {}
        self._next = 1
        self._vectors: OrderedDict[str, dict[str, Tensor]] = OrderedDict()  # by the model's key and the image's
        self._lock = threading.RLock()

    @property
    def labels(self) -> list[ExampleLabel]:
        """In their order."""
        with self._lock:
            return list(self._labels.values())

    def prepare(self, matcher: Matcher, language: str) -> None:
        """Let a new set hold the labels that the view opens with."""
        with self._lock:
            if self.untouched:
                self.bring_back(matcher, language)

    def bring_back(self, matcher: Matcher, language: str) -> None:
        """The labels that the view opens with, in place of all others."""
        files = {photo.file.name: photo.file for photo in photos()}
        with self._lock:
            self.replace([])
            for entry in tomllib.loads(OPENING.read_text(encoding="utf-8"))["label"]:
                label = self.add(entry["name"][language], entry["words"][language])
                found = [File(files[name]) for name in entry["photos"] if name in files]
                self.add_examples(matcher, label.number, found, [file.name for file in found])

    def add(self, name: str, words: str | None = None) -> ExampleLabel:
        """A new label, at first of its words alone, which are its name if none are given.

        Raises BadInput for a name or words that cannot be used, and for one label too many.
        """
        with self._lock:
            name = self._name(name)
            words = read_words(name if words is None else words)
            if len(self._labels) >= MOST_LABELS:
                raise BadInput("clip.examples_too_many_labels", limit=MOST_LABELS)
            label = ExampleLabel(self._next, name, words)
            self._labels[label.number] = label
            self._next += 1
            self.untouched = False
            return label

    def rename(self, number: int, name: str) -> None:
        """Raises BadInput."""
        with self._lock:
            label = self._labels.get(number)
            if label is not None:
                self._labels[number] = replace(label, name=self._name(name, number))

    def reword(self, number: int, words: str) -> None:
        """Raises BadInput."""
        with self._lock:
            label = self._labels.get(number)
            if label is not None:
                self._labels[number] = replace(label, words=read_words(words))

    def remove(self, number: int) -> None:
        """What is gone already is no mistake."""
        with self._lock:
            self._labels.pop(number, None)
            self._forget()

    def add_examples(
        self, matcher: Matcher, number: int, files: Sequence[File], names: Sequence[str]
    ) -> list[BadInput]:
        """Make images examples of a label, those apart that are; what is wrong with those that cannot be."""
        made, refused = [], []
        for file, name, vector in zip(files, names, matcher.encode_files(files), strict=True):
            try:
                if isinstance(vector, BadInput):
                    raise BadInput(vector.key, **vector.values | ({"name": name} if "name" in vector.values else {}))
                made.append((Example(name[-MOST_NAME:], file.key, thumbnail(data.read(file, SIDE).image)), vector[0]))
            except BadInput as error:
                refused.append(error)
        with self._lock:
            for example, vector in made:
                label = self._labels.get(number)
                if label is None or example.key in {each.key for each in label.examples}:
                    continue
                if len(label.examples) >= MOST_EXAMPLES:
                    refused.append(BadInput("clip.examples_full", name=label.name[:40], limit=MOST_EXAMPLES))
                    break
                self._labels[number] = replace(label, examples=(*label.examples, example))
                self._table(model_key(matcher))[example.key] = vector
        return refused

    def remove_example(self, number: int, key: str) -> None:
        """What is gone already is no mistake."""
        with self._lock:
            label = self._labels.get(number)
            if label is not None:
                left = tuple(each for each in label.examples if each.key != key)
                self._labels[number] = replace(label, examples=left)
                self._forget()

    def replace(
        self, labels: Sequence[ExampleLabel], vectors: dict[str, Tensor] | None = None, model: str = ""
    ) -> None:
        """Other labels in place of all; `vectors` are those of their examples by the model of that key, if known."""
        with self._lock:
            self._labels = {self._next + at: replace(label, number=self._next + at) for at, label in enumerate(labels)}
            self._next += len(labels)
            self._vectors.clear()
            if vectors:
                self._table(model).update(vectors)
            self.untouched = False

    def clear(self) -> None:
        """Forget everything."""
        self.replace([])

    def vectors(self, matcher: Matcher) -> tuple[list[str], Tensor]:
        """The keys of all examples, each once, and their unit vectors (n, E); what is new to the model is made."""
        examples = {each.key: each for label in self.labels for each in label.examples}
        with self._lock:
            known = dict(self._table(model_key(matcher)))
        missing = [each for key, each in examples.items() if key not in known]
        seen = matcher.encode_images([as_image(each) for each in missing]) if missing else ()
        fresh = {each.key: vector for each, vector in zip(missing, seen, strict=True)}
        with self._lock:
            self._table(model_key(matcher)).update(fresh)
        known |= fresh
        width = matcher.encode_labels(["image"], ("{}",)).shape[1]
        return list(examples), torch.stack([known[key] for key in examples]) if examples else torch.zeros(0, width)

    def _name(self, name: str, own: int | None = None) -> str:
        name = " ".join(name.split())
        if not name:
            raise BadInput("clip.examples_no_name")
        if len(name) > MOST_NAME:
            raise BadInput("clip.too_long", text=name[:40] + "…", limit=MOST_NAME)
        taken = {each.name.casefold() for each in self._labels.values() if each.number != own}
        if name.casefold() in taken:
            raise BadInput("clip.examples_name_taken", name=name[:40])
        return name

    def _table(self, model: str) -> dict[str, Tensor]:
        table = self._vectors.setdefault(model, {})
        self._vectors.move_to_end(model)
        while len(self._vectors) > MOST_MODELS:
            self._vectors.popitem(last=False)
        return table

    def _forget(self) -> None:
        """The vectors of images that are no example any more."""
        kept = {each.key for label in self._labels.values() for each in label.examples}
        for table in self._vectors.values():
            for key in table.keys() - kept:
                del table[key]


def read_words(words: str) -> str:
    """Words on one line. Raises BadInput if they are too many."""
    words = " ".join(words.split())
    if len(words) > MAX_LENGTH:
        raise BadInput("clip.too_long", text=words[:40] + "…", limit=MAX_LENGTH)
    return words


def thumbnail(image: Image.Image) -> bytes:
    """The middle square as a JPEG of SIDE pixels a side."""
    buffer = io.BytesIO()
    ImageOps.fit(image, (SIDE, SIDE), Image.Resampling.BICUBIC).save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def as_image(example: Example) -> LoadedImage:
    """An example as its thumbnail shows it."""
    with Image.open(io.BytesIO(example.thumbnail), formats=("JPEG",)) as opened:
        return LoadedImage(example.name, f"thumbnail {example.key}", opened.convert("RGB"))
