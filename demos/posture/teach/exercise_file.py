"""A visitor's exercise as a TOML file, to take away and to load: the format of `exercises/*.toml`.

What comes in is nobody's code and no place on the server: only words that the coach knows, sentences and numbers.
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from demos.common.errors import BadInput
from demos.posture.exercises import Exercise, Limit, Signal, Still, parse_exercise

LARGEST = 40_000  # bytes of a file
LONGEST = 400  # characters of a sentence
MOST = 40  # limits, or anything else of which there are several
FURTHEST = 1000.0  # no number of an exercise is larger
NUMBERS = frozenset({"full", "range", "min", "max", "seconds", "shortest"})
# What only the athlete, the network and the order of the page know of.
OURS = ("movement", "sample", "order", "recognise", "by_rules")
_WORDS = {field.name for field in fields(Exercise)} - {"slug", "form"}
_TABLES = {
    "signal": Signal,
    "still": Still,
    **dict.fromkeys(("position", "deep", "defining", "cues", "unless"), Limit),
}


def write(exercise: Exercise) -> str:
    """The exercise as TOML; `parse_exercise` makes the same of it."""
    above, tables = [], []
    for name, value in _said(exercise).items():
        if name in ("slug", "order", "movement", "sample", "form"):
            continue
        if name in ("signal", "still"):
            tables += ["", f"[{name}]", *_lines(_said(value))]
        elif name == "shallow":
            tables += ["", f"[{name}]", *_lines(value)]
        elif name in _TABLES:
            for limit in value:
                tables += ["", f"[[{name}]]", *_lines(_said(limit))]
        else:
            above += _lines({name: value})
    return "\n".join([*above, *tables, ""])


def _said(entry: Any) -> dict[str, Any]:
    """What an Exercise, a Signal, a Limit or a Still says that the format does not take for granted."""
    values = {field.name: (getattr(entry, field.name), field) for field in fields(entry)}
    return {
        name: value
        for name, (value, field) in values.items()
        if value != field.default and not (field.default_factory is dict and not value)
    }


def _lines(table: Mapping[str, Any]) -> list[str]:
    return [f"{name} = {_value(value)}" for name, value in table.items()]


def _value(value: Any) -> str:
    if isinstance(value, Limit):
        return _value(_said(value))
    if isinstance(value, Mapping):
        return f"{{ {', '.join(_lines(value))} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")  # JSON's strings and numbers are TOML's


def read_any(data: bytes, slug: str) -> Exercise:
    """The same of a TOML file, or of what learned good from bad, which carries one (`form.write`)."""
    from demos.posture import form

    if not form.is_written(data):
        return read(data, slug)
    head, exercise = form.read(data)
    return replace(read(exercise.encode(), slug), form=head)


def read(data: bytes, slug: str) -> Exercise:
    """The exercise in a file that a visitor brings. Raises BadInput, which says what is wrong with it."""
    if len(data) > LARGEST:
        raise BadInput("posture.teach_file_large", limit=LARGEST // 1000)
    try:
        entry = tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise BadInput("posture.teach_file_no_toml") from error
    entry = {name: value for name, value in entry.items() if name not in OURS}
    _check_words(entry, _WORDS)
    for name, value in entry.items():
        _check_value(name, value, depth=0)
    for limit in entry.get("deep", ()):
        if limit.get("max", 1) <= 0:
            raise BadInput("posture.teach_file_number", word="deep", limit=f"{FURTHEST:g}")
    try:
        exercise = parse_exercise(entry, slug, "")
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        reason = str(error).removeprefix(": ").replace("__init__() ", "")
        raise BadInput("posture.teach_file_wrong", reason=reason[:200]) from error
    ranges = [still.range for still in (exercise.still,) if still]
    ranges += [exercise.signal.range] if exercise.kind == "repetitions" else []
    if any(each <= 0 for each in ranges):
        raise BadInput("posture.teach_file_number", word="range", limit=f"{FURTHEST:g}")
    return replace(exercise, recognise=False)


def _check_words(table: Mapping[str, Any], known: set[str]) -> None:
    for word in table:
        if word not in known:
            raise BadInput("posture.teach_file_unknown", word=word[:40])


def _check_value(name: str, value: Any, depth: int) -> None:
    """Raise BadInput for a number without a bound, a sentence without an end, a word that nothing knows."""
    if isinstance(value, list) and depth < 3 and len(value) <= MOST:
        for each in value:
            _check_value(name, each, depth + 1)
    elif isinstance(value, dict) and depth < 3:
        if name in _TABLES:
            _check_words(value, {field.name for field in fields(_TABLES[name])})
        for inner, each in value.items():
            _check_value(inner, each, depth + 1)
    elif name in NUMBERS:
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= FURTHEST:
            raise BadInput("posture.teach_file_number", word=name[:40], limit=f"{FURTHEST:g}")
    elif not isinstance(value, str) or len(value) > LONGEST:
        raise BadInput("posture.teach_file_text", word=name[:40], limit=LONGEST)
