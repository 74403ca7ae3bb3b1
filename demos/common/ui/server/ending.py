"""The end of the app: Ctrl+C and SIGTERM are one, and what is at work then does not hold it up."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import gradio as gr

GRACE = 0.5  # seconds in which answers under way may reach their pages
LOOK_EVERY = 0.1  # seconds, for a signal: the system may hand it to another thread, and then it wakes nobody here


@contextmanager
def terminated_like_interrupted() -> Iterator[None]:
    """Let SIGTERM be what Ctrl+C is: a KeyboardInterrupt in the main thread, so that all is left in order."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def serve(page: gr.Blocks) -> None:
    """Serve a page that was launched until somebody ends the app; then take no request, and wait GRACE at most.

    From then on signals are ignored: the end is under way.
    """
    try:
        while True:
            time.sleep(LOOK_EVERY)
    except KeyboardInterrupt:
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.SIG_IGN)
    server = page.server
    if server is not None:
        server.should_exit = True
        server.thread.join(GRACE)


def leave() -> NoReturn:
    """End the process, whatever its threads compute: a training, a film and a lottery are nobody's any more."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
