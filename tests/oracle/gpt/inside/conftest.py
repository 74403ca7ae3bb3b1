"""transformers' GPT-2 with random weights, and the same as ours."""

import pytest
import torch

import demos.common.models.torchvision_guard  # noqa: F401 (before transformers, which imports torchvision)

# isort: split
from transformers import GPT2Config, GPT2LMHeadModel

from demos.gpt.model import GPT, from_gpt2

HEADS, WIDTH, VOCABULARY, LENGTH = 4, 32, 31, 20


@pytest.fixture(scope="module")
def theirs() -> GPT2LMHeadModel:
    torch.manual_seed(0)
    config = GPT2Config(vocab_size=VOCABULARY, n_positions=24, n_layer=3, n_head=HEADS, n_embd=WIDTH)
    model = GPT2LMHeadModel(config).eval()
    for parameter in model.parameters():
        parameter.data.add_(0.2 * torch.randn_like(parameter))
    return model


@pytest.fixture(scope="module")
def ours(theirs: GPT2LMHeadModel) -> GPT:
    return from_gpt2(theirs.state_dict(), heads=HEADS)
