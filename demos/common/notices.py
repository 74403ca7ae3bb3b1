"""A sentence beside the answer, for whoever asked: the page shows it, the command line prints it."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from demos.common.i18n import text

Heard = Callable[[str], None]  # is given the key of a string

_heard: ContextVar[Heard | None] = ContextVar("heard", default=None)


def notice(key: str) -> None:
    """Say the string called `key` ("common.gpu_full") to whoever asked for what is computed here."""
    heard = _heard.get()
    if heard is None:
        print(text(key, "en"), file=sys.stderr)
    else:
        heard(key)


@contextmanager
def heard_by(heard: Heard) -> Iterator[None]:
    """What is noticed in here, on this thread, is given to `heard`."""
    token = _heard.set(heard)
    try:
        yield
    finally:
        _heard.reset(token)
