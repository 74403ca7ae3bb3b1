"""What a text tower is to read, in English and Korean: names with synonyms, kinds, and how things look."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "vocabulary.toml"


@dataclass(frozen=True)
class Word:
    """One thing. `english` and `korean` hold its names, the usual one first; `kind` and `look` are told in both."""

    english: tuple[str, ...]
    korean: tuple[str, ...]
    kind: tuple[str, str]
    look: tuple[str, str]

    @property
    def name(self) -> str:
        return self.english[0]


@cache
def words() -> dict[str, Word]:
    """Every word of `vocabulary.toml` by its usual English name: ImageNet's classes, LVIS's objects, and others."""
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {
        name: Word(
            (name, *entry.get("en", ())),
            tuple(entry["ko"]),
            (entry["kind"], told["kinds"][entry["kind"]]),
            (entry["look"], entry["look_ko"]),
        )
        for name, entry in told["words"].items()
    }
