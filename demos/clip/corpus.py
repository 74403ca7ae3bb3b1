"""The pictures and words that the embedded model learns from.

Several public collections, packed as mosaics of small tiles, become one array of pictures and a tuple of `Task`s. A
task is a question asked about some of those pictures: which of these names fits? The same photo may be asked about
twice: "golden retriever" among 160 classes, "dog" among 48 kinds.
"""

import json
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from demos.common.errors import BadInput

SIZE = 64  # pixels a side
COLUMNS = 20  # tiles in a row of a mosaic
WORDS = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
PACS_DOMAINS = ("photo", "art_painting", "cartoon", "sketch")
EVERY_TENTH = 10  # PACS has no split of its own: each tenth picture is kept for measuring

PHOTO: tuple[str, ...] = (
    "{}",
    "a {}",
    "a photo of a {}",
    "a photo of the {}",
    "a picture of a {}",
    "a blurry photo of a {}",
)
PHOTO += ("a close-up photo of a {}", "a small photo of a {}", "one {}", "a good photo of a {}", "the {}")
DRAWING = ("{}", "a {}", "a drawing of a {}", "a picture of a {}", "an icon of a {}", "a cartoon {}", "the {}")
ANY_STYLE = ("{}", "a {}", "a picture of a {}", "a photo of a {}", "a drawing of a {}", "a painting of a {}")
SCENE = ("{}", "a photo of {}", "a view of {}", "a picture of {}", "a landscape with {}")
PLAIN = ("{}",)


@dataclass(frozen=True)
class Task:
    """`rows` (N,) point into `Corpus.pictures`; `labels` (N,) into `names`, each a list of synonyms or captions.

    `share` is this task's part of a training batch. With `captions` nearly each picture
    has words of its own, and the words compete for the pictures too.
    """

    name: str
    rows: np.ndarray
    labels: np.ndarray
    names: tuple[tuple[str, ...], ...]
    templates: tuple[str, ...]
    share: float
    captions: bool = False


@dataclass(frozen=True)
class Geometry:
    """Everyday nouns (each with synonyms) and the text embedding (N, D) that a large CLIP gives them."""

    names: tuple[tuple[str, ...], ...]
    embedding: np.ndarray


@dataclass(frozen=True)
class Corpus:
    """`pictures` (N, 64, 64, 3) uint8; tasks to train on, tasks to measure on (pictures never trained on)."""

    pictures: np.ndarray
    train: tuple[Task, ...]
    measure: tuple[Task, ...]
    geometry: Geometry


def read(folder: Path, cache: Path) -> Corpus:
    """The corpus in `folder` (`index.json`, mosaics, `lvis_text_geometry.npz`), unpacked once into `cache`.

    Raises BadInput if the folder has no `index.json`.
    """
    if not (folder / "index.json").is_file():
        raise BadInput("clip.no_corpus", name=str(folder))
    index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    pictures, parts = _unpacked(folder, index, cache)
    names = {source: [_words(source, entry) for entry in index[source]["names"]] for source in index}
    held_out = {
        label
        for label, entry in enumerate(index["tiny_imagenet"]["names"])
        if entry[0] in WORDS["held_out"]["tiny_imagenet"]
    }

    def task(source: str, split: str, templates: tuple[str, ...], share: float = 0, captions: bool = False) -> Task:
        rows, labels = parts[source, split]
        return _compact(Task(source, rows, labels, tuple(names[source]), templates, share, captions))

    tiny, tiny_val = task("tiny_imagenet", "train", PHOTO, 0.33), task("tiny_imagenet", "val", PHOTO)
    pacs = {domain: task("pacs", domain, _style(domain)) for domain in PACS_DOMAINS}
    train = [
        _keep(tiny, lambda label: label not in held_out),
        task("cifar100", "train", PHOTO, 0.22),
        task("caltech", "train", PHOTO, 0.06),
        task("scenes", "train", SCENE, 0.06),
        task("clothing", "train", PHOTO, 0.04),
        _merge_groceries(task("grocery", "train", PHOTO, 0.03)),
        task("emoji", "train", DRAWING, 0.06, captions=True),
        task("coco_mini", "train", PLAIN, 0.02, captions=True),
        *(_tenths(pacs[domain], False, 0.02) for domain in PACS_DOMAINS),
    ]
    first_names = {source: [entry[0] for entry in index[source]["names"]] for source in index}
    train += _kinds(train, first_names)
    train.append(_styles(train))
    measure = [
        task("cifar100", "val", PHOTO),
        _keep(tiny_val, lambda label: label not in held_out),
        _renamed(_keep(tiny_val, lambda label: label in held_out), "unseen"),
        task("caltech", "val", PHOTO),
        task("scenes", "val", SCENE),
        *(_renamed(_tenths(pacs[domain], True, 0), f"pacs {domain}") for domain in PACS_DOMAINS),
    ]
    return Corpus(pictures, tuple(train), tuple(measure), _geometry(folder / "lvis_text_geometry.npz"))


