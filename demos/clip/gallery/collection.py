"""One visitor's images: their names, and their vectors by content for the models that were asked last.

The images themselves stay in the visitor's page: they are sent once, made smaller, become a vector, and are forgotten.
"""

import re
import tempfile
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from demos.clip import data
from demos.clip.data import File
from demos.clip.gallery import saved
from demos.clip.gallery.batch import Sent
from demos.clip.gallery.duplicates import cut_off, groups
from demos.clip.gallery.vectors import Floats, VectorTable
from demos.clip.images.photos import photos
from demos.clip.images.thumbnails import thumbnail
from demos.clip.read_ahead import IMAGES, takes_long
from demos.clip.zero_shot import Matcher
from demos.common.errors import BadInput
from demos.common.whole_file import said_when_full

MOST_IMAGES = 5_000
MOST_MODELS = 2  # whose vectors are kept
KEEP_EVERY = 10.0  # seconds between two writings of the vectors that are to outlive the visit
LONGEST_NAME = 160  # characters
SIDE = 320  # pixels of the thumbnails of images that the page cannot show itself
UNREADABLE = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True)
class Item:
    """An image of the collection. `name` is unique in it; `key` the sha256 of what was sent; `thumbnail` a data address
    for an image that the page cannot show."""

    number: int
    name: str
    key: str
    thumbnail: str = ""


@dataclass(frozen=True)
class Failed:
    """An image that could not be read, and why."""

    number: int
    name: str
    error: BadInput


