"""Strings on the page: the browser shows each in the visitor's language."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import gradio as gr

from demos.common.i18n import LANGUAGES, strings, text

OURS = "glassbox."  # keeps our keys apart from Gradio's own ("common.error")
I18N = gr.I18n(
    **{
        language: {OURS + key: entry[language] for key, entry in strings().items()}
        | {"common.upload": text("common.upload", language)}  # which Gradio asks for and has in no language
        for language in LANGUAGES
    }
)


def t(key: str) -> Any:
    """The string `key` for a label, a button or a Markdown block: the browser shows it in the visitor's language."""
    if key not in strings():
        raise KeyError(key)
    return I18N(OURS + key)


def t_entry(key: str, entry: Mapping[str, str]) -> Any:
    """Like `t`, for words that stand in another table than strings.toml, or with their placeholders filled.

    `entry` holds them in both languages; `key` ("posture.name_squat") is theirs alone. For what is laid out, not for
    what is said while the app runs.
    """
    for language in LANGUAGES:
        I18N.translations[language][OURS + key] = entry[language]
    return I18N(OURS + key)


def choices(keys: Sequence[str], prefix: str) -> list[tuple[Any, str]]:
    """(label, value) pairs for a Dropdown or Radio: the string "prefix_value" for each value."""
    return [(t(f"{prefix}_{key}"), key) for key in keys]


def bilingual(key: str, **values: object) -> str:
    """The string `key` as HTML in both languages; the style sheet shows the visitor's. For text that never changes."""
    return "".join(f'<span lang="{language}">{escape(text(key, language, **values))}</span>' for language in LANGUAGES)


def words(prefix: str) -> dict[str, dict[str, str]]:
    """The strings whose keys begin with `prefix` ("xor.", "gpt.inside_"), by the rest of the key, in both languages.

    For a script's constants: page/words.js of common says them.
    """
    return {key.removeprefix(prefix): entry for key, entry in strings().items() if key.startswith(prefix)}
