"""One visitor's state: the model asked for last is the one, and what was written stays with its model."""

from collections.abc import Iterator

import gradio as gr
import pytest
import torch
from gradio.utils import deep_hash

from demos.common.errors import BadInput
from demos.common.models.hub import Download
from demos.gpt.lessons import Setup
from demos.gpt.model import GPT, Config
from demos.gpt.models import loading as models
from demos.gpt.models.checkpoint import Checkpoint
from demos.gpt.models.registry import TRAINING
from demos.gpt.models.tab import choose
from demos.gpt.tab import open_first, set_up_lesson
from demos.gpt.tokenizer import CharTokenizer
from demos.gpt.visitor import ModelOpened, VisitorState, Workspace
from demos.gpt.write.token_tree import ROOT


def tiny(seed: int) -> Checkpoint:
    torch.manual_seed(seed)
    return Checkpoint(GPT(Config(3, block_size=8, layers=1, heads=1, width=8)).eval(), CharTokenizer("abc"))


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> dict[str, Checkpoint]:
    """Models by name; gpt2 arrives after two reports of its download, and gpt2-medium breaks off after one."""
    known = {name: tiny(seed) for seed, name in enumerate(("shakespeare", "korean", "gpt2"))}

    def open_with_progress(name: str, *_: object, **__: object) -> Iterator[Download | Checkpoint]:
        if name.startswith("gpt2"):
            yield Download("model.safetensors", 1, 3)
        if name == "gpt2-medium":
            raise BadInput("gpt.offline", model=name)
        if name == "gpt2":
            yield Download("model.safetensors", 2, 3)
        yield known[name]

    monkeypatch.setattr(models, "open_with_progress", open_with_progress)
    return known


def open_model(visitor: VisitorState, name: str) -> None:
    for _ in visitor.open_model(name):
        pass


def test_the_model_chosen_last_stays_whenever_an_older_one_arrives(registry: dict[str, Checkpoint]) -> None:
    visitor = VisitorState()
    slow = visitor.open_model("gpt2")
    next(slow)
    open_model(visitor, "korean")
    assert list(slow) == []
    assert (visitor.name, visitor.loaded, visitor.fetching) == ("korean", registry["korean"], "")


def test_an_older_download_that_breaks_off_disturbs_nobody(registry: dict[str, Checkpoint]) -> None:
    visitor = VisitorState()
    slow = visitor.open_model("gpt2-medium")
    next(slow)
    open_model(visitor, "korean")
    assert list(slow) == []
    with pytest.raises(BadInput):
        open_model(visitor, "gpt2-medium")
    assert visitor.name == "korean"


def test_writing_does_not_cancel_what_is_being_fetched(registry: dict[str, Checkpoint]) -> None:
    visitor = VisitorState()
    open_model(visitor, "shakespeare")
    slow = visitor.open_model("gpt2")
    next(slow)
    visitor.stop()  # as whoever begins to write does
    writing = visitor.writing.number
    assert visitor.checkpoint() is registry["shakespeare"]
    list(slow)
    assert visitor.checkpoint() is registry["gpt2"]
    assert visitor.writing.number > writing  # what the old model wrote ends


def test_choosing_the_present_model_cancels_what_is_being_fetched(registry: dict[str, Checkpoint]) -> None:
    visitor = VisitorState()
    open_model(visitor, "shakespeare")
    slow = choose("en", visitor, "gpt2")
    next(slow)
    (said,) = choose("en", visitor, "shakespeare")
    assert said[0] == gr.skip()
    assert list(slow) == [(gr.skip(),) * 4]
    assert visitor.name == "shakespeare"


def lesson(number: int) -> gr.EventData:
    return gr.EventData(None, {"lesson": number, "action": "setup"})


def test_the_lesson_pressed_last_is_set_whenever_the_model_of_another_arrives(
    registry: dict[str, Checkpoint], monkeypatch: pytest.MonkeyPatch
) -> None:
    registry["adder"] = tiny(5)
    visitor = VisitorState()
    slow = models.open_with_progress
    later = []

    def pressed_meanwhile(name: str, *rest: object, **hints: object) -> Iterator[Download | Checkpoint]:
        if not later:
            later.append(None)
            later[0] = set_up_lesson("en", visitor, lesson(6))  # of the adder, while Shakespeare's is on its way
        yield from slow(name, *rest, **hints)

    monkeypatch.setattr(models, "open_with_progress", pressed_meanwhile)
    assert set_up_lesson("en", visitor, lesson(5)) == (gr.skip(),) * 3
    opened, name, view = later[0]
    assert (opened.name, name, view) == ("adder", "adder", "write")
    assert visitor.loaded is registry["adder"]
    assert not visitor.train_text  # lesson 5 lays out a text


