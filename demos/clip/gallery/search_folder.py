"""Search a folder on this machine; what was computed for it once is kept."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from demos.clip import data
from demos.clip.batch_encoding import Workers, encode_parts, parts_of
from demos.clip.data import File
from demos.clip.gallery import query, ranking, saved
from demos.clip.gallery.query import Term
from demos.clip.gallery.vectors import Floats, VectorTable
from demos.clip.zero_shot import Matcher
from demos.common import validate
from demos.common.errors import BadInput

MOST_FOUND = 1_000_000  # images that a search gives
KEEP_EVERY = 2_000  # images after which what was computed so far is kept


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
    matcher: Matcher,
    folder: Path,
    wanted: str,
    top: int,
    kept: Path | None = None,
    workers: Workers | None = None,
) -> Iterator[Progress | Answer]:
    """Progress, then the `top` images below `folder` that fit the query best.

    An image in the query is a path, or a name in the folder. `kept` is the folder of kept vectors; None keeps none.
    `workers` encode what is new in place of the matcher, to the same bit on a processor.
    Raises BadInput for a query that cannot be read, top < 1, and a folder without images that can be read.
    """

    def named(name: str) -> Path | None:
        return next((place for place in (Path(name), folder / name) if place.is_file()), None)

    try:
        yield from search_files(matcher, map(File, data.images_in(folder)), wanted, top, named, kept, workers)
    except NoImages as none:
        raise BadInput("clip.no_images", name=str(folder)) from none


class NoImages(ValueError):
    """None of the files is an image that can be read."""


def search_files(
    matcher: Matcher,
    files: Iterable[File],
    wanted: str,
    top: int,
    named: Callable[[str], Path | None],
    kept: Path | None = None,
    workers: Workers | None = None,
) -> Iterator[Progress | Answer]:
    """`search` among `files`. `named` says which file an image in the query is. Raises NoImages, too."""
    terms = query.parse(wanted)
    validate.whole("top", top, 1, MOST_FOUND)
    words = ranking.encode(matcher, terms)
    index = FolderIndex(VectorTable(words.shape[1]))
    yield from _indexed(matcher, list(files), index, kept, workers)
    if not index.keys:
        raise NoImages
    vectors = _with_images(matcher, terms, words, named)
    images = index.table.matrix[index.table.rows(index.keys)]
    ranked = ranking.rank(matcher, images, terms, vectors, top)
    found = [Found(str(index.paths[each.row]), each.similarity, each.fits) for each in ranked]
    yield Answer(found, len(index.keys), index.computed, index.skipped)


def _with_images(matcher: Matcher, terms: list[Term], words: Floats, named: Callable[[str], Path | None]) -> Floats:
    """The terms' unit vectors (T, E), those of its images too."""
    vectors = words.copy()
    for at, term in enumerate(terms):
        if term.is_image:
            place = named(term.text)
            if place is None:
                raise BadInput("clip.query_no_image", name=term.text)
            [vector] = matcher.encode_files([File(place)])
            if isinstance(vector, BadInput):
                raise vector
            vectors[at] = vector[0].numpy()
    return vectors


def _indexed(
    matcher: Matcher, files: list[File], index: FolderIndex, kept: Path | None, workers: Workers | None
) -> Iterator[Progress]:
    """Fill `index` with the images, computing the vectors of those alone that are not kept."""
    model = saved.model_key(matcher)
    contents = saved.Contents(kept) if kept else None
    if kept:
        index.table = saved.load(kept, model, index.table.dimensions)
    parts = Parts(parts_of(matcher, files), index.table, contents)
    unreadable: dict[str, BadInput] = {}
    done = unsaved = 0
    try:
        for number, vectors in encode_parts(matcher, parts.new(), workers):
            for key, vector in zip(parts.keys_of[number], vectors, strict=True):
                if isinstance(vector, BadInput):
                    unreadable[key] = vector
                else:
                    index.table.add([key], vector[None])
                    index.computed, unsaved = index.computed + 1, unsaved + 1
            done += parts.files_in[number]
            yield Progress(done, len(files))
            if kept and unsaved >= KEEP_EVERY:
                saved.keep(kept, model, index.table)
                unsaved = 0
    finally:  # also if it is stopped
        if kept and unsaved:
            saved.keep(kept, model, index.table)
        if kept and contents and files:
            contents.keep()
    for file, found in zip(files, parts.keys, strict=True):
        if isinstance(found, BadInput):
            index.skipped.append(str(found))
        elif found in unreadable:
            index.skipped.append(_of(unreadable[found], file))
        else:
            index.paths.append(file.path)
            index.keys.append(found)


@dataclass
class Parts:
    """Parts of files, looked at only when their turn comes.

    `keys` has for each file looked at its key, or why it has none. Of each part `keys_of` are those without a vector,
    and `files_in` says how many files it has.
    """

    files: Iterable[list[File]]
    table: VectorTable
    contents: saved.Contents | None
    keys: list[str | BadInput] = field(default_factory=list)
    keys_of: list[list[str]] = field(default_factory=list)
    files_in: list[int] = field(default_factory=list)

    def new(self) -> Iterator[list[File]]:
        """Of each part the files whose content is neither in the table nor in a part before."""
        asked = set[str]()
        for part in self.files:
            new: dict[str, File] = {}
            for file in part:
                key = self._key(file)
                self.keys.append(key)
                if isinstance(key, str) and key not in self.table and key not in asked:
                    new.setdefault(key, file)
            asked |= set(new)
            self.keys_of.append(list(new))
            self.files_in.append(len(part))
            yield list(new.values())

    def _key(self, file: File) -> str | BadInput:
        try:
            return self.contents.key(file) if self.contents else file.key
        except BadInput as error:
            return error


def _of(error: BadInput, file: File) -> str:
    """What is wrong with a file whose content another one, read before, has too."""
    return str(BadInput(error.key, **error.values | {"name": file.name}))