@dataclass
class Collection:
    """`items` by their number; those of the photos that come with the app count from −1 downwards.

    `kept` is the folder in which their vectors outlive them (`saved.py`); None keeps none.
    """

    kept: Path | None = None
    items: dict[int, Item] = field(default_factory=dict)
    untouched: bool = True  # nothing was put in or taken out yet
    _tables: "OrderedDict[str, VectorTable]" = field(default_factory=OrderedDict)  # by the model
    _alike: tuple[Any, list[list[int]]] = (None, [])  # of what, and its groups
    _kept_at: float = 0.0  # when the vectors were kept last, in seconds of the monotonic clock
    _unkept: bool = False  # whether there are new ones since

    def add(self, matcher: Matcher, sent: Sequence[Sent]) -> list[Item | Failed]:
        """Add images, or for a model that has not seen them yet send them again: by the same number.

        Only contents that are new to the model are computed. What cannot be read, or is one too many, gets its reason.
        """
        self.untouched = False
        answers: list[Item | Failed] = []
        with said_when_full(), tempfile.TemporaryDirectory() as folder:
            files: dict[int, File] = {}
            for each in sent:
                place = Path(folder) / str(len(files))
                place.write_bytes(each.content)
                files[each.number] = File(place)
            failed = self._encode(matcher, list(files.values()))
            for each in sent:
                file = files[each.number]
                name = readable(each.name)
                error = failed.get(file)
                if error is None and each.number not in self.items and len(self.items) >= MOST_IMAGES:
                    error = BadInput("clip.gallery_full", limit=f"{MOST_IMAGES:,}")
                if error is not None:
                    values = error.values | ({"name": name} if "name" in error.values else {})
                    answers.append(Failed(each.number, name, BadInput(error.key, **values)))
                    continue
                shown = "" if each.shown else thumbnail(data.read(file, SIDE), SIDE)
                answers.append(self._enter(each.number, name, file.key, shown))
        return answers

    def prepare(self, matcher: Matcher) -> None:
        """Let a new collection hold the photos of the app, and a model that is new here see those that are in it."""
        unseen = {-1 - number for number in self.unseen_by(matcher) if number < 0}
        if self.untouched or unseen:
            self._add_photos(matcher, None if self.untouched else unseen)

    def preparing(self, matcher: Matcher, all_photos: bool = False) -> Iterator[None]:
        """`prepare`, or with `all_photos` `add_photos`, a few photos at a time."""
        wanted = self._unprepared(matcher, all_photos or self.untouched)
        for start in range(0, len(wanted), IMAGES):
            self._encode(matcher, [File(photos()[at].file) for at in wanted[start : start + IMAGES]])
            yield None
        (self.add_photos if all_photos else self.prepare)(matcher)

    def takes_long(self, matcher: Matcher, all_photos: bool = False) -> bool:
        """Whether `preparing` may take over a second."""
        files = [File(photos()[at].file) for at in self._unprepared(matcher, all_photos or self.untouched)]
        return takes_long(matcher, len(matcher.unread_files(files)))  # others may have had them read

    def _unprepared(self, matcher: Matcher, all_photos: bool) -> list[int]:
        """The places in photos.toml of those that the model has still to see."""
        if all_photos:
            table = self._table(matcher)
            return [at for at, photo in enumerate(photos()) if File(photo.file).key not in table]
        return [-1 - number for number in self.unseen_by(matcher) if number < 0]

    def add_photos(self, matcher: Matcher) -> None:
        """Add the photos that come with the app."""
        self._add_photos(matcher, None)

    def _add_photos(self, matcher: Matcher, wanted: set[int] | None) -> None:
        """Those at the `wanted` places of photos.toml; None for all."""
        self.untouched = False
        files = {at: File(photo.file) for at, photo in enumerate(photos()) if wanted is None or at in wanted}
        self._encode(matcher, list(files.values()))
        for at, file in files.items():
            self._enter(-1 - at, file.name, file.key, thumbnail(data.read(file), SIDE))

    def remove(self, numbers: Sequence[int]) -> None:
        """Take images out; what has no such number is out already."""
        for number in numbers:
            self.items.pop(number, None)

    def make_way(self) -> None:
        """Whoever brings the first images of their own looks for those: the photos of the app are taken out."""
        if not any(number >= 0 for number in self.items):
            self.remove(list(self.items))

    def clear(self) -> None:
        """Forget everything, but for the vectors that are to be kept."""
        self.untouched = False
        self._keep()
        self.items.clear()
        self._tables.clear()

    def seen_by(self, matcher: Matcher) -> tuple[list[Item], Floats]:
        """The images that this model has seen, and their unit vectors (N, E), in the same order."""
        table = self._table(matcher)
        items = [item for item in list(self.items.values()) if item.key in table]
        return items, table.matrix[table.rows([item.key for item in items])]

    def unseen_by(self, matcher: Matcher) -> list[int]:
        """The numbers of the images that would have to be sent again for this model."""
        table = self._table(matcher)
        return [number for number, item in list(self.items.items()) if item.key not in table]

    def alike(self, matcher: Matcher, items: Sequence[Item], images: Floats) -> list[list[int]]:
        """Which of the images that `seen_by` gave are nearly the same, group by group; computed once for the same."""
        of = (saved.model_key(matcher), tuple(item.key for item in items))
        known, found = self._alike
        if known != of:
            found = groups(images, cut_off(matcher))
            self._alike = (of, found)
        return found

    def called(self, name: str) -> Item | None:
        return next((item for item in list(self.items.values()) if item.name == name), None)

    def _enter(self, number: int, name: str, key: str, shown: str) -> Item:
        known = self.items.get(number)
        if known is not None and known.key == key:
            return known
        taken = {item.name for item in self.items.values()}
        path, again, unique = PurePosixPath(name), 1, name
        while unique in taken:
            again += 1
            unique = str(path.with_name(f"{path.stem} ({again}){path.suffix}"))
        self.items[number] = Item(number, unique, key, shown)
        return self.items[number]

    def _encode(self, matcher: Matcher, files: Sequence[File]) -> dict[File, BadInput]:
        """Let the table of this model hold the files' contents; what is wrong with those that cannot be read."""
        table = self._table(matcher)
        failed: dict[File, BadInput] = {}
        new: list[File] = []
        for file in files:
            try:
                if file.key not in table:
                    new.append(file)
            except BadInput as error:
                failed[file] = error
        for file, vector in zip(new, matcher.encode_files(new), strict=True):
            if isinstance(vector, BadInput):
                failed[file] = vector
            else:
                table.add([file.key], vector.numpy())
                self._unkept = True
        if time.monotonic() - self._kept_at > KEEP_EVERY:
            self._keep()
        return failed

    def _keep(self) -> None:
        """Keep the vectors that every model has computed."""
        if self.kept and self._unkept:
            for model, table in list(self._tables.items()):
                saved.keep(self.kept, model, table)
            self._kept_at, self._unkept = time.monotonic(), False

    def _table(self, matcher: Matcher) -> VectorTable:
        model = saved.model_key(matcher)
        table = self._tables.get(model)
        if table is None:
            dimensions = matcher.encode_labels(["image"], ("{}",)).shape[1]
            table = saved.load(self.kept, model, dimensions) if self.kept else VectorTable(dimensions)
            table = self._tables.setdefault(model, table)
        elif len(table) > 2 * MOST_IMAGES:  # most are of images that were taken out
            table = self._tables[model] = self._without_the_removed(table)
        self._tables.move_to_end(model)
        while len(self._tables) > MOST_MODELS:
            self._tables.popitem(last=False)
        return table

    def _without_the_removed(self, table: VectorTable) -> VectorTable:
        kept = list(dict.fromkeys(item.key for item in list(self.items.values()) if item.key in table))
        fresh = VectorTable(table.dimensions)
        fresh.add(kept, table.matrix[table.rows(kept)])
        return fresh


def readable(name: str) -> str:
    """A name for people, which may stand in square brackets in a query: one line, not too long, a name of no folder."""
    name = " ".join(UNREADABLE.sub(" ", name).split()).replace("[", "(").replace("]", ")").strip("/. ")
    return name[-LONGEST_NAME:] or "image"
