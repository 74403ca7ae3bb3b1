"""The texts that the text tower learns to read: in English and Korean, each with the English that says the same.

A sentence encoder that knows English only gives the vector (`make/sentences.py`); the Korean text is to have the same.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from demos.clip.corpus.vocabulary import Word
from demos.clip.prompts import fill

# Wordings that say no more than the name, which alone counts several times: the vector is that of "a photo of a …".
ENGLISH = (
    "{}", "{}", "{}", "a {}", "a {}", "the {}", "a photo of a {}", "a photo of the {}", "a picture of a {}",
    "a photo of a {}.", "an image of a {}", "this is a {}", "one {}", "a close-up photo of a {}",
    "a good photo of the {}", "itap of a {}.", "there is a {}",
)  # fmt: skip
KOREAN = (
    "{}", "{}", "{}", "{} 사진", "{}의 사진", "{} 한 장", "{} 이미지", "이것은 {}", "{} 하나", "{}의 모습",
    "{}이(가) 있는 사진",
)  # fmt: skip
# Wordings that say how the image was made, what the thing is like or what is about it, in both languages.
COMBINATIONS = (
    ("a drawing of a {}", "{} 그림"),
    ("a sketch of a {}", "{} 스케치"),
    ("a painting of a {}", "{} 유화"),
    ("a cartoon of a {}", "{} 만화"),
    ("a cartoon {}", "만화 {}"),
    ("a toy {}", "장난감 {}"),
    ("a black and white photo of a {}", "{} 흑백 사진"),
    ("a small {}", "작은 {}"),
    ("a big {}", "큰 {}"),
    ("a large {}", "커다란 {}"),
    ("an old {}", "오래된 {}"),
    ("a red {}", "빨간 {}"),
    ("a blue {}", "파란 {}"),
    ("a green {}", "초록색 {}"),
    ("a yellow {}", "노란 {}"),
    ("a white {}", "하얀 {}"),
    ("a black {}", "검은 {}"),
    ("a brown {}", "갈색 {}"),
    ("many {}", "많은 {}"),
    ("a person with a {}", "{}과(와) 함께 있는 사람"),
    ("a person holding a {}", "{}을(를) 들고 있는 사람"),
    ("a man with a {}", "{}과(와) 남자"),
    ("a woman with a {}", "{}과(와) 여자"),
    ("a child with a {}", "{}과(와) 아이"),
    ("a {} on the grass", "풀밭 위의 {}"),
    ("a {} on the street", "길 위의 {}"),
    ("a {} in the water", "물속의 {}"),
    ("a {} on the beach", "바닷가의 {}"),
    ("a {} in the snow", "눈 속의 {}"),
    ("a {} on a table", "탁자 위의 {}"),
    ("a {} in a room", "방 안의 {}"),
    ("a {} in the forest", "숲속의 {}"),
    ("a {} at night", "밤의 {}"),
)
CONCRETE = (5, 6, 8, 13, 15, 17, 18, 19, 20)  # WordNet's files: animals, artifacts, bodies, food, places, people, …
SIGNS = "!?.,-_*#0123456789 "
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Text:
    """What the tower reads, and the English whose vector it is to have."""

    text: str
    english: str


def canonical(name: str) -> str:
    """The English whose vector a bare name has."""
    return fill("a photo of a {}", name)


def of_names(words: Sequence[Word], chance: random.Random) -> Iterator[Text]:
    """Without end: a name or synonym in either language in some wording. The usual name as often as all others."""
    while True:
        word = chance.choice(words)
        names, wordings = chance.choice(((word.english, ENGLISH), (word.korean, KOREAN)))
        name = names[0] if chance.random() < 0.5 else chance.choice(names)
        yield Text(fill(chance.choice(wordings), name), canonical(word.name))


def of_kinds(words: Sequence[Word], chance: random.Random) -> Iterator[Text]:
    """Without end: a kind ("a dog"), or how something looks, in either language."""
    kinds = sorted({word.kind for word in words})
    while True:
        if chance.random() < 0.4:
            kind = chance.choice(kinds)
            name, wordings = chance.choice(((kind[0], ENGLISH), (kind[1], KOREAN)))
            yield Text(fill(chance.choice(wordings), name), canonical(kind[0]))
        else:
            look = chance.choice(words).look
            yield Text(chance.choice(look), fill("a {}", look[0]))


def of_nouns(nouns: Sequence[str], chance: random.Random) -> Iterator[Text]:
    """Without end: one of many English nouns in some wording."""
    while True:
        noun = chance.choice(nouns)
        yield Text(fill(chance.choice(ENGLISH), noun), canonical(noun))


def of_combinations(words: Sequence[Word], chance: random.Random) -> Iterator[Text]:
    """Without end: a name with a colour, a place, a style, a person, in either language."""
    while True:
        word, (english, korean) = chance.choice(words), chance.choice(COMBINATIONS)
        same = fill(english, word.name)
        yield Text(same if chance.random() < 0.5 else fill(korean, word.korean[0]), same)


def gibberish(chance: random.Random) -> str:
    """Letters that mean nothing, in either script, or nothing but signs."""
    kind = chance.random()
    if kind < 0.1:
        return "".join(chance.choices(SIGNS, k=chance.randint(0, 8)))
    if kind < 0.4:
        return "".join(chr(chance.randint(0xAC00, 0xD7A3)) for _ in range(chance.randint(1, 6)))  # syllables
    if kind < 0.5:
        return "".join(chr(chance.randint(0x3131, 0x3163)) for _ in range(chance.randint(2, 8)))  # single letters
    return " ".join("".join(chance.choices(LETTERS, k=chance.randint(3, 10))) for _ in range(chance.randint(1, 2)))


def common_nouns(dictionary: Path) -> list[str]:
    """Nouns for things, living beings, places and people that the makers of WordNet met in texts, and their synonyms.

    `dictionary` is the folder with WordNet's `data.noun` and `index.sense` (Miller 1995).
    """
    met = set()  # (synset, lemma)
    for line in (dictionary / "index.sense").read_text(encoding="utf-8").splitlines():
        sense, synset, _, count = line.split()
        lemma, _, kind = sense.partition("%")
        if kind.startswith("1:") and int(count):
            met.add((synset, lemma))
    found: dict[str, None] = {}
    for line in (dictionary / "data.noun").read_text(encoding="utf-8").splitlines():
        if line.startswith("  "):
            continue  # the licence
        synset, file, _, count, *rest = line.partition(" | ")[0].split()
        lemmas = rest[: 2 * int(count, 16) : 2]
        if int(file) in CONCRETE and any((synset, lemma.lower()) in met for lemma in lemmas):
            found |= dict.fromkeys(lemma.replace("_", " ").lower() for lemma in lemmas)
    return list(found)
