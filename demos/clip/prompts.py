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
# What a template of SETS says, for a label written in Korean: Korean has no articles, and the ends of some words follow
# the sound before them, as in "이(가)".
KOREAN = {
    "{}": "{}",
    "a {}": "{} 하나",
    "a photo of a {}": "{} 사진",
    "a photo of the {}": "{}이(가) 있는 사진",
    "a picture of a {}": "{}의 모습",
    "a drawing of a {}": "{} 그림",
    "a photo of a {}.": "{} 사진",
    "itap of a {}.": "내가 찍은 {} 사진",
    "a bad photo of the {}.": "잘 나오지 않은 {} 사진",
    "a origami {}.": "종이접기로 만든 {}",
    "a photo of the large {}.": "커다란 {} 사진",
    "a {} in a video game.": "비디오 게임 속 {}",
    "art of the {}.": "{}을(를) 그린 작품",
    "a photo of the small {}.": "작은 {} 사진",
}
ARTICLE = re.compile(r"^(?:an?|the)\s+", re.IGNORECASE)
# An article, and perhaps words for how the thing is, with nothing before the label that it would belong to instead:
# no preposition, no "and", and no verb, as in "this is {}".
BETWEEN = (
    "of|in|on|at|by|for|from|with|without|into|near|beside|behind|under|over|above|below|like|as|than|and|or|a|an|the"
    "|is|are|was|were|be|isn't|has|have|had|that|which|who|shows?|showing|depicts?|depicting|contains?|containing"
    "|includes?|including|holds?|holding|featuring|called|named"
)
GOVERNED = re.compile(
    r"\b(?:an?|the|my|your|our|one|many|some|this|that)"
    rf"(?: (?!(?:{BETWEEN})(?![\w-]))[\w'-]+)*? \{{\}}",
    re.IGNORECASE,
)
OPEN_ARTICLE = re.compile(r"\b(?:an?|the) \{\}", re.IGNORECASE)
BEFORE_VOWEL = re.compile(r"\b([Aa]) \{\}")
COUNTED = re.compile(
    r"(?:no|not|one|two|three|four|five|six|seven|eight|nine|ten|some|many|several|few|both|all|my|your|his|her|its|our"
    r"|their|this|that|these|those|\d+)\s",
    re.IGNORECASE,
)
VOWEL = re.compile(r"(?!uni|use|usu|eu|one\b|ukulele|ute)[aeiou]|hour|honest|heir", re.IGNORECASE)
HANGUL = re.compile("[가-힣ㄱ-ㅎㅏ-ㅣ]")
PARTICLE = re.compile(r"(.)(이|을|은|과)\((가|를|는|와)\)", re.DOTALL)


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


def wordings(label: str, templates: Sequence[str]) -> list[str]:
    """The sentences about `label`: Korean ones for a Korean label, as far as there are any; others for the others.

    Templates of SETS have their Korean counterparts in KOREAN.
    """
    korean = [template for template in templates if HANGUL.search(template)]
    if HANGUL.search(label):
        fitting = korean or list(dict.fromkeys(KOREAN[each] for each in templates if each in KOREAN))
    else:
        fitting = [template for template in templates if template not in korean]
    return [fill(template, label) for template in fitting or templates]


def fill(template: str, label: str) -> str:
    """`template` with `label` in place of {}: "a photo of a {}" and "the apple" give "a photo of an apple".

    An article of the label gives way to the template's: "the large {}" and "a lion" give "the large lion". Where the
    label begins with a number or the like, the template's gives way: "a photo of a {}", "two dogs".
    """
    if COUNTED.match(label):
        template = OPEN_ARTICLE.sub("{}", template)
    elif GOVERNED.search(template):
        label = ARTICLE.sub("", label) or label
    if VOWEL.match(label):
        template = BEFORE_VOWEL.sub(r"\1n {}", template)
    return PARTICLE.sub(_particle, template.replace("{}", label))


def _particle(found: re.Match[str]) -> str:
    """이 after a consonant, 가 after a vowel; "이(가)" stays after what is no Hangul."""
    before, closed, opened = found.groups()
    if not "가" <= before <= "힣":
        return found[0]
    return before + (closed if (ord(before) - ord("가")) % 28 else opened)


def reads_as_english(label: str) -> bool:
    """Whether the label has letters that an English text tower knows."""
    return not any(ord(character) > 0x24F for character in label if character.isalpha())


def _check_lengths(lines: Sequence[str]) -> None:
    for line in lines:
        if len(line) > MAX_LENGTH:
            raise BadInput("clip.too_long", text=line[:40] + "…", limit=MAX_LENGTH)
