"""From a visitor's labels to the sentences that the text tower reads.

CLIP was trained on captions, so "a photo of a boxer dog." fits an image better than "boxer"; averaging over several
wordings fits better still (Radford et al. 2021, section 3.1.4).
"""

import re
from collections.abc import Sequence

from demos.common.errors import BadInput

MAX_LABELS = 1000
MAX_LENGTH = 300  # characters of a label or template
MAX_TEMPLATES = 100

# The first is what the embedded model was trained with; "seven" is the subset that OpenAI's notebook
# "Prompt Engineering for ImageNet" found better than all 80; "eighty" is read from open_clip.
SETS: dict[str, tuple[str, ...]] = {
    "everyday": ("{}", "a {}", "a photo of a {}", "a photo of the {}", "a picture of a {}", "a drawing of a {}"),
    "photo": ("a photo of a {}.",),
    "seven": (
        "itap of a {}.",
        "a bad photo of the {}.",
        "a origami {}.",
        "a photo of the large {}.",
        "a {} in a video game.",
        "art of the {}.",
        "a photo of the small {}.",
    ),
    "eighty": (),
    "none": ("{}",),
}
ARTICLE = re.compile(r"^(?:an?|the)\s+", re.IGNORECASE)
OPEN_ARTICLE = re.compile(r"\b(?:an?|the) \{\}", re.IGNORECASE)
BEFORE_VOWEL = re.compile(r"\b([Aa]) \{\}")


def read_labels(lines: Sequence[str]) -> list[str]:
    """The labels, trimmed, without empty lines and without repetitions (capitals aside), in order.

    Raises BadInput if none is left, if there are more than MAX_LABELS, or if one is longer than MAX_LENGTH.
    """
    first: dict[str, str] = {}
    for line in lines:
        label = " ".join(line.split())
        if label:
            first.setdefault(label.casefold(), label)
    labels = list(first.values())
    if not labels:
        raise BadInput("clip.no_labels")
    if len(labels) > MAX_LABELS:
        raise BadInput("clip.too_many_labels", count=f"{len(labels):,}", limit=f"{MAX_LABELS:,}")
    _check_lengths(labels)
    return labels


def templates(name: str, own: Sequence[str] = ()) -> tuple[str, ...]:
    """The templates of the set `name` of SETS, or for "own" the visitor's, each with {} where the label goes.

    Raises BadInput for an unknown set and for own templates that are missing, too many, too long or without {}.
    """
    if name == "eighty":
        import demos.common.models.torchvision_guard  # noqa: F401, I001
        from open_clip import OPENAI_IMAGENET_TEMPLATES

        return tuple(write("{}") for write in OPENAI_IMAGENET_TEMPLATES)
    if name != "own":
        if name not in SETS:
            raise BadInput("clip.unknown_templates", name=name, known=", ".join((*SETS, "own")))
        return SETS[name]
    lines = list(dict.fromkeys(" ".join(line.split()) for line in own if line.strip()))
    if not lines:
        raise BadInput("clip.no_templates")
    if len(lines) > MAX_TEMPLATES:
        raise BadInput("clip.too_many_templates", count=len(lines), limit=MAX_TEMPLATES)
    _check_lengths(lines)
    for line in lines:
        if "{}" not in line:
            raise BadInput("clip.template_without_place", template=line)
    return tuple(lines)


def fill(template: str, label: str) -> str:
    """`template` with `label` in place of {}: "a photo of a {}" and "the apple" give "a photo of an apple"."""
    if OPEN_ARTICLE.search(template):
        label = ARTICLE.sub("", label) or label
    if label[:1] in tuple("aeiouAEIOU"):
        template = BEFORE_VOWEL.sub(r"\1n {}", template)
    return template.replace("{}", label)


def reads_as_english(label: str) -> bool:
    """Whether the label has letters that an English text tower knows."""
    return not any(ord(character) > 0x24F for character in label if character.isalpha())


def _check_lengths(lines: Sequence[str]) -> None:
    for line in lines:
        if len(line) > MAX_LENGTH:
            raise BadInput("clip.too_long", text=line[:40] + "…", limit=MAX_LENGTH)
