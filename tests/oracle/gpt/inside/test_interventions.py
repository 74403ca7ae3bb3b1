"""Interventions against transformers' GPT-2 with hooks."""

import pytest
import torch

import demos.common.models.torchvision_guard  # noqa: F401 (before transformers, which imports torchvision)

# isort: split
from transformers import GPT2LMHeadModel

from demos.gpt.inside.interventions import Intervention, intervene
from demos.gpt.model import GPT
from tests.oracle.gpt.inside.conftest import HEADS, LENGTH, VOCABULARY, WIDTH

D = WIDTH // HEADS


def _text(seed: int) -> list[int]:
    return torch.randint(VOCABULARY, (LENGTH,), generator=torch.Generator().manual_seed(seed)).tolist()


@torch.no_grad()
def _hooked(model: GPT2LMHeadModel, text: list[int], module, hook, *, before: bool):  # type: ignore[no-untyped-def]
    handle = module.register_forward_pre_hook(hook) if before else module.register_forward_hook(hook)
    try:
        return model(torch.tensor([text])).logits[0].softmax(-1)
    finally:
        handle.remove()


def _off_by(ours: GPT, changed: torch.Tensor) -> None:
    assert (changed - intervene(ours, _text(1), [])).abs().max() > 0.01  # the comparison means something


@pytest.mark.parametrize("factor", [0.0, 0.5, 2.0])
def test_a_scaled_head_is_that_of_transformers_with_a_hook(theirs: GPT2LMHeadModel, ours: GPT, factor: float) -> None:
    def scale(module, inputs):  # type: ignore[no-untyped-def]
        mixed = inputs[0].clone()
        mixed[..., 2 * D : 3 * D] *= factor
        return (mixed,)

    expected = _hooked(theirs, _text(1), theirs.transformer.h[1].attn.c_proj, scale, before=True)
    _off_by(ours, expected)
    torch.testing.assert_close(intervene(ours, _text(1), [Intervention(1, 2, factor)]), expected, atol=1e-5, rtol=0)


def test_a_patched_head_is_that_of_transformers_with_a_hook(theirs: GPT2LMHeadModel, ours: GPT) -> None:
    kept = []
    module = theirs.transformer.h[1].attn.c_proj
    _hooked(theirs, _text(2), module, lambda m, inputs: kept.append(inputs[0]), before=True)

    def patch(module, inputs):  # type: ignore[no-untyped-def]
        mixed = inputs[0].clone()
        mixed[..., :D] = kept[0][..., :D]
        return (mixed,)

    expected = _hooked(theirs, _text(1), module, patch, before=True)
    _off_by(ours, expected)
    found = intervene(ours, _text(1), [Intervention(1, 0, patched=True)], _text(2))
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=0)


def test_a_layer_switched_off_passes_its_input_on(theirs: GPT2LMHeadModel, ours: GPT) -> None:
    def skip(module, inputs, output):  # type: ignore[no-untyped-def]
        return (inputs[0], *output[1:]) if isinstance(output, tuple) else inputs[0]

    expected = _hooked(theirs, _text(1), theirs.transformer.h[1], skip, before=False)
    _off_by(ours, expected)
    torch.testing.assert_close(intervene(ours, _text(1), [Intervention(1, factor=0)]), expected, atol=1e-5, rtol=0)


@torch.no_grad()
def test_without_an_intervention_and_after_one_the_model_says_what_it_said(ours: GPT) -> None:
    said = ours(torch.tensor([_text(1)]))[0].softmax(-1)
    intervene(ours, _text(1), [Intervention(0, 0, 0.0), Intervention(2, patched=True)], _text(2))
    assert torch.equal(ours(torch.tensor([_text(1)]))[0].softmax(-1), said)
    torch.testing.assert_close(intervene(ours, _text(1), []), said, atol=1e-5, rtol=0)
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in ours.modules())


def test_what_does_not_exist_is_refused(ours: GPT) -> None:
    for wrong in [Intervention(3), Intervention(0, 4), Intervention(0, 0, 2.1), Intervention(0, 0, float("nan"))]:
        with pytest.raises(ValueError, match=r"There is no layer|A factor is between"):
            intervene(ours, _text(1), [wrong])
    with pytest.raises(ValueError, match="same"):
        intervene(ours, _text(1), [Intervention(0, 0, patched=True)], _text(2)[:-1])
