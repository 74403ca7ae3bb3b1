"""Six lessons: each sets the tab and says what to look for. They are data: lessons.toml and lessons/strings.toml."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from demos.common import lessons as common
from demos.xor.settings.setup import Setup, query_field

FIELD = "lesson"  # of the address: ?lesson=3


@dataclass(frozen=True)
class LessonLottery:
    """A lottery that a lesson trains, on the points and by the recipe of its setup."""

    hidden: tuple[int, ...]
    activation: tuple[str, ...]
    seeds: int


@dataclass(frozen=True)
class Lesson:
    """`setup` is what the card sets; its second button sets `second`, or trains `lottery`.

    Its words are strings, see demos/common/lessons.py.
    """

    key: str
    setup: Setup
    second: Setup | None = None
    lottery: LessonLottery | None = None

    def words(self, part: str) -> str:
        """The key of the string for "chip", "title", "text" or "second"."""
        return f"xor.lesson_{self.key}_{part}"


@cache
def lessons() -> tuple[Lesson, ...]:
    """All lessons in their order."""
    return tuple(_read(lesson.key, lesson.actions) for lesson in common.lessons("xor"))


def _read(key: str, actions: Mapping[str, Mapping[str, Any]]) -> Lesson:
    lottery = None
    if named := actions.get("lottery"):
        lottery = LessonLottery(tuple(named["hidden"]), tuple(named["activation"]), named["seeds"])
    return Lesson(
        key=key,
        setup=Setup.from_json(dict(actions["setup"])),
        second=Setup.from_json(dict(actions["second"])) if "second" in actions else None,
        lottery=lottery,
    )


def lesson_of(query: str) -> int | None:
    """The number, from 1, of the lesson that an address's query names; None if it names none. Raises BadInput."""
    given = query_field(query, FIELD)
    return number_of(given) if given else None


def number_of(given: object) -> int:
    """The number of a lesson, from 1, also as digits. Raises BadInput if there is none."""
    return common.lessons("xor").index(common.lesson("xor", given)) + 1
