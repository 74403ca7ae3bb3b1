"""A disk without room, for this process alone."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager

ROOM = 20_000  # bytes that a file may have while there is no room


@contextmanager
def no_room() -> Iterator[None]:
    """No file of this process may grow beyond ROOM: each writer is told so by the kernel, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
