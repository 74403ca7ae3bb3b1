"""The threads that train: the tab's streams and the lottery hand them their work, piece by piece."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from demos.common.scheduling.threads import single_threaded_worker

T = TypeVar("T")

_workers = ThreadPoolExecutor(max_workers=4, thread_name_prefix="xor", initializer=single_threaded_worker)


def run_single_threaded(work: Callable[[], T]) -> T:
    """The result of `work`, done in a worker whose torch uses one thread: more would only wait for each other."""
    return _workers.submit(work).result()
