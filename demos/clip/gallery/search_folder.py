"""Search a folder on this machine; what was computed for it once is kept."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from demos.clip import data
from demos.clip.data import File, LoadedImage
from demos.clip.gallery import cut_offs, query, ranking, saved
from demos.clip.gallery.query import Term
from demos.clip.gallery.vectors import Floats, VectorTable
from demos.clip.zero_shot import BATCH, Matcher
from demos.common import validate
from demos.common.errors import BadInput

MOST_FOUND = 1_000_000  # images that a search gives
KEEP_EVERY = 2_000  # images after which what was computed so far is kept
MOST_PIXELS = 24_000_000  # unpacked at once
ENOUGH = 448  # pixels of the shorter side: a large JPEG is read no larger than that needs


@dataclass(frozen=True)
class Progress:
    """So many of so many images have a vector."""

    done: int
    total: int


@dataclass(frozen=True)
class Found:
    """An image, its cosine to the query, and whether it fits the query's words at all (None without words)."""

    image: str
    similarity: float
    fits: bool | None


@dataclass(frozen=True)
class Answer:
    """The images found; how many were looked at, and for how many of them a vector was `computed`, not kept from
    before; a sentence in `skipped` for each file that could not be read."""

    found: list[Found]
    images: int
    computed: int
    skipped: list[str]


@dataclass
class FolderIndex:
    """The vectors of a folder's images: `paths` and `keys` of those that could be read, in order."""

    table: VectorTable
    paths: list[Path] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    computed: int = 0


def search(
    matcher: Matcher, folder: Path, wanted: str, top: int, kept: Path | None = None
) -> Iterator[Progress | Answer]:
    """Progress, then the `top` images below `folder` that fit the query best.

    An image in the query is a path, or a name in the folder. `kept` is the folder of kept vectors; None keeps none.
    Raises BadInput for a query that cannot be read, top < 1, and a folder without images that can be read.
    """
    terms = query.parse(wanted)
    validate.whole("top", top, 1, MOST_FOUND)
    words = _words(matcher, terms)  # refuse before the long work begins
    index = FolderIndex(VectorTable(words.shape[1]))
    yield from _indexed(matcher, folder, index, kept)
    if not index.keys:
        raise BadInput("clip.no_images", name=str(folder))
    vectors = _with_images(matcher, terms, words, folder)
    images = index.table.matrix[index.table.rows(index.keys)]
    level = cut_offs.background_level(images, cut_offs.background(matcher), matcher.scale)
    fit = cut_offs.measured(matcher).fit
    ranked = ranking.rank(images, terms, vectors, level, matcher.scale, fit, top)
    found = [Found(str(index.paths[each.row]), each.similarity, each.fits) for each in ranked]
    yield Answer(found, len(index.keys), index.computed, index.skipped)


def _words(matcher: Matcher, terms: list[Term]) -> Floats:
    """The unit vectors (T, E) of the terms; a row for an image is still to be filled."""
    vectors: Floats = matcher.encode_labels([term.text for term in terms], cut_offs.ALONE).numpy()
    return vectors


def _with_images(matcher: Matcher, terms: list[Term], words: Floats, folder: Path) -> Floats:
    vectors = words.copy()
    for at, term in enumerate(terms):
        if term.is_image:
            places = [Path(term.text), folder / term.text]
            place = next((place for place in places if place.is_file()), None)
            if place is None:
                raise BadInput("clip.query_no_image", name=term.text)
            vectors[at] = matcher.encode_images([data.read(place, ENOUGH)])[0].numpy()
    return vectors


def _indexed(matcher: Matcher, folder: Path, index: FolderIndex, kept: Path | None) -> Iterator[Progress]:
    """Fill `index` with the images of the folder, computing the vectors of those alone that are not kept."""
    files = [File(path) for path in data.images_in(folder)]
    model = saved.model_key(matcher)
    contents = saved.Contents(kept) if kept else None
    if kept:
        index.table = saved.load(kept, model, index.table.dimensions)
    unsaved = 0
    try:
        rest = iter(files)
        while part := list(islice(rest, BATCH)):
            computed = _add(matcher, part, index, contents)
            index.computed, unsaved = index.computed + computed, unsaved + computed
            yield Progress(len(index.keys) + len(index.skipped), len(files))
            if kept and unsaved >= KEEP_EVERY:
                saved.keep(kept, model, index.table)
                unsaved = 0
    finally:  # also if it is stopped
        if kept and unsaved:
            saved.keep(kept, model, index.table)
        if kept and contents and files:
            contents.keep()


def _add(matcher: Matcher, files: list[File], index: FolderIndex, contents: saved.Contents | None) -> int:
    """Add these files to the index; how many of their contents were new."""
    new: dict[str, LoadedImage] = {}
    computed = 0

    def encode() -> None:
        if new:
            index.table.add(list(new), matcher.encode_images(list(new.values())).numpy())
            new.clear()

    for file in files:
        try:
            key = contents.key(file) if contents else file.key
            if key not in index.table and key not in new:
                new[key] = data.read(file, ENOUGH)
                computed += 1
        except BadInput as error:
            index.skipped.append(str(error))
            continue
        index.paths.append(file.path)
        index.keys.append(key)
        if sum(image.image.width * image.image.height for image in new.values()) > MOST_PIXELS:
            encode()
    encode()
    return computed