def _unpacked(folder: Path, index: dict, cache: Path) -> tuple[np.ndarray, dict]:
    """All tiles at SIZE pixels, and for each (source, split) its rows and labels."""
    parts, files = {}, []
    start = 0
    for source, entry in index.items():
        for split, part in entry["splits"].items():
            labels = np.array([label for file in part["files"] for label in file["labels"]])
            parts[source, split] = (np.arange(start, start + len(labels)), labels)
            files += [(file["file"], len(file["labels"]), part["tile"]) for file in part["files"]]
            start += len(labels)
    store = cache / f"pictures-{start}.npy"
    if not store.exists():
        cache.mkdir(parents=True, exist_ok=True)
        unfinished = store.with_suffix(".part")
        pictures = np.lib.format.open_memmap(unfinished, mode="w+", dtype=np.uint8, shape=(start, SIZE, SIZE, 3))
        row = 0
        for file, count, tile in files:
            mosaic = Image.open(folder / file).convert("RGB")
            if tile != SIZE:
                scale = SIZE / tile
                mosaic = mosaic.resize(
                    (round(mosaic.width * scale), round(mosaic.height * scale)), Image.Resampling.BICUBIC
                )
            tiles = np.asarray(mosaic)
            for i in range(count):
                top, left = i // COLUMNS * SIZE, i % COLUMNS * SIZE
                pictures[row + i] = tiles[top : top + SIZE, left : left + SIZE]
            row += count
        pictures.flush()
        unfinished.rename(store)
    return np.load(store, mmap_mode="r"), parts


def _words(source: str, entry: list[str]) -> tuple[str, ...]:
    """The words for one class: ours where `words.toml` has some; at most three synonyms; no Korean (emoji)."""
    if source == "coco_mini":
        return tuple(entry)
    words = WORDS["names"].get(source, {}).get(entry[0], entry)
    english = [word for word in dict.fromkeys(words) if word.isascii() and len(word) > 1]
    return tuple(english[:3] or words[:1])


def _compact(task: Task) -> Task:
    """The task without names that no picture has."""
    used = np.unique(task.labels)
    names = tuple(task.names[label] for label in used)
    return Task(
        task.name, task.rows, np.searchsorted(used, task.labels), names, task.templates, task.share, task.captions
    )


def _keep(task: Task, wanted) -> Task:
    keep = np.array([wanted(label) for label in task.labels])
    return _compact(_subset(task, keep, task.share))


def _subset(task: Task, keep: np.ndarray, share: float) -> Task:
    return Task(task.name, task.rows[keep], task.labels[keep], task.names, task.templates, share, task.captions)


def _renamed(task: Task, name: str) -> Task:
    return Task(name, task.rows, task.labels, task.names, task.templates, task.share, task.captions)


def _tenths(task: Task, kept: bool, share: float) -> Task:
    return _subset(task, (np.arange(len(task.rows)) % EVERY_TENTH == 0) == kept, share)


def _style(domain: str) -> tuple[str, ...]:
    noun = {"photo": "photo", "art_painting": "painting", "cartoon": "cartoon", "sketch": "sketch"}[domain]
    more = {"sketch": ("a pencil drawing of a {}", "a drawing of a {}"), "cartoon": ("a drawing of a {}",)}
    return (*ANY_STYLE, f"a {noun} of a {{}}", f"a {noun} of the {{}}", *more.get(domain, ()))


def _merge_groceries(task: Task) -> Task:
    """Brands of milk are not told apart: the last, general word of each class is its name."""
    general = [names[-1] for names in task.names]
    names = sorted(set(general))
    labels = np.array([names.index(general[label]) for label in task.labels])
    return Task(task.name, task.rows, labels, tuple((name,) for name in names), task.templates, task.share)


def _kinds(tasks: Iterable[Task], first_names: dict[str, list[str]]) -> list[Task]:
    """Two more questions about the same photos: what kind of thing is it ("dog"), and broadly ("animal")?"""
    photos = [task for task in tasks if task.name in ("tiny_imagenet", "cifar100", "caltech")]
    kinds = [tuple(key.split("/")) for key in WORDS["kinds"]]
    member = {name: kind for kind, members in enumerate(WORDS["kinds"].values()) for name in members}
    rows, labels = [], []
    for task in photos:
        # A task's own words may differ from the source's first name, by which words.toml lists the members.
        words = {_words(task.name, [name]): name for name in first_names[task.name]}
        by_first = {words_[0]: name for words_, name in words.items()}
        kind_of = [member.get(by_first.get(names[0], names[0]), -1) for names in task.names]
        kind = np.array(kind_of)[task.labels]
        rows.append(task.rows[kind >= 0])
        labels.append(kind[kind >= 0])
    fine = _compact(Task("kinds", np.concatenate(rows), np.concatenate(labels), tuple(kinds), PHOTO, 0.08))
    broad_of = {kind: broad for broad, members in enumerate(WORDS["broad"].values()) for kind in members}
    broad = np.array([broad_of.get(names[0], -1) for names in fine.names])[fine.labels]
    names = tuple(tuple(key.split("/")) for key in WORDS["broad"])
    return [fine, _compact(Task("broad", fine.rows[broad >= 0], broad[broad >= 0], names, PHOTO, 0.02))]


def _styles(tasks: Iterable[Task]) -> Task:
    """How a picture was made, asked about PACS."""
    pacs = [task for task in tasks if task.name == "pacs"]
    labels = np.concatenate([np.full(len(task.rows), style) for style, task in enumerate(pacs)])
    names = (("a photo", "a photograph"), ("a painting",), ("a cartoon", "a comic"), ("a sketch", "a line drawing"))
    return Task("styles", np.concatenate([task.rows for task in pacs]), labels, names, PLAIN, 0.02)


def _geometry(file: Path) -> Geometry:
    with np.load(file, allow_pickle=False) as stored:
        names = tuple(tuple(entry.split("|")) for entry in stored["synonyms"])
        embedding = stored["embedding"].astype(np.float32)
    return Geometry(names, embedding / np.linalg.norm(embedding, axis=1, keepdims=True))
