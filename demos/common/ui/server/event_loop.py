"""One event loop for all that Gradio makes before it serves.

Gradio makes a new event loop for each of its locks that is made outside of one, a dozen for a page, and closes none.
When they are collected, their sockets may be before they are, and the log gets tracebacks: "Exception ignored in:
BaseEventLoop.__del__ … ValueError: Invalid file descriptor: -1". Within a running loop it makes none.
"""

import asyncio
from collections.abc import Callable
from typing import TypeVar

Made = TypeVar("Made")


def in_event_loop(make: Callable[[], Made]) -> Made:
    """What `make()` gives, called within a running event loop that is closed afterwards."""

    async def called() -> Made:
        return make()

    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(called())
    finally:
        loop.close()
