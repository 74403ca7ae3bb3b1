"""What a process has freed goes back to the machine.

C's allocator keeps freed blocks between those in use, for each of its arenas, and a server of many threads has many:
after twelve visitors for three minutes it kept 1.2 GB, of 1.95 that the process seemed to hold.
"""

import ctypes
from collections.abc import Callable
from functools import cache


def return_freed() -> bool:
    """Give the machine back the whole pages among what was freed (malloc_trim(3)); a gigabyte takes some 0.2 s.

    Other threads go on meanwhile. False where the allocator is not glibc's: musl's and macOS's do it by themselves.
    """
    trim = _trim()
    return trim is not None and bool(trim(0))


@cache
def _trim() -> Callable[[int], int] | None:
    try:
        return ctypes.CDLL(None).malloc_trim  # a call of CDLL lets other threads go on
    except (AttributeError, OSError, TypeError):  # another allocator; TypeError: Windows knows no None
        return None
