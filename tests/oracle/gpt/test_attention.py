"""Attention weights of all heads against transformers' GPT-2, and against the view that looks inside."""

import pytest
import torch

import demos.common.models.torchvision_guard  # noqa: F401 (before transformers, which imports torchvision)

# isort: split
from transformers import GPT2Config, GPT2LMHeadModel

from demos.gpt.attention import attention
from demos.gpt.inside.forward import look
from demos.gpt.model import from_gpt2

TOKENS = [7, 3, 3, 11, 0, 19, 4, 7, 12]


@pytest.mark.parametrize("length", [1, 2, 9])
def test_they_are_those_that_transformers_computes(length: int) -> None:
    torch.manual_seed(1)
    config = GPT2Config(vocab_size=20, n_positions=16, n_embd=24, n_layer=3, n_head=2, attn_implementation="eager")
    theirs = GPT2LMHeadModel(config).eval()
    with torch.no_grad():
        for parameter in theirs.parameters():
            parameter.mul_(6)  # else all weights of attention are nearly the same
        expected = theirs(torch.tensor([TOKENS[:length]]), output_attentions=True).attentions
    ours = from_gpt2(theirs.state_dict(), heads=2)
    found = attention(ours, TOKENS[:length])
    assert found.shape == (3, 2, length, length)
    torch.testing.assert_close(found, torch.cat(expected), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(found, look(ours, TOKENS[:length]).attention, rtol=1e-4, atol=1e-5)
