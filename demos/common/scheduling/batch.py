"""The same work on many items: one after another in this process, or by the workers of Ray.

    for index, result in map_unordered(Encode("embedded"), parts):                  # here, in order
    for index, result in map_unordered(Encode("embedded"), parts, ray="local"):     # Ray's workers, as they are done

A worker is a process with one thread of torch. One that dies is replaced, and its item is done again by another: Ray's
tasks are made for functions whose result depends on the item alone (Moritz et al. 2018, "Ray: A Distributed Framework
for Emerging AI Applications", section 4.2.3).
"""

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from typing import Any, Protocol, TypeVar

from demos.common.errors import BadInput
from demos.common.scheduling.ray_cluster import connected
from demos.common.scheduling.threads import process_with, single_threaded_worker

T = TypeVar("T")
R = TypeVar("R")
T_contra = TypeVar("T_contra", contravariant=True)
R_co = TypeVar("R_co", covariant=True)

RETRIES = 3  # of an item whose worker died
AHEAD = 2  # items under way for each core or thread: one at work, one waiting


class Work(Hashable, Protocol[T_contra, R_co]):
    """What is done with each item. It travels to the workers (pickled), so it names a model and holds none."""

    def open(self) -> Callable[[T_contra], R_co]:
        """The function of one item; called once in a process."""
        ...


def map_unordered(
    work: Work[T, R], items: Iterable[T], ray: str | None = None, workers: int | None = None
) -> Iterator[tuple[int, R]]:
    """The number of each item and its result, as they are done; without `ray` in order. `items` are taken as needed.

    `ray` is "local" for `workers` processes on this machine (as many as cores if None), or a cluster's HOST:PORT.
    Raises what the work raises, and BadInput if there is no Ray, no such cluster, or an item that ends every worker.
    """
    if ray is None:
        do = work.open()
        for index, item in enumerate(items):
            yield index, do(item)
        return
    with connected(ray, workers) as cluster:
        yield from _by(cluster, work, items)


def map_in_threads(do: Callable[[T], R], items: Iterable[T], threads: int, ahead: int = AHEAD) -> Iterator[R]:
    """The result of each item, in order, by so many threads of this process, in each of which torch computes alone.

    So it is the same to the last bit as what Ray's workers give. `items` are taken as needed, `ahead` for each thread.
    """
    with ThreadPoolExecutor(threads, initializer=single_threaded_worker) as pool:
        under_way: deque[Future[R]] = deque()
        try:
            for item in items:
                under_way.append(pool.submit(do, item))
                if len(under_way) == ahead * threads:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        finally:  # also if nobody asks for more, or one has failed
            for each in under_way:
                each.cancel()


def map_missing(
    work: Work[T, R], items: Sequence[T], known: Callable[[int], R | None], ray: str | None = None,
    workers: int | None = None,
) -> Iterator[tuple[int, R, bool]]:  # fmt: skip
    """The number of each item, its result, and whether that was known: those come first, and are not done again.

    `known` gives what is there already for an item's number, or None. The others: see `map_unordered`.
    """
    missing = []
    for number in range(len(items)):
        if (result := known(number)) is None:
            missing.append(number)
        else:
            yield number, result, True
    if missing:
        for index, result in map_unordered(work, [items[number] for number in missing], ray, workers):
            yield missing[index], result, False


def _by(cluster: Any, work: Work[T, R], items: Iterable[T]) -> Iterator[tuple[int, R]]:
    """`map_unordered` on a connected Ray; only so many items are under way as keep its cores busy."""
    shared, waiting = cluster.put(work), enumerate(items)
    task = cluster.remote(_do).options(num_cpus=1, max_retries=RETRIES)
    under_way: dict[Any, int] = {}
    left = True
    while left or under_way:
        room = AHEAD * max(1, int(cluster.cluster_resources().get("CPU", 1)))
        while left and len(under_way) < room:
            index, item = next(waiting, (-1, None))
            left = index >= 0
            if left:
                under_way[task.remote(shared, item)] = index
        if under_way:
            [ready], _ = cluster.wait(list(under_way), num_returns=1)
            yield under_way.pop(ready), _result(cluster, ready)


def _result(cluster: Any, ready: Any) -> Any:
    try:
        return cluster.get(ready)
    except cluster.exceptions.RayTaskError as error:
        if isinstance(error.cause, ImportError):
            raise BadInput("common.ray_no_program", reason=error.cause) from error
        raise error.cause from error
    except cluster.exceptions.RayError as error:
        raise BadInput("common.ray_lost", times=RETRIES + 1) from error


def _do(work: Work[T, R], item: T) -> R:
    do: Callable[[T], R] = _opened(work)
    return do(item)


@lru_cache(maxsize=1)
def _opened(work: Work[T, R]) -> Callable[[T], R]:
    process_with(1)
    return work.open()
