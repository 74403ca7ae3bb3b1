"""How many threads torch computes with, where a team of them costs more than it saves.

torch keeps the number for the calling thread, and as the default of threads to come.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import torch

_one_by_one = threading.Lock()


@contextmanager
def single_threaded(small: bool = True) -> Iterator[None]:
    """Compute on the calling thread alone, if what is computed is `small`.

    On a busy machine, a team of threads spends ten to a hundred times longer waiting for each other than working.
    """
    before = torch.get_num_threads()
    if small:
        torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def process_with(threads: int) -> None:
    """The calling thread and those to come compute with so many from now on. For a program that does one thing."""
    torch.set_num_threads(threads)


def single_threaded_worker() -> None:
    """The calling thread computes alone from now on; threads to come keep their default. For a pool's `initializer`."""
    worker_with(1)


def worker_with(threads: int) -> None:
    """The calling thread computes with so many from now on; threads to come keep their default."""
    with _one_by_one:  # else one would take the number of another for the default
        before = torch.get_num_threads()
        torch.set_num_threads(threads)
        helper = threading.Thread(target=torch.set_num_threads, args=(before,))
        helper.start()
        helper.join()
