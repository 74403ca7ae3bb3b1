"""Six lessons: each sets the tab and says what to look for. They are data: lessons.toml and strings.toml."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from demos.gpt.models.registry import REGISTRY


@dataclass(frozen=True)
class Setup:
    """A model, a view, and for the writing view what differs from the model's own settings; None leaves those.

    `focus` is where the inside view looks: {"view": "attention", "lens", "walk" or "tokens", "layer" and "head" from 1,
    "token": its last one is chosen}, any of them or none. `text` is what the training view lays out (texts.EXAMPLES).
    """

    model: str
    view: str
    prompt: str | None = None
    columns: str = "1"
    temperature: float | None = None
    length: int | None = None
    focus: dict | None = None
    text: str = ""

    @property
    def there(self) -> bool:
        """Whether this app carries the model."""
        return self.model in REGISTRY


@dataclass(frozen=True)
class Lesson:
    """`setup` is what the card's button sets, `second` what its other button does, if it has one."""

    key: str
    setup: Setup
    second: Setup | None = None

    def words(self, part: str) -> str:
        """The key of the string for "title", "text" or "second"."""
        return f"gpt.lesson_{self.key}_{part}"


@cache
def lessons() -> tuple[Lesson, ...]:
    """The lessons whose models are here, in their order."""
    entries = tomllib.loads(Path(__file__).with_name("lessons.toml").read_text(encoding="utf-8"))["lesson"]
    read = [
        Lesson(entry["key"], Setup(**entry["setup"]), Setup(**entry["second"]) if "second" in entry else None)
        for entry in entries
    ]
    return tuple(lesson for lesson in read if lesson.setup.there)
