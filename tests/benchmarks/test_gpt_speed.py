"""What the key-value cache is worth, on the embedded model's shape at a full block."""

from collections.abc import Iterator

import pytest
import torch

from demos.gpt.model import GPT, Config
from demos.gpt.sample import Sampling, sample


@pytest.fixture
def model() -> Iterator[GPT]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    yield GPT(Config(vocab_size=65, bias=False)).eval()
    torch.set_num_threads(threads)


@pytest.mark.parametrize("cached", [True, False], ids=["cached", "uncached"])
def test_decode(benchmark, model: GPT, cached: bool) -> None:  # type: ignore[no-untyped-def]
    """64 tokens after a prompt of 190."""
    prompt = [i % 65 for i in range(190)]
    benchmark.pedantic(lambda: list(sample(model, prompt, Sampling(tokens=64), cached=cached)), rounds=3)
