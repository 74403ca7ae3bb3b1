"""Learning good from bad takes turns with what others compute, and says its place in line."""

import json
from typing import Any

import pytest

from demos.common.scheduling.budgets import Budgets
from demos.common.settings import Settings
from demos.posture.teach import learn_form
from demos.posture.teach.learn_form import Learning
from demos.posture.teach.tab import _learn
from demos.posture.teach.visitor import Teaching


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> tuple[Budgets, Any]:
    """Budgets of whose heavy turns somebody else holds the only one, and who that is."""
    monkeypatch.setattr(learn_form, "learn", lambda recordings: iter([Learning(1, 4), Learning(2, 4), Learning(3, 4)]))
    monkeypatch.setattr(Teaching, "recordings", lambda teaching: [])
    budgets = Budgets.of(Settings())
    budgets.heavy.at_once = 1
    other = budgets.heavy.enter("another")
    assert other.take()
    return budgets, other


def test_it_waits_for_its_turn_and_hands_it_on_at_the_end(busy: tuple[Budgets, Any]) -> None:
    budgets, other = busy
    told = _learn("en", Teaching(), budgets=budgets)
    waiting = json.loads(next(told))
    assert (waiting["mode"], waiting["share"], waiting["place"][:11]) == ("learning", 0.0, "1st in line")
    other.leave()
    assert [json.loads(each).get("share") for each in told] == [0.25, 0.5, 0.75, None]
    assert budgets.heavy.count == 0


def test_it_leaves_the_line_when_it_is_stopped(busy: tuple[Budgets, Any]) -> None:
    budgets, _ = busy
    teaching = Teaching()
    told = _learn("ko", teaching, budgets=budgets)
    next(told)
    teaching.requests.request()  # as `_stop` makes one
    assert len(list(told)) == 1  # and leaves the page as it is
    assert budgets.heavy.count == 1
