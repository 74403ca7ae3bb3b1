"""The view that compares: the last request is answered, and a visitor is offered only what is the visitor's own."""

import json
from typing import Any

import pytest
import torch

from demos.common.scheduling.budgets import Budgets
from demos.common.settings import Settings
from demos.gpt.compare.others import EARLIER, UNTRAINED, open_other, others
from demos.gpt.compare.tab import CompareState, _compare
from demos.gpt.model import GPT, Config
from demos.gpt.models import checkpoint as checkpoints
from demos.gpt.models.checkpoint import Checkpoint
from demos.gpt.models.registry import TRAINING
from demos.gpt.tokenizer import CharTokenizer
from demos.gpt.visitor import MOST_EARLIER, VisitorState


def tiny(seed: int, steps: int) -> Checkpoint:
    torch.manual_seed(seed)
    model = GPT(Config(3, block_size=8, layers=1, heads=1, width=8)).eval()
    return Checkpoint(model, CharTokenizer("abc"), {"steps": steps})


def compared(visitor: VisitorState, state: CompareState, own: str, other: str, number: int) -> list[dict[str, Any]]:
    """What was sent to the page."""
    given = _compare("en", visitor, state, "compare", own, other, number, budgets=Budgets.of(Settings()))
    return [json.loads(shown.value) for _, shown in given if getattr(shown, "value", None)]


@pytest.fixture
def visitor() -> VisitorState:
    """One who has trained for 100 steps, looked at that, and trained on."""
    visitor = VisitorState()
    for steps in (100, 200):
        visitor.set_model(TRAINING, tiny(steps, steps))
    return visitor


def test_what_was_open_before_is_what_the_present_model_is_compared_with(visitor: VisitorState) -> None:
    state = CompareState()
    (shown,) = compared(visitor, state, "abcab", UNTRAINED, 1)
    assert [name.endswith(step) for name, step in zip(shown["names"], ("step 200", "step 100"), strict=True)] == [
        True
    ] * 2
    assert shown["same_vocabulary"]
    assert {part["name"] for part in shown["weights"]} == {"tokens", "positions", "attention", "mlp", "norm"}
    assert compared(visitor, state, "abcab", state.preset, 2) == []  # it is there


def test_an_older_question_that_arrives_later_changes_nothing(visitor: VisitorState) -> None:
    state = CompareState()
    assert len(compared(visitor, state, "abc", UNTRAINED, 7)) == 1
    assert compared(visitor, state, "cba", UNTRAINED, 6) == []
    (shown,) = compared(visitor, state, "ccc", UNTRAINED, 8)
    assert [segment[0] for segment in shown["segments"]] == list("ccc")


def test_the_same_question_asked_twice_at_once_is_answered(visitor: VisitorState) -> None:
    state = CompareState()
    first = _compare("en", visitor, state, "compare", "abc", UNTRAINED, 1, budgets=Budgets.of(Settings()))
    next(first)
    assert compared(visitor, state, "abc", state.preset, 2) == []
    assert any(getattr(shown, "value", None) for _, shown in first)


def test_what_the_visitor_chose_stays_and_what_was_preset_gives_way(visitor: VisitorState) -> None:
    state = CompareState()
    compared(visitor, state, "abc", UNTRAINED, 1)
    assert state.preset == f"{EARLIER}1"
    (shown,) = compared(visitor, state, "abc", UNTRAINED, 2)
    assert shown["names"][1] == "The same shape, untrained"
    visitor.set_model(TRAINING, tiny(300, 300))
    assert compared(visitor, state, "abc", UNTRAINED, 3)[0]["names"][1] == "The same shape, untrained"
    assert compared(visitor, state, "abc", f"{EARLIER}1", 4)[0]["names"][1].endswith("step 100")
    state = CompareState()
    compared(visitor, state, "abc", UNTRAINED, 1)
    visitor.set_model(TRAINING, tiny(400, 400))
    assert compared(visitor, state, "abc", state.preset, 2)[0]["names"][1].endswith("step 300")


def test_a_text_that_the_model_wrote_itself_is_said_to_flatter_it(visitor: VisitorState) -> None:
    tree = visitor.workspace.tree
    visitor.workspace.tips = [tree.add_prompt([0, 1, 2], [None, 0.5, 0.5])]
    (shown,) = compared(visitor, CompareState(), "", UNTRAINED, 1)
    assert [segment[0] for segment in shown["segments"]] == list("abc")
    assert shown["notes"][-1].startswith("A wrote this passage itself")
    (shown,) = compared(visitor, CompareState(), "abca", UNTRAINED, 1)
    assert shown["notes"] == []


def test_a_text_that_one_does_not_know_is_answered_in_a_sentence(visitor: VisitorState) -> None:
    state = CompareState()
    (shown,) = compared(visitor, state, "xyz", UNTRAINED, 1)
    assert shown["refused"].startswith("There is nothing to compare")
    assert "segments" in compared(visitor, state, "abc", UNTRAINED, 2)[0]


def test_a_model_of_ones_own_is_no_one_elses(visitor: VisitorState) -> None:
    (own,) = (each.key for each in others(visitor, "en") if each.key.startswith(EARLIER))
    assert open_other(visitor, own) is visitor.earlier[0].checkpoint
    stranger = VisitorState()
    assert not {own, TRAINING} & {each.key for each in others(stranger, "en")}
    for key in (own, TRAINING, "file", "/etc/passwd", "../weights/gpt/sort.safetensors", "gpt2"):
        assert open_other(stranger, key) is None


def test_few_are_kept_and_none_that_all_visitors_have(visitor: VisitorState) -> None:
    for steps in range(300, 900, 100):
        visitor.set_model(TRAINING, tiny(steps, steps))
    assert [each.checkpoint.facts["steps"] for each in visitor.earlier] == [700, 600, 500][:MOST_EARLIER]
    last = visitor.loaded
    assert last is not None
    visitor.set_model("shakespeare", tiny(1, 1))
    visitor.set_model("korean", tiny(2, 2))
    assert visitor.earlier[0].checkpoint is last
    visitor.set_model(TRAINING, last)  # it is open again
    assert last not in [each.checkpoint for each in visitor.earlier]
    assert len({each.number for each in visitor.earlier}) == len(visitor.earlier)


def test_a_large_model_waits_in_line_and_ends_there_once_something_else_is_asked(
    visitor: VisitorState, monkeypatch: pytest.MonkeyPatch
) -> None:
    budgets, state = Budgets.of(Settings()), CompareState()
    budgets.heavy.at_once = 1
    other = budgets.heavy.enter("another")
    assert other.take()

    def asked(own: str, number: int) -> Any:
        return _compare("en", visitor, state, "compare", own, UNTRAINED, number, budgets=budgets)

    assert json.loads([shown for _, shown in asked("abc", 1)][-1].value)["segments"]  # a small one waits for nobody
    monkeypatch.setattr(checkpoints, "LARGE", 0)
    first, second = asked("cba", 2), asked("bca", 3)
    assert [next(first)[1].props["progress"], next(first)[1].props["place"][:11]] == [0.05, "1st in line"]
    assert [next(second)[1].props["progress"], next(second)[1].props["place"][:11]] == [0.05, "1st in line"]
    assert list(first) == []
    other.leave()
    told = [shown for _, shown in second]
    assert [segment[0] for segment in json.loads(told[-1].value)["segments"]] == list("bca")
    assert told[-1].props["place"] == ""
    assert budgets.heavy.count == 0
