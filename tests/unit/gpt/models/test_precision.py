"""Weights in 8 bits: offered beside large models, taken where they are faster, gone with their model."""

import pytest
import torch

from demos.gpt.model import GPT, Config
from demos.gpt.models import quantise, tab
from demos.gpt.models.checkpoint import Checkpoint
from demos.gpt.models.quantise import Comparison, Int8Linear
from demos.gpt.tokenizer import CharTokenizer
from demos.gpt.visitor import VisitorState

LETTERS = "\n abcdefghijklm"

pytestmark = pytest.mark.skipif(not quantise.available(), reason="no kernels for whole numbers here")


@pytest.fixture
def visitor() -> VisitorState:
    torch.manual_seed(0)
    model = GPT(Config(len(LETTERS), block_size=48, layers=2, heads=2, width=32)).eval().requires_grad_(False)
    return VisitorState(loaded=Checkpoint(model, CharTokenizer(LETTERS)))


def measured(monkeypatch: pytest.MonkeyPatch, speedup: float) -> None:
    monkeypatch.setattr(quantise, "compare", lambda *_: Comparison(speedup, 0.0706, 0.557))


def test_small_models_are_left_alone(visitor: VisitorState, monkeypatch: pytest.MonkeyPatch) -> None:
    box, _ = tab.offer_int8(visitor)
    assert not box.visible
    monkeypatch.setattr(tab, "LARGE", 1000)
    box, _ = tab.offer_int8(visitor)
    assert box.visible
    assert not box.value


def test_where_it_is_faster_it_writes_and_what_looks_inside_does_not(
    visitor: VisitorState, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured(monkeypatch, 2.34)
    *_, (ticked, said) = tab.switch_int8("en", visitor, True)
    assert ticked
    assert "2.3 times" in said.value
    assert "0.071" in said.value
    assert isinstance(visitor.writer.model.transformer.h[0].mlp.c_fc, Int8Linear)
    assert not isinstance(visitor.checkpoint().model.transformer.h[0].mlp.c_fc, Int8Linear)
    tokens = torch.tensor([[3, 4, 5]])
    cache = visitor.writer.model.new_cache()
    assert torch.allclose(visitor.writer.model(tokens, cache), visitor.checkpoint().model(tokens), atol=0.05)

    *_, (ticked, _) = tab.switch_int8("en", visitor, False)
    assert not ticked
    assert visitor.writer is visitor.checkpoint()


def test_where_it_is_not_the_weights_stay(visitor: VisitorState, monkeypatch: pytest.MonkeyPatch) -> None:
    measured(monkeypatch, 0.8)
    *_, (ticked, said) = tab.switch_int8("ko", visitor, True)
    assert not ticked
    assert "0.8배" in said.value
    assert visitor.writer is visitor.checkpoint()


def test_who_unticks_the_box_while_it_is_measured_writes_in_full_precision(
    visitor: VisitorState, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured(monkeypatch, 2.0)
    measuring = tab.switch_int8("en", visitor, True)
    next(measuring)
    list(tab.switch_int8("en", visitor, False))
    assert list(measuring) == []
    assert visitor.quantised is None


def test_both_ways_are_really_measured(visitor: VisitorState) -> None:
    first, *_, (ticked, said) = tab.switch_int8("en", visitor, True)
    assert "Measuring" in first[1].value
    assert ticked == (visitor.quantised is not None)
    assert "times as fast" in said.value


def test_another_model_starts_in_full_precision(visitor: VisitorState, monkeypatch: pytest.MonkeyPatch) -> None:
    measured(monkeypatch, 2.0)
    list(tab.switch_int8("en", visitor, True))
    for _ in visitor.open_model("adder"):
        pass
    assert visitor.writer is visitor.checkpoint()
