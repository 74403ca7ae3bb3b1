"""The models a visitor can choose, and how the writing view starts with each (see registry.toml). No torch here."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from demos.common.models.weights import manifest

EMBEDDED, HUB, FILE, TRAINING = "embedded", "hub", "file", "training"


@dataclass(frozen=True)
class Entry:
    """One model of the registry. `max_tokens` are written at most, or up to the text `stop`.

    `pairs` is the file of weights/ with the questions and answers that a chatbot was trained on, "" if there is none.
    """

    name: str
    source: str
    example_prompts: tuple[str, ...]
    temperature: float
    max_tokens: int
    stop: str
    pairs: str = ""

    @property
    def key(self) -> str:
        """The string that is its name in the menu."""
        return f"gpt.model_{self.name.replace('-', '_')}"

    @property
    def about(self) -> str:
        """The string that says what it is, with {parameters} and {block_size}."""
        return f"gpt.about_{self.name.split('-')[0]}"


def _read() -> dict[str, Entry]:
    entries = tomllib.loads(Path(__file__).with_name("registry.toml").read_text(encoding="utf-8"))
    registry = [
        Entry(name, **(fields | {"example_prompts": tuple(fields["example_prompts"])}))
        for name, fields in entries.items()
    ]
    carried = manifest()
    return {
        entry.name: entry
        for entry in registry
        if entry.source != EMBEDDED or f"gpt/{entry.name}.safetensors" in carried
    }


REGISTRY = _read()
FIRST = next(iter(REGISTRY))


def first_for(language: str) -> str:
    """The model on which a visitor of that language opens: one that writes it, if there is one."""
    return "korean" if language == "ko" and "korean" in REGISTRY else FIRST
