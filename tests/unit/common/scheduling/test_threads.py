"""One thread of torch where it pays, and as many as before for everybody else."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Thread

import pytest
import torch

from demos.common.scheduling.threads import single_threaded, single_threaded_worker, worker_with


@pytest.fixture(autouse=True)
def three_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    yield
    torch.set_num_threads(before)


def threads_of_a_new_thread() -> int:
    found: list[int] = []
    new = Thread(target=lambda: found.append(torch.get_num_threads()))
    new.start()
    new.join()
    return found[0]


def test_one_thread_within_and_three_after_even_if_it_fails() -> None:
    with single_threaded():
        assert torch.get_num_threads() == 1
    with single_threaded(small=False):
        assert torch.get_num_threads() == 3
    with pytest.raises(ZeroDivisionError), single_threaded():
        raise ZeroDivisionError
    assert torch.get_num_threads() == 3


def test_a_worker_keeps_its_own_number_and_others_theirs() -> None:
    with ThreadPoolExecutor(1, initializer=worker_with, initargs=(2,)) as pool:
        assert pool.submit(torch.get_num_threads).result() == 2
        assert threads_of_a_new_thread() == 3
    assert torch.get_num_threads() == 3


def test_a_worker_computes_alone_and_others_do_not() -> None:
    with ThreadPoolExecutor(1, initializer=single_threaded_worker) as pool:
        assert pool.submit(torch.get_num_threads).result() == 1
        assert threads_of_a_new_thread() == 3
    assert torch.get_num_threads() == 3


def test_workers_that_begin_at_once_leave_the_default_as_it_was() -> None:
    together = Barrier(4)

    def begin() -> None:
        together.wait()
        worker_with(1)

    for _ in range(20):
        workers = [Thread(target=begin) for _ in range(4)]
        for each in workers:
            each.start()
        for each in workers:
            each.join()
        with ThreadPoolExecutor(1) as later:
            assert later.submit(torch.get_num_threads).result() == 3
