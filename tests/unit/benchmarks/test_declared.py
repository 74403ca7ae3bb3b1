"""A benchmark that does not say what it measured fails, and what it said counts also where its target is missed."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.benchmarks import conftest
from tests.benchmarks.figures import figure


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The rows that are gathered."""
    gathered: tuple[list[Any], list[Any]] = ([], [])
    monkeypatch.setattr(conftest, "ROWS", gathered)
    return gathered[0]


def called(fixtures: dict[str, Any]) -> Any:
    """The hook around a test with these fixtures, which is about to be called."""
    item: Any = SimpleNamespace(funcargs=fixtures, nodeid="tests/benchmarks/xor/test_speed.py::test")
    around: Any = conftest.pytest_pyfunc_call(item)
    next(around)
    return around


def declaring() -> Any:
    benchmark = SimpleNamespace(extra_info={})
    figure(benchmark, what="a", unit="ms", ours=2, peer="b", theirs=1, at_most=1)
    return benchmark


def test_a_benchmark_that_declares_nothing_fails(rows: list[Any]) -> None:
    with pytest.raises(pytest.fail.Exception, match="declare"):
        called({"benchmark": SimpleNamespace(extra_info={})}).send(True)
    assert rows == []


def test_any_other_test_need_not(rows: list[Any]) -> None:
    with pytest.raises(StopIteration):
        called({}).send(True)


def test_what_is_declared_is_gathered(rows: list[Any]) -> None:
    with pytest.raises(StopIteration):
        called({"benchmark": declaring()}).send(True)
    assert [(row.tab, row.what) for row in rows] == [("xor", "a")]


def test_a_missed_target_is_gathered_too(rows: list[Any]) -> None:
    with pytest.raises(AssertionError, match="missed"):
        called({"benchmark": declaring()}).throw(AssertionError("missed"))
    assert [row.met for row in rows] == [False]
