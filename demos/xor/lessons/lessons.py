"""What a lesson sets. The lessons are data: lessons.toml, and their words lessons/strings.toml."""

from demos.common.lessons import SETUP, Lesson, lesson, lessons
from demos.xor.lottery.settings import LotterySettings
from demos.xor.settings.setup import Setup, address_field

FIELD = "lesson"  # of the address: ?lesson=3
LOTTERY = "lottery"


def setup_of(lesson: Lesson, action: str = SETUP) -> Setup:
    """What the lesson's first button sets; its other one for its action."""
    return Setup.from_json(dict(lesson.actions[action]))


def lottery_of(lesson: Lesson) -> LotterySettings:
    """What the lesson's button LOTTERY trains: many nets on the points and by the recipe of its setup."""
    asked = lesson.actions[LOTTERY]
    return LotterySettings(setup_of(lesson), tuple(asked["hidden"]), tuple(asked["activation"]), asked["seeds"])


def number_in(address: str) -> int | None:
    """The number, from 1, of the lesson that an address names; None if it names none. Raises BadInput."""
    given = address_field(address, FIELD)
    return lessons("xor").index(lesson("xor", given)) + 1 if given else None
