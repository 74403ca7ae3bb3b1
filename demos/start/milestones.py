"""The milestones of the story, and the places of the app that an address can name."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from demos import DEMOS
from demos.common import i18n
from demos.common.lessons import lessons

FOLDER = Path(__file__).parent
PICTURES = FOLDER / "pictures.json"  # what make/pictures.py wrote down
PLACE = re.compile(r"([a-z]+)(?:/([a-z_]{1,30})(?:/([a-z_]{1,30}))?)?")  # as page/address.js of common reads it
PAGES = ("start", "privacy")  # that stand in place of a tab


@dataclass(frozen=True)
class Milestone:
    """A year ("" for today), and the `place` that its card leads to, the fragment of an address."""

    key: str
    year: str
    place: str

    def __post_init__(self) -> None:
        if not is_place(self.place):
            raise ValueError(f"milestones.toml: “{self.key}” leads to “{self.place}”, which is no place.")
        for part in ("name", "text"):
            if f"start.{self.key}_{part}" not in i18n.strings():
                raise ValueError(f"milestones.toml: there is no string “start.{self.key}_{part}”.")


@cache
def milestones() -> tuple[Milestone, ...]:
    """All of them in their order. Raises ValueError for a faulty file."""
    entries = tomllib.loads(FOLDER.joinpath("milestones.toml").read_text(encoding="utf-8"))["milestone"]
    return tuple(Milestone(**entry) for entry in entries)


def is_place(fragment: str) -> bool:
    """Does the app open something by this fragment ("gpt", "gpt/token", "gpt/token/second", "start", "privacy")?"""
    matched = PLACE.fullmatch(fragment)
    if matched is None:
        return False
    demo, key, action = matched.groups()
    if key is None:
        return demo in {*PAGES, *(demo.name for demo in DEMOS)}
    return any(lesson.key == key and (action is None or action in lesson.actions) for lesson in lessons(demo))
