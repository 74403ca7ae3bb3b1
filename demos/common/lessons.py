"""The lessons of a demo: each sets its tab and says what to look for. They are data.

`demos/<demo>/lessons.toml` lists them in their order:

    [[lesson]]
    key = "fold"
    setup = { hidden = [2], seed = 3 }     # what opening the lesson sets; what stands in it is the demo's own business
    second = { hidden = [1], seed = 3 }    # what its other button does, if it has one; the name is the demo's choice

Their words are strings of the demo: "lesson_<key>_title", "…_text", "…_second" for the other button, and "…_chip" for a
shorter title on the strip.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from demos.common import i18n
from demos.common.errors import BadInput

SETUP = "setup"


@dataclass(frozen=True)
class Lesson:
    """`actions` are what its one or two buttons do, by name; the first is SETUP, which opening the lesson does too."""

    demo: str
    key: str
    actions: Mapping[str, Mapping[str, Any]]

    def __post_init__(self) -> None:
        if next(iter(self.actions), "") != SETUP or len(self.actions) > 2:
            raise ValueError(f"{self.demo}/lessons.toml: “{self.key}” needs a setup and may have one other table.")
        for part in ("title", "text", "second")[: 1 + len(self.actions)]:
            if self.words(part) not in i18n.strings():
                raise ValueError(f"{self.demo}/lessons.toml: there is no string “{self.words(part)}”.")

    def words(self, part: str) -> str:
        """The key of the string for "title", "text", "second" or "chip", which is the title if there is none."""
        key = f"{self.demo}.lesson_{self.key}_{part}"
        return self.words("title") if part == "chip" and key not in i18n.strings() else key


@cache
def lessons(demo: str) -> tuple[Lesson, ...]:
    """All lessons of a demo in their order; none if it has no lessons.toml. Raises ValueError for a faulty file."""
    file = i18n.DEMOS_FOLDER / demo / "lessons.toml"
    if not file.is_file():
        return ()
    entries = tomllib.loads(file.read_text(encoding="utf-8"))["lesson"]
    return tuple(Lesson(demo, entry.pop("key"), entry) for entry in entries)


def lesson(demo: str, number: object) -> Lesson:
    """The lesson of that number, from 1 (also as digits). Raises BadInput if there is none."""
    known = lessons(demo)
    given = str(number)
    if not (given.isdecimal() and len(given) < 4 and 1 <= int(given) <= len(known)):
        key = "common.lesson_missing" if given.isdecimal() else "common.lesson_unknown"
        raise BadInput(key, lesson=given[:20], count=len(known))
    return known[int(given) - 1]
