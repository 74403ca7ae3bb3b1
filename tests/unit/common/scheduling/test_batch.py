"""Threads of this process give what a plain loop gives, and take no more items than they need."""

import threading
from collections.abc import Iterator
from itertools import count, islice

import pytest
import torch

from demos.common.scheduling.batch import map_in_threads


def test_results_come_in_order_from_threads_in_which_torch_computes_alone() -> None:
    both = threading.Barrier(2, timeout=20)  # passed only if two items are under way at a time

    def do(item: int) -> tuple[int, int]:
        both.wait()
        return item * item, torch.get_num_threads()

    before = torch.get_num_threads()
    assert list(map_in_threads(do, range(6), 2)) == [(n * n, 1) for n in range(6)]
    assert torch.get_num_threads() == before


def test_items_are_taken_as_they_are_needed() -> None:
    taken = []

    def items() -> Iterator[int]:
        for number in count():
            taken.append(number)
            yield number

    assert list(islice(map_in_threads(abs, items(), 2, ahead=1), 3)) == [0, 1, 2]
    assert taken == [0, 1, 2, 3]


def test_a_failure_is_raised_in_its_turn_and_ends_the_others() -> None:
    done = []

    def do(item: int) -> int:
        if item == 1:
            raise ValueError("one")
        done.append(item)
        return item

    results = map_in_threads(do, range(1000), 2)
    assert next(results) == 0
    with pytest.raises(ValueError, match="one"):
        list(results)
    assert len(done) < 10