def test_a_lesson_is_given_up_for_another_model(
    registry: dict[str, Checkpoint], monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = VisitorState()
    slow = models.open_with_progress

    def chosen_meanwhile(name: str, *rest: object, **hints: object) -> Iterator[Download | Checkpoint]:
        if name == "shakespeare":
            open_model(visitor, "korean")
        yield from slow(name, *rest, **hints)

    monkeypatch.setattr(models, "open_with_progress", chosen_meanwhile)
    assert set_up_lesson("en", visitor, lesson(1)) == (gr.skip(),) * 3
    assert visitor.loaded is registry["korean"]


def test_a_file_that_was_brought_lies_there_again_when_it_is_chosen_again(registry: dict[str, Checkpoint]) -> None:
    visitor, mine = VisitorState(), tiny(9)
    registry["/somewhere/mine.safetensors"] = mine
    list(choose("en", visitor, "file", "/somewhere/mine.safetensors"))
    list(choose("en", visitor, "shakespeare", "/somewhere/mine.safetensors"))
    assert visitor.loaded is registry["shakespeare"]
    list(choose("en", visitor, "file", "/somewhere/mine.safetensors"))
    assert visitor.loaded is mine


def test_the_page_is_told_of_each_model_that_is_opened_and_of_each_other_passage_on_show() -> None:
    """A gr.State tells of a change where the hash of its value is another one."""
    lesson = Setup("adder", "write")
    one, same = ModelOpened("adder", lesson), ModelOpened("adder", lesson)
    assert deep_hash(one) != deep_hash(same)
    workspace, other = Workspace(), Workspace()
    told = [deep_hash(workspace.on_show)]
    assert deep_hash(workspace.on_show) == told[0]
    node = workspace.tree.add(ROOT, 1)
    for workspace.tips, workspace.chosen in (([node], None), ([node, node], None), ([node], node), ([ROOT], None)):
        told.append(deep_hash(workspace.on_show))
    told.append(deep_hash(other.on_show))  # nothing is on show there as well, but of another tree
    assert told[4] == told[0]
    assert len(set(told)) == 5


def test_what_was_written_stays_with_its_model(registry: dict[str, Checkpoint]) -> None:
    visitor = VisitorState()
    open_model(visitor, "shakespeare")
    node = visitor.workspace.tree.add(0, 1, 0.5)
    open_model(visitor, "korean")
    assert len(visitor.workspace.tree) == 0
    open_model(visitor, "shakespeare")
    assert node in visitor.workspace.tree


def test_a_model_that_learned_more_begins_a_new_workspace(registry: dict[str, Checkpoint]) -> None:
    visitor, before, after = VisitorState(), tiny(7), tiny(8)
    visitor.set_model(TRAINING, before)
    visitor.workspace.tree.add(0, 1, 0.5)
    open_model(visitor, "korean")
    visitor.set_model(TRAINING, before)  # no further step was made
    assert len(visitor.workspace.tree) == 1
    visitor.set_model(TRAINING, after)
    assert len(visitor.workspace.tree) == 0  # its probabilities were another model's
    visitor.workspace.tree.add(0, 1, 0.5)
    visitor.clear()
    visitor.workspace.tree.add(0, 2, 0.5)
    visitor.set_model(TRAINING, after)
    assert len(visitor.workspace.tree) == 1


def test_a_korean_visitor_opens_on_the_korean_model_and_one_who_chose_before_on_that() -> None:
    newcomer = VisitorState()
    opened, menu = open_first("ko", newcomer)
    assert (opened.name, menu, newcomer.name) == ("korean", "korean", "korean")
    assert opened.keeps_prompt  # which the page has filled, or the visitor
    assert open_first("en", VisitorState())[1] == gr.skip()
    chosen = VisitorState(name="adder")
    assert open_first("ko", chosen)[1] == gr.skip()
    assert chosen.name == "adder"
