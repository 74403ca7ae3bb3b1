"""The precision of the weights: offered beside large models, taken where it is faster, gone with its model."""

import pytest
import torch

from demos.gpt.model import GPT, Config
from demos.gpt.models import packed, precision, tab
from demos.gpt.models.checkpoint import Checkpoint, load
from demos.gpt.models.packed import FULL, PRECISIONS, PackedLinear, available
from demos.gpt.models.precision import Comparison
from demos.gpt.tokenizer import CharTokenizer
from demos.gpt.visitor import VisitorState

LETTERS = "\n abcdefghijklm"
HERE = [name for name in PRECISIONS if available(name)]

pytestmark = pytest.mark.skipif(not HERE, reason="no kernels for shorter numbers here")


@pytest.fixture
def visitor() -> VisitorState:
    torch.manual_seed(0)
    model = GPT(Config(len(LETTERS), block_size=48, layers=2, heads=2, width=32)).eval().requires_grad_(False)
    return VisitorState(loaded=Checkpoint(model, CharTokenizer(LETTERS)))


def measured(monkeypatch: pytest.MonkeyPatch, speedup: float) -> None:
    monkeypatch.setattr(precision, "compare", lambda _, name, *__: Comparison(name, speedup, 0.0706, 0.557))


def test_the_name_of_full_precision_is_one() -> None:
    assert tab.FULL == FULL
    assert FULL not in PRECISIONS


def test_small_models_are_left_alone(visitor: VisitorState, monkeypatch: pytest.MonkeyPatch) -> None:
    radio, _ = tab.offer_precisions(visitor)
    assert not radio.visible
    monkeypatch.setattr(tab, "LARGE", 1000)
    radio, _ = tab.offer_precisions(visitor)
    assert radio.visible
    assert [value for _, value in radio.choices] == [FULL, *HERE]
    assert radio.value == FULL


def test_only_what_this_processor_has_is_offered(visitor: VisitorState, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tab, "LARGE", 1000)
    monkeypatch.setattr(packed, "available", lambda name: name == "int8")
    radio, _ = tab.offer_precisions(visitor)
    assert [value for _, value in radio.choices] == [FULL, "int8"]
    *_, (chosen, _) = tab.choose_precision("en", visitor, "int4")
    assert chosen == FULL


@pytest.mark.parametrize("name", HERE)
def test_where_it_is_faster_it_writes_and_what_looks_inside_does_not(
    visitor: VisitorState, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    measured(monkeypatch, 2.34)
    *_, (chosen, said) = tab.choose_precision("en", visitor, name)
    assert chosen == name
    assert "2.3 times" in said.value
    assert "0.071" in said.value
    assert isinstance(visitor.writer.model.transformer.h[0].mlp.c_fc, PRECISIONS[name])
    assert not isinstance(visitor.checkpoint().model.transformer.h[0].mlp.c_fc, PackedLinear)
    tokens = torch.tensor([[3, 4, 5]])
    cache = visitor.writer.model.new_cache()
    assert torch.allclose(visitor.writer.model(tokens, cache), visitor.checkpoint().model(tokens), atol=0.1)

    *_, (chosen, _) = tab.choose_precision("en", visitor, FULL)
    assert chosen == FULL
    assert visitor.writer is visitor.checkpoint()


def test_where_it_is_not_the_weights_stay(visitor: VisitorState, monkeypatch: pytest.MonkeyPatch) -> None:
    measured(monkeypatch, 0.8)
    *_, (chosen, said) = tab.choose_precision("ko", visitor, HERE[0])
    assert chosen == FULL
    assert "0.8배" in said.value
    assert visitor.writer is visitor.checkpoint()


def test_who_chooses_full_precision_while_another_is_measured_writes_in_that(
    visitor: VisitorState, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured(monkeypatch, 2.0)
    measuring = tab.choose_precision("en", visitor, HERE[0])
    next(measuring)
    list(tab.choose_precision("en", visitor, FULL))
    assert list(measuring) == []
    assert visitor.packed is None


@pytest.mark.parametrize("name", HERE)
def test_both_ways_are_really_measured(visitor: VisitorState, name: str) -> None:
    first, *_, (chosen, said) = tab.choose_precision("en", visitor, name)
    assert "Measuring" in first[1].value
    assert (chosen == name) == (visitor.packed is not None)
    assert "times as fast" in said.value


def test_another_model_starts_in_full_precision(visitor: VisitorState, monkeypatch: pytest.MonkeyPatch) -> None:
    measured(monkeypatch, 2.0)
    list(tab.choose_precision("en", visitor, HERE[0]))
    for _ in visitor.open_model("adder"):
        pass
    assert visitor.writer is visitor.checkpoint()


def test_weights_lie_by_input_and_are_the_same_numbers() -> None:
    model = load("adder").model
    weight = model.transformer.h[0].attn.c_attn.weight
    assert weight.shape == (3 * model.config.width, model.config.width)
    assert weight.stride() == (1, len(weight))
    assert model.transformer.wte.weight.stride()[0] == 1  # the output layer too
