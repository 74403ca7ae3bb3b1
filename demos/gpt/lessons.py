"""What a lesson sets. The lessons are data: lessons.toml and strings.toml."""

from dataclasses import dataclass
from typing import Any

from demos.common.lessons import SETUP, Lesson


@dataclass(frozen=True)
class Setup:
    """A model, a view, and for the writing view what differs from the model's own settings; None leaves those.

    `focus` is where the inside view looks: {"view": "attention", "lens", "steps" or "tokens", "layer" and "head" from
    1, "token": its last one is chosen}, any of them or none. `text` is what the training view lays out
    (texts.EXAMPLES).
    """

    model: str
    view: str
    prompt: str | None = None
    columns: str = "1"
    temperature: float | None = None
    max_tokens: int | None = None
    focus: dict[str, Any] | None = None
    text: str = ""


def setup_of(lesson: Lesson, action: str = SETUP) -> Setup:
    """What the lesson's first button sets; its other one for its action."""
    return Setup(**lesson.actions[action])
