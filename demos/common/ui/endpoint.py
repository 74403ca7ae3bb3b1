"""Endpoints for programs: a plain function with typed parameters becomes one, by its own name and documentation.

A demo's `endpoints.py` knows no Gradio: the public methods of its class are what a program, or an assistant, can ask.
What is here is what they share: each value is checked against its annotation before the function sees it, a file
arrives as a `Path` to what was sent (never to anything else of this machine), and a refusal is one sentence in the
language that was asked for.
"""

import inspect
from collections.abc import Callable, Iterator
from functools import reduce
from operator import or_
from pathlib import Path
from types import UnionType
from typing import Any, Literal, TypedDict, cast, get_args, get_origin, get_type_hints

from gradio.events import api
from gradio.utils import get_upload_folder, is_in_or_equal
from gradio_client.utils import is_file_obj_with_meta

from demos.common.i18n import LANGUAGES
from demos.common.scheduling.turns import Turns
from demos.common.typed import typed
from demos.common.ui.handlers import says
from demos.common.ui.in_turns import in_turns

FILE = "gradio.FileData"


class FileKind(TypedDict):
    """What tells a file from other objects."""

    _type: Literal["gradio.FileData"]


class SentFile(TypedDict):
    """A file as Gradio's clients send it: uploaded first, then named by its place in Gradio's own folder."""

    path: str
    meta: FileKind


def serve(endpoints: object, concurrency_limit: int, *turns: Turns, **turns_of: Turns) -> None:
    """An endpoint for each public method of `endpoints`, in their order, so many runs of each at once.

    Each computes in `turns` with others, those of the last held for longest; or in those that are given by its name.
    """
    for name in vars(type(endpoints)):
        if not name.startswith("_") and callable(method := getattr(endpoints, name)):
            called = _called_by_programs(method)
            for each in (turns_of[name],) if name in turns_of else turns:
                called = in_turns(each, called)
            api(called, api_name=name, concurrency_limit=concurrency_limit)


def _called_by_programs(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function` as Gradio calls it: values by position, none of them checked yet."""
    signature, kinds = inspect.signature(function), get_type_hints(function)

    def arguments(given: tuple[Any, ...]) -> dict[str, Any]:
        named = signature.bind(*given).arguments
        return {name: typed(name, _local(value), kinds[name]) for name, value in named.items()}

    def language(given: tuple[Any, ...]) -> str:
        asked = signature.bind(*given).arguments.get("language")
        return asked if isinstance(asked, str) else LANGUAGES[0]

    called: Any
    if inspect.isgeneratorfunction(function):

        def stream(_: str, given: tuple[Any, ...]) -> Iterator[Any]:
            yield from map(_sent, function(**arguments(given)))

        def streaming(*given: Any) -> Iterator[Any]:
            yield from says(stream)(language(given), given)

        called = streaming
    else:

        def answer(_: str, given: tuple[Any, ...]) -> Any:
            return _sent(function(**arguments(given)))

        def answering(*given: Any) -> Any:
            return says(answer)(language(given), given)

        called = answering
    shown = {name: _as_sent(kind) for name, kind in kinds.items()}
    called.__name__, called.__doc__, called.__annotations__ = function.__name__, function.__doc__, shown
    called.__signature__ = signature.replace(
        parameters=[each.replace(annotation=shown[each.name]) for each in signature.parameters.values()],
        return_annotation=shown["return"],
    )
    called.endpoint = True
    return cast(Callable[..., Any], called)


def _as_sent(kind: Any) -> Any:
    """The annotation that Gradio documents: a Path is a file that is sent; a generator's is that of what it yields."""
    if kind is Path:
        return SentFile
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Iterator:
        return parts[0]
    if origin is list:
        return list[_as_sent(parts[0])]  # type: ignore[misc]
    return reduce(or_, map(_as_sent, parts)) if origin is UnionType else kind


def _local(value: Any) -> Any:
    """Files that were sent, as paths; Gradio has looked that each lies where uploads do, and so it is looked here.

    What only claims to be a file stays what it is, and is refused by its kind.
    """
    if isinstance(value, list):
        return [_local(each) for each in value]
    if is_file_obj_with_meta(value) and is_in_or_equal(value["path"], get_upload_folder()):
        return Path(value["path"])
    return value


def _sent(answer: Any) -> Any:
    """The files of an answer in Gradio's words: a client fetches them."""
    if isinstance(answer, dict):
        return {name: _sent(value) for name, value in answer.items()}
    if isinstance(answer, Path):
        return {"path": str(answer), "orig_name": answer.name, "meta": {"_type": FILE}}
    return answer
