"""One visitor's desk: the model asked for last lies there, and what was written stays with its model."""

from collections.abc import Iterator

import gradio as gr
import pytest
import torch

from demos.common.errors import BadInput
from demos.common.hub import Download
from demos.gpt.model import GPT, Config
from demos.gpt.models import loading as models
from demos.gpt.models.checkpoint import Checkpoint
from demos.gpt.models.registry import TRAINING
from demos.gpt.tab import _take
from demos.gpt.tokenizer import CharTokenizer
from demos.gpt.visitor import Visit


def tiny(seed: int) -> Checkpoint:
    torch.manual_seed(seed)
    return Checkpoint(GPT(Config(3, block_size=8, layers=1, heads=1, width=8)).eval(), CharTokenizer("abc"))


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> dict[str, Checkpoint]:
    """Models by name; gpt2 arrives after two reports of its download, and gpt2-medium breaks off after one."""
    known = {name: tiny(seed) for seed, name in enumerate(("shakespeare", "korean", "gpt2"))}

    def loading(name: str, *_: object, **__: object) -> Iterator[Download | Checkpoint]:
        if name.startswith("gpt2"):
            yield Download("model.safetensors", 1, 3)
        if name == "gpt2-medium":
            raise BadInput("gpt.offline", model=name)
        if name == "gpt2":
            yield Download("model.safetensors", 2, 3)
        yield known[name]

    monkeypatch.setattr(models, "loading", loading)
    return known


def take(visit: Visit, name: str) -> None:
    for _ in visit.take(name):
        pass


def test_the_model_chosen_last_lies_there_whenever_an_older_one_arrives(shelf: dict[str, Checkpoint]) -> None:
    visit = Visit()
    slow = visit.take("gpt2")
    next(slow)
    take(visit, "korean")
    assert list(slow) == []
    assert (visit.name, visit.opened, visit.coming) == ("korean", shelf["korean"], "")


def test_an_older_download_that_breaks_off_disturbs_nobody(shelf: dict[str, Checkpoint]) -> None:
    visit = Visit()
    slow = visit.take("gpt2-medium")
    next(slow)
    take(visit, "korean")
    assert list(slow) == []
    with pytest.raises(BadInput):
        take(visit, "gpt2-medium")
    assert visit.name == "korean"


def test_writing_does_not_cancel_what_is_being_fetched(shelf: dict[str, Checkpoint]) -> None:
    visit = Visit()
    take(visit, "shakespeare")
    slow = visit.take("gpt2")
    next(slow)
    visit.stop()  # as whoever begins to write does
    writing = visit.turn
    assert visit.checkpoint() is shelf["shakespeare"]
    list(slow)
    assert visit.checkpoint() is shelf["gpt2"]
    assert visit.turn > writing  # what the old model wrote ends


def test_choosing_the_present_model_cancels_what_is_being_fetched(shelf: dict[str, Checkpoint]) -> None:
    visit = Visit()
    take(visit, "shakespeare")
    slow = _take("en", visit, "gpt2")
    next(slow)
    (said,) = _take("en", visit, "shakespeare")
    assert said[0] == gr.skip()
    assert list(slow) == [(gr.skip(),) * 4]
    assert visit.name == "shakespeare"


def test_a_file_that_was_brought_lies_there_again_when_it_is_chosen_again(shelf: dict[str, Checkpoint]) -> None:
    visit, mine = Visit(), tiny(9)
    shelf["/somewhere/mine.safetensors"] = mine
    list(_take("en", visit, "file", "/somewhere/mine.safetensors"))
    list(_take("en", visit, "shakespeare", "/somewhere/mine.safetensors"))
    assert visit.opened is shelf["shakespeare"]
    list(_take("en", visit, "file", "/somewhere/mine.safetensors"))
    assert visit.opened is mine


def test_what_was_written_stays_with_its_model(shelf: dict[str, Checkpoint]) -> None:
    visit = Visit()
    take(visit, "shakespeare")
    node = visit.sheet.tree.add(0, 1, 0.5)
    take(visit, "korean")
    assert len(visit.sheet.tree) == 0
    take(visit, "shakespeare")
    assert node in visit.sheet.tree


def test_a_model_that_learned_more_begins_a_new_sheet(shelf: dict[str, Checkpoint]) -> None:
    visit, before, after = Visit(), tiny(7), tiny(8)
    visit.lay(TRAINING, before)
    visit.sheet.tree.add(0, 1, 0.5)
    take(visit, "korean")
    visit.lay(TRAINING, before)  # no further step was made
    assert len(visit.sheet.tree) == 1
    visit.lay(TRAINING, after)
    assert len(visit.sheet.tree) == 0  # its probabilities were another model's
    visit.sheet.tree.add(0, 1, 0.5)
    visit.clear()
    visit.sheet.tree.add(0, 2, 0.5)
    visit.lay(TRAINING, after)
    assert len(visit.sheet.tree) == 1
