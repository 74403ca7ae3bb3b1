"""Six lessons: each sets the tab and says what to look for. They are data: lessons.toml and lessons/strings.toml."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from demos.common.errors import BadInput
from demos.xor.settings.setup import Setup, query_field

FIELD = "lesson"  # of the address: ?lesson=3
FILE = Path(__file__).parent.parent / "lessons.toml"


@dataclass(frozen=True)
class Draw:
    """A lottery that a lesson draws, on the points and by the recipe of its setup."""

    hidden: tuple[int, ...]
    activation: tuple[str, ...]
    seeds: int


@dataclass(frozen=True)
class Lesson:
    """`setup` is what the card sets; its second button sets `second`, or draws `lottery`.

    Its words are the strings "xor.lesson_{key}_chip" (on the strip), "…_title", "…_text" and "…_second".
    """

    key: str
    setup: Setup
    second: Setup | None = None
    lottery: Draw | None = None

    def words(self, part: str) -> str:
        """The key of the string for "chip", "title", "text" or "second"."""
        return f"xor.lesson_{self.key}_{part}"


@cache
def lessons() -> tuple[Lesson, ...]:
    """All lessons in their order."""
    return tuple(map(_read, tomllib.loads(FILE.read_text(encoding="utf-8"))["lesson"]))


def _read(entry: dict[str, Any]) -> Lesson:
    lottery: dict[str, Any] = entry.get("lottery", {})
    return Lesson(
        key=entry["key"],
        setup=Setup.from_json(entry["setup"]),
        second=Setup.from_json(entry["second"]) if "second" in entry else None,
        lottery=Draw(tuple(lottery["hidden"]), tuple(lottery["activation"]), lottery["seeds"]) if lottery else None,
    )


def lesson_of(query: str) -> int | None:
    """The number, from 1, of the lesson that an address's query names; None if it names none. Raises BadInput."""
    given = query_field(query, FIELD)
    if not given:
        return None
    if not (given.isdecimal() and len(given) < 4 and 1 <= int(given) <= len(lessons())):
        raise BadInput("xor.lesson_missing", number=given[:20], count=len(lessons()))
    return int(given)
