"""Lines of the code itself, for a page that explains it: read when they are shown, so that they are what runs."""

import inspect
import textwrap
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from types import ModuleType


@dataclass(frozen=True)
class Excerpt:
    """Some lines of a function: from the one that holds `first` to the next one that holds `last`.

    `function` is its name in its module, "Block.forward" for a method.
    """

    function: str
    first: str
    last: str


@dataclass(frozen=True)
class Lines:
    """Lines of a `file` as they stand there; the first has the number `start`."""

    file: str
    function: str
    start: int
    lines: tuple[str, ...]


@cache
def lines_of(module: ModuleType, excerpt: Excerpt) -> Lines:
    """The lines, read from the module's own file. Raises ValueError if they are no longer there."""
    source, start = inspect.getsourcelines(attrgetter(excerpt.function)(module))
    file = f"{module.__name__.rpartition('.')[2]}.py"
    try:
        first = next(i for i, line in enumerate(source) if excerpt.first in line)
        last = next(i for i, line in enumerate(source) if i >= first and excerpt.last in line)
    except StopIteration:
        raise ValueError(
            f"{file}'s {excerpt.function} has no lines from {excerpt.first!r} to {excerpt.last!r}."
        ) from None
    while _open_brackets(source[first : last + 1]) > 0 and last + 1 < len(source):
        last += 1  # to the end of the statement
    lines = textwrap.dedent("".join(source[first : last + 1])).rstrip().split("\n")
    return Lines(file, excerpt.function, start + first, tuple(lines))


def _open_brackets(lines: list[str]) -> int:
    text = "".join(line.split("#")[0] for line in lines)
    return sum(map(text.count, "([{")) - sum(map(text.count, ")]}"))
