"""Freed memory goes back to the machine, which C's allocator alone does not see to."""

import os
import sys
from pathlib import Path

import pytest

from demos.common import freed_memory

BLOCK, BLOCKS = 64_000, 3_000  # 192 MB, in blocks too small for pages of their own


def resident() -> int:
    """Bytes of this process in memory (proc(5))."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(
    not sys.platform.startswith("linux") or freed_memory._trim() is None, reason="not glibc's allocator"
)
def test_what_lies_between_blocks_in_use_is_given_back() -> None:
    blocks: list[bytearray | None] = [bytearray(BLOCK) for _ in range(BLOCKS)]
    for number in range(BLOCKS):
        if number % 20:  # every twentieth stays in use
            blocks[number] = None
    freed = 0.95 * BLOCK * BLOCKS
    before = resident()
    assert freed_memory.return_freed()
    assert before - resident() > 0.8 * freed


def test_where_the_allocator_is_another_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freed_memory, "_trim", lambda: None)
    assert not freed_memory.return_freed()
