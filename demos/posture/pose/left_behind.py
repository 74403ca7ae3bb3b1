"""Closing what was left behind without a word, where waiting does no harm.

MediaPipe closes a landmarker in the landmarker's own thread, and waits for that. The garbage collector must not: it
runs in whatever thread happens to need memory, and a thread pool that it finds in the same circle of references has
ended its thread already. Who waits for that waits for ever, with all that the collecting thread holds. So what nobody
holds any more is put into a queue, and one thread closes it. (Python documentation, "queue.SimpleQueue": `put` may be
called from a weak reference's callback.)
"""

import logging
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from queue import SimpleQueue
from threading import Thread
from typing import Protocol
from weakref import finalize


class Closable(Protocol):
    """What is closed."""

    def close(self) -> None:
        """Give back what it holds."""


_left: SimpleQueue[Closable] = SimpleQueue()


def closed_when_left(owner: object, held: Closable) -> "finalize[..., object]":
    """Once nobody holds `owner` any more, `held` is closed, a moment later. `held` must not lead to `owner`.

    Whoever closes it calls `detach` of what comes back, which is None if that has been done.
    """
    _closer()
    left = finalize(owner, _left.put, held)
    left.atexit = False  # the process gives back everything by itself
    return left


@cache
def _closer() -> Thread:
    thread = Thread(target=_close_all, name="left behind", daemon=True)
    thread.start()
    return thread


def _close_all() -> None:
    kept = []  # of a process that ends, which gives back everything by itself: freed, they would try again
    while True:
        held = _left.get()
        try:
            held.close()
        except Exception:
            if _process_ends():
                kept.append(held)
            else:
                logging.getLogger(__name__).exception("What was left behind could not be closed")
        del held


def _process_ends() -> bool:
    """Whether thread pools begin nothing any more, a landmarker's own among them: so the end of a process begins."""
    with ThreadPoolExecutor(1) as pool:
        try:
            pool.submit(int)
        except RuntimeError:
            return True
    return False
