"""A landmarker that a visitor has left is closed, and nobody waits for that."""

import gc
import subprocess
import sys
import time
from collections.abc import Callable
from threading import Thread
from weakref import ref

import numpy as np
import pytest

from demos.posture.pose.landmarker import Landmarker
from demos.posture.pose.left_behind import closed_when_left
from tests.conftest import ROOT


def soon(happened: Callable[[], bool]) -> bool:
    """Whether it has happened within a minute."""
    for _ in range(600):
        if happened():
            return True
        time.sleep(0.1)
    return False


def test_one_in_a_circle_of_references_holds_up_nobody_who_collects_garbage() -> None:
    """The collector finds landmarker and thread pool at once: to wait for that pool's thread is to wait for ever."""
    landmarker = Landmarker()
    landmarker.detect(np.zeros((64, 64, 3), np.uint8), 0.0)
    landmarker.itself = landmarker  # type: ignore[attr-defined]
    native = ref(landmarker._landmarker)
    del landmarker
    collects = Thread(target=gc.collect, daemon=True)
    collects.start()
    collects.join(60)
    assert not collects.is_alive()
    assert soon(lambda: native() is None)


class Held:
    """What says what becomes of it."""

    def __init__(self, name: str, closed: list[str]) -> None:
        self.name, self.closed = name, closed

    def close(self) -> None:
        self.closed.append(self.name)
        if self.name == "bad":
            raise RuntimeError("cannot be closed")


class Owner:
    """Whoever holds it."""


def test_what_its_owner_closed_is_not_closed_again_and_a_bad_one_does_not_end_the_closing() -> None:
    closed: list[str] = []
    assert closed_when_left(Owner(), Held("good", closed))
    assert soon(lambda: closed == ["good"])
    owner = Owner()
    assert closed_when_left(owner, Held("taken back", closed)).detach()
    del owner
    for name in ("bad", "good"):
        owner = Owner()
        closed_when_left(owner, Held(name, closed))
        del owner
    assert soon(lambda: closed == ["good", "bad", "good"])


def test_closing_twice_is_closing_once() -> None:
    landmarker = Landmarker()
    native = ref(landmarker._landmarker)
    for _ in range(2):
        landmarker.close()
    del landmarker
    assert soon(lambda: native() is None)


ENDING = """
import time
from concurrent.futures import ThreadPoolExecutor
from demos.posture.pose.left_behind import closed_when_left

pool = ThreadPoolExecutor()

class Late:
    def close(self):
        while True:
            time.sleep(0.01)
            pool.submit(int)  # raises once no pool begins anything any more
    __del__ = close

class Owner:
    pass

owner = Owner()
closed_when_left(owner, Late())
del owner
pool.submit(time.sleep, {held})  # the main thread waits for it, and is alive for as long
{then}
"""


@pytest.mark.parametrize("held", [0, 1])
@pytest.mark.parametrize("then", ["", "import threading; threading.Thread(target=time.sleep, args=(1,)).start()"])
def test_what_can_no_longer_be_closed_as_the_process_ends_is_not_told(held: int, then: str) -> None:
    ending = ENDING.format(held=held, then=then)
    done = subprocess.run([sys.executable, "-c", ending], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
