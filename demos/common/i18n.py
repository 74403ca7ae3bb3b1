"""Every visible string, in English and Korean.

Each demo folder holds a `strings.toml`, and so may each view's folder in it; a table `[title]` with `en` and `ko` is
the string "demo.title", wherever in the demo it stands. Both the page (through Gradio's I18n, see `ui/labels.py`) and
what the server says while it runs (`text`) read the same tables.

A word may follow a number: "{steps} {steps|step|steps}" is "1 step", "2 steps".
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "ko")
DEMOS_FOLDER = Path(__file__).parent.parent
PLURAL = re.compile(r"\{(\w+)\|([^|{}]*)\|([^|{}]*)\}")  # {steps|step|steps}
PLACEHOLDER = re.compile(r"\{\w+(?:\|[^{}]*)?\}")  # also {steps}
Said = Mapping[str, str]  # a sentence in each of LANGUAGES, for a page that changes the language without asking


@cache
def strings() -> dict[str, dict[str, str]]:
    """All strings: {"demo.key": {"en": …, "ko": …}}. Raises ValueError for a key that stands twice."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(DEMOS_FOLDER.glob("*/**/strings.toml")):
        demo = path.relative_to(DEMOS_FOLDER).parts[0]
        for key, entry in tomllib.loads(path.read_text(encoding="utf-8")).items():
            name = f"{demo}.{key}"
            if name in found:
                raise ValueError(f"{path}: the string “{name}” stands in another file of this demo too.")
            found[name] = entry
    return found


def known_language(language: object) -> str:
    """The one of LANGUAGES that was meant ("ko-KR" is "ko"), English for all else, whatever it is."""
    short = language[:2].lower() if isinstance(language, str) else ""
    return short if short in LANGUAGES else LANGUAGES[0]


def text(key: str, language: str = "en", **values: object) -> str:
    """The string `key` ("xor.title") in `language`, its {placeholders} filled. Raises KeyError for an unknown key.

    A language we do not have ("fr", "ko-KR") is served by its first two letters, else in English.
    """
    sentence = strings()[key][known_language(language)]
    if not values:
        return sentence
    return PLURAL.sub(lambda found: found[2] if str(values[found[1]]) == "1" else found[3], sentence).format(**values)


def texts(key: str, **values: object) -> dict[str, str]:
    """The string `key` in each language, {"en": …, "ko": …}, the same values in its {placeholders}."""
    return {language: text(key, language, **values) for language in LANGUAGES}
