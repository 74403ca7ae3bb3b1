"""A value that came as JSON, checked against the annotation of the parameter that takes it."""

import types
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

from demos.common.errors import BadInput, Label
from demos.common.validate import shortened

MOST_ENTRIES = 1_000  # of a list


def typed(name: str, value: Any, kind: Any) -> Any:
    """`value` as `kind`: str, bool, int, float, Path, a list of one of them, a Literal, or a union of some.

    A whole number may be written 4.0, a number 4; which of a Literal's values is chosen is for whoever takes it to
    check, and so are ranges. Raises BadInput, by the parameter's name.
    """
    found = _as(value, kind)
    if found is NO:
        kinds = get_args(kind) if get_origin(kind) in (Union, types.UnionType) else (kind,)
        wanted = next(each for each in kinds if each is not type(None))
        raise BadInput("common.not_of_kind", name=name, kind=Label(_said(wanted)), value=shortened(value))
    if isinstance(found, list) and len(found) > MOST_ENTRIES:
        raise BadInput("common.too_many_entries", name=name, most=f"{MOST_ENTRIES:,}", count=f"{len(found):,}")
    return found


NO = object()


def _as(value: Any, kind: Any) -> Any:
    """`value` as `kind`, or NO."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return next((found for each in get_args(kind) if (found := _as(value, each)) is not NO), NO)
    if origin is list:
        (each,) = get_args(kind)
        found = [_as(entry, each) for entry in value] if isinstance(value, list) else [NO]
        return NO if any(entry is NO for entry in found) else found
    if kind is type(None):
        return None if value is None else NO
    if kind is int:
        return int(value) if _is_number(value) and value % 1 == 0 else NO
    if kind is float:
        return float(value) if _is_number(value) else NO
    if origin is Literal:
        kind = str
    return value if isinstance(value, kind) else NO


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _said(kind: Any) -> str:
    """The key of the words for a kind."""
    if get_origin(kind) is list:
        return "common.kind_files" if get_args(kind) == (Path,) else "common.kind_list"
    names = {bool: "switch", int: "whole", float: "number", Path: "file"}
    return f"common.kind_{names.get(kind, 'text')}"
