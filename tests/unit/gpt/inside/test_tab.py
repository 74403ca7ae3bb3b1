"""Of the texts that a visitor asks to look into, the one asked for last is shown, in whatever order they arrive."""

import json
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from demos.common.scheduling.budgets import Budgets
from demos.common.settings import Settings
from demos.gpt.inside.tab import InsideState, _attribute, _change, _look
from demos.gpt.models import checkpoint as checkpoints
from demos.gpt.visitor import VisitorState


def looked(
    visitor: VisitorState, state: InsideState, own: str, number: int, budgets: Budgets | None = None
) -> list[Any]:
    """The tokens of the last message; none if nothing was shown."""
    messages = [
        json.loads(shown.value)
        for shown, _ in _look(
            "en", visitor, state, "inside", own, 64, number, budgets=budgets or Budgets.of(Settings())
        )
        if getattr(shown, "value", None)
    ]
    return [token["text"] for token in messages[-1]["tokens"]] if messages else []


def test_an_older_question_that_arrives_later_changes_nothing() -> None:
    visitor, state = VisitorState(), InsideState()
    assert "".join(looked(visitor, state, "JULIET", 7)) == "JULIET"
    assert looked(visitor, state, "", 6) == []
    assert "".join(looked(visitor, state, "ROMEO", 8)) == "ROMEO"
    assert looked(visitor, state, "ROMEO", 9) == []  # it is there


def busy() -> tuple[Budgets, Any]:
    """Budgets of whose heavy turns somebody else holds the only one, and who that is."""
    budgets = Budgets.of(Settings())
    budgets.heavy.at_once = 1
    other = budgets.heavy.enter("another")
    assert other.take()
    return budgets, other


def test_a_large_model_waits_in_line_and_a_small_one_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    budgets, other = busy()
    visitor, state = VisitorState(), InsideState()
    assert "".join(looked(visitor, state, "JULIET", 1, budgets)) == "JULIET"
    monkeypatch.setattr(checkpoints, "LARGE", 0)
    given = _look("en", visitor, state, "inside", "ROMEO", 64, 2, budgets=budgets)
    next(given)
    assert next(given)[0].props["place"].startswith("1st in line")
    other.leave()
    told = [shown for shown, _ in given]
    assert json.loads(told[-1].value)["tokens"][0]["text"] == "R"
    assert told[-1].props["place"] == ""
    assert budgets.heavy.count == 0


@pytest.mark.parametrize("ask", [_change, _attribute])
def test_causes_in_a_large_model_wait_in_line_until_something_else_is_asked(
    ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor, state = VisitorState(), InsideState()
    looked(visitor, state, "JULIET", 1)
    data = {"turn": state.requests.number, "number": 1, "layer": 0, "head": 0, "position": 2, "target": -1}
    event: Any = SimpleNamespace(_data=data | {"factor": 0.0, "other": ""})
    (_, alone) = ask("en", state, event, budgets=Budgets.of(Settings()))
    monkeypatch.setattr(checkpoints, "LARGE", 0)
    budgets, other = busy()
    first, second = (ask("en", state, event, budgets=budgets) for _ in range(2))
    assert next(first) == next(second) == gr.skip()
    assert next(first).props["place"].startswith("1st in line")
    assert next(second).props["place"].startswith("1st in line")  # the first one is asked for no longer
    assert list(first) == []
    other.leave()
    *_, found = second
    name = "changed" if ask is _change else "attributed"
    assert found.props[name] == alone.props[name]
    assert budgets.heavy.count == 0
