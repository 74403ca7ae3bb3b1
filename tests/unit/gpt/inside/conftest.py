"""A small model of characters, and what is seen inside it, for the tests of "look inside"."""

import pytest
import torch

from demos.gpt.inside.forward import Inside, look
from demos.gpt.model import GPT, Config
from demos.gpt.tokenizer import CharTokenizer

TEXT = "the quick brown fox\njumps over the lazy dog. "  # the first 20 characters are what is read


@pytest.fixture(scope="module")
def tokenizer() -> CharTokenizer:
    return CharTokenizer.of(TEXT)


@pytest.fixture(scope="module")
def model(tokenizer: CharTokenizer) -> GPT:
    torch.manual_seed(0)
    model = GPT(Config(len(tokenizer), block_size=32, layers=3, heads=2, width=16, bias=False)).eval()
    for parameter in model.parameters():
        parameter.data.add_(0.2 * torch.randn_like(parameter))
    return model.requires_grad_(False)


@pytest.fixture(scope="module")
def inside(model: GPT, tokenizer: CharTokenizer) -> Inside:
    return look(model, tokenizer.encode(TEXT[:20]).tokens)
