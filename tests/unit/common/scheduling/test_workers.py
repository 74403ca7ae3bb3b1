"""Workers see what the others hold, and never what one holds that is gone."""

import subprocess
import sys
from pathlib import Path

import pytest

from demos.common.errors import BadInput
from demos.common.scheduling.turns import Turns
from demos.common.scheduling.workers import LIVES, SAYS, Held, Workers

OTHER = """
import sys, time
from pathlib import Path
from demos.common.scheduling.workers import Held, Workers
worker = Workers(Path(sys.argv[1]))
with worker.others():
    worker.tell(Held(2, 500))
print("told", flush=True)
time.sleep(600)
"""


def others(worker: Workers) -> Held:
    with worker.others() as held:
        return held


def test_alone_there_are_no_others(tmp_path: Path) -> None:
    assert others(Workers()) == Held()
    worker = Workers(tmp_path / "workers")
    worker.tell(Held(3, 10))
    assert others(worker) == Held()


def test_each_sees_what_the_others_hold_now(tmp_path: Path) -> None:
    a, b, c = (Workers(tmp_path) for _ in range(3))
    a.tell(Held(1, 100))
    b.tell(Held(2, 50))
    assert others(c) == Held(3, 150)
    assert others(a) == Held(2, 50)
    b.tell(Held())
    assert others(c) == Held(1, 100)


def test_one_that_is_killed_holds_nothing_and_leaves_nothing(tmp_path: Path) -> None:
    worker = Workers(tmp_path)
    command = [sys.executable, "-c", OTHER, tmp_path]
    with subprocess.Popen(command, cwd=Path(__file__).parents[4], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "told\n"
        assert others(worker) == Held(2, 500)
        other.kill()
    assert others(worker) == Held()
    assert list(tmp_path.glob(f"*{SAYS}")) == []
    assert [file.stem for file in tmp_path.glob(f"*{LIVES}")] == [worker.name]


def test_the_places_and_the_memory_of_turns_are_those_of_all_workers(tmp_path: Path) -> None:
    one, two = (Turns(1, 5.0, most=3, memory=100, workers=Workers(tmp_path)) for _ in range(2))
    first, second = one.enter(holds=40), two.enter(holds=40)
    with pytest.raises(BadInput):
        two.enter(holds=30)  # no memory is left
    third = two.enter(holds=10)
    with pytest.raises(BadInput):
        one.enter()  # no place is left
    second.leave()
    with one.enter(holds=40):
        pass
    first.leave()
    third.leave()
    with two.enter(holds=100):
        pass


def test_each_worker_computes_on_its_own(tmp_path: Path) -> None:
    one, two = (Turns(1, 5.0, workers=Workers(tmp_path)) for _ in range(2))
    with one.enter() as a, two.enter() as b:
        assert a.take()
        assert b.take()
