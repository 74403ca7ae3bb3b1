"""The measured part of a model card, written by the script that measured it."""

import re
from pathlib import Path

END = "<!-- /measured -->"


def begin(script: str) -> str:
    """The mark from which on `script`, a module's name, writes."""
    return f"<!-- measured: written by {script} -->"


def write(card: Path, script: str, measured: str) -> None:
    """Put what `script` measured between the card's two marks. Raises ValueError if it has none."""
    text = card.read_text(encoding="utf-8")
    pattern = re.compile(f"{re.escape(begin(script))}.*?{re.escape(END)}", re.DOTALL)
    if not pattern.search(text):
        raise ValueError(f"{card.name} has no place for what was measured.")
    card.write_text(pattern.sub(lambda _: f"{begin(script)}\n{measured}\n{END}", text), encoding="utf-8")
