"""Of the texts that a visitor asks to look into, the one asked for last is shown, in whatever order they arrive."""

import json
from typing import Any

from demos.gpt.inside.tab import InsideState, _look
from demos.gpt.visitor import VisitorState


def looked(visitor: VisitorState, state: InsideState, own: str, number: int) -> list[Any]:
    """The tokens of the last message; none if nothing was shown."""
    messages = [
        json.loads(shown.value)
        for shown, _ in _look("en", visitor, state, "inside", own, 64, number)
        if getattr(shown, "value", None)
    ]
    return [token["text"] for token in messages[-1]["tokens"]] if messages else []


def test_an_older_question_that_arrives_later_changes_nothing() -> None:
    visitor, state = VisitorState(), InsideState()
    assert "".join(looked(visitor, state, "JULIET", 7)) == "JULIET"
    assert looked(visitor, state, "", 6) == []
    assert "".join(looked(visitor, state, "ROMEO", 8)) == "ROMEO"
    assert looked(visitor, state, "ROMEO", 9) == []  # it is there
