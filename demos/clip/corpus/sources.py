"""The images and words that the embedded model learns from.

Several public collections, packed as mosaics of small tiles, become one array of images and a tuple of `Task`s. A
task is a question asked about some of those images: which of these names fits? The same photo may be asked about
twice: "golden retriever" among 160 classes, "dog" among 48 kinds.
"""

import json
import tomllib
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from demos.clip.corpus.mosaics import geometry, unpacked
from demos.clip.corpus.tasks import Corpus, Task, compact, keep, renamed, tenths
from demos.common.errors import BadInput

WORDS = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
PACS_DOMAINS = ("photo", "art_painting", "cartoon", "sketch")

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


def read(folder: Path, cache: Path) -> Corpus:
    """The corpus in `folder` (`index.json`, mosaics, `lvis_text_geometry.npz`), unpacked once into `cache`.

    Raises BadInput if the folder has no `index.json`.
    """
    if not (folder / "index.json").is_file():
        raise BadInput("clip.no_corpus", name=str(folder))
    index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    images, parts = unpacked(folder, index, cache)
    names = {source: [_words(source, entry) for entry in index[source]["names"]] for source in index}
    held_out = {
        label
        for label, entry in enumerate(index["tiny_imagenet"]["names"])
        if entry[0] in WORDS["held_out"]["tiny_imagenet"]
    }

    def task(source: str, split: str, templates: tuple[str, ...], share: float = 0, captions: bool = False) -> Task:
        rows, labels = parts[source, split]
        return compact(Task(source, rows, labels, tuple(names[source]), templates, share, captions))

    tiny, tiny_val = task("tiny_imagenet", "train", PHOTO, 0.33), task("tiny_imagenet", "val", PHOTO)
    pacs = {domain: task("pacs", domain, _style(domain)) for domain in PACS_DOMAINS}
    train = [
        keep(tiny, lambda label: label not in held_out),
        task("cifar100", "train", PHOTO, 0.22),
        task("caltech", "train", PHOTO, 0.06),
        task("scenes", "train", SCENE, 0.06),
        task("clothing", "train", PHOTO, 0.04),
        _merge_groceries(task("grocery", "train", PHOTO, 0.03)),
        task("emoji", "train", DRAWING, 0.06, captions=True),
        task("coco_mini", "train", PLAIN, 0.02, captions=True),
        *(tenths(pacs[domain], False, 0.02) for domain in PACS_DOMAINS),
    ]
    first_names = {source: [entry[0] for entry in index[source]["names"]] for source in index}
    train += _kinds(train, first_names)
    train.append(_styles(train))
    measure = [
        task("cifar100", "val", PHOTO),
        keep(tiny_val, lambda label: label not in held_out),
        renamed(keep(tiny_val, lambda label: label in held_out), "unseen"),
        task("caltech", "val", PHOTO),
        task("scenes", "val", SCENE),
        *(renamed(tenths(pacs[domain], True, 0), f"pacs {domain}") for domain in PACS_DOMAINS),
    ]
    return Corpus(images, tuple(train), tuple(measure), geometry(folder / "lvis_text_geometry.npz"))


def _words(source: str, entry: list[str]) -> tuple[str, ...]:
    """The words for one class: ours where `words.toml` has some; at most three synonyms; no Korean (emoji)."""
    if source == "coco_mini":
        return tuple(entry)
    words = WORDS["names"].get(source, {}).get(entry[0], entry)
    english = [word for word in dict.fromkeys(words) if word.isascii() and len(word) > 1]
    return tuple(english[:3] or words[:1])


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
    fine = compact(Task("kinds", np.concatenate(rows), np.concatenate(labels), tuple(kinds), PHOTO, 0.08))
    broad_of = {kind: broad for broad, members in enumerate(WORDS["broad"].values()) for kind in members}
    broad = np.array([broad_of.get(names[0], -1) for names in fine.names])[fine.labels]
    names = tuple(tuple(key.split("/")) for key in WORDS["broad"])
    return [fine, compact(Task("broad", fine.rows[broad >= 0], broad[broad >= 0], names, PHOTO, 0.02))]


def _styles(tasks: Iterable[Task]) -> Task:
    """How an image was made, asked about PACS."""
    pacs = [task for task in tasks if task.name == "pacs"]
    labels = np.concatenate([np.full(len(task.rows), style) for style, task in enumerate(pacs)])
    names = (("a photo", "a photograph"), ("a painting",), ("a cartoon", "a comic"), ("a sketch", "a line drawing"))
    return Task("styles", np.concatenate([task.rows for task in pacs]), labels, names, PLAIN, 0.02)
