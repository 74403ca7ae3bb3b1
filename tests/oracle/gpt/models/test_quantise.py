"""Whole numbers for weights: close to full precision, and each row of a batch by itself."""

import gc
from weakref import ref

import pytest
import torch

from demos.gpt.model import GPT, Config
from demos.gpt.models.checkpoint import load
from demos.gpt.models.quantise import ROWS, Int8Linear, available, compare, quantised
from demos.gpt.sample import Sampling, sample, sample_many

pytestmark = pytest.mark.skipif(not available(), reason="needs an x86 processor")


@pytest.fixture(scope="module")
def model() -> GPT:
    return load("shakespeare").model


@pytest.mark.parametrize("bias", [True, False])
def test_a_layer_is_the_rounded_product(bias: bool) -> None:
    torch.manual_seed(0)
    weight, x = torch.randn(48, 32), torch.randn(1, 1, 32)
    add = torch.randn(48) if bias else None
    made = Int8Linear(weight, add)(x)
    assert made.shape == (1, 1, 48)
    scale = weight.abs().amax(1, keepdim=True) / 127
    expected = torch.nn.functional.linear(x, (weight / scale).round() * scale, add)
    # What is left is the rounding of x: at most half a step of 1/255 of its range for each of the 32 products.
    step = (x.max() - x.min()) / 127
    assert (made - expected).abs().max() < step * weight.abs().sum(1).max() / 2
    assert (made - expected).abs().mean() < 0.02 * expected.std()


def test_many_tokens_are_computed_in_full_precision(model: GPT) -> None:
    tokens = torch.arange(ROWS + 1)[None]
    torch.testing.assert_close(quantised(model).transformer(tokens), model.transformer(tokens))


def test_all_who_write_in_whole_numbers_share_them_until_the_model_goes() -> None:
    model = GPT(Config(8, block_size=8, layers=1, heads=1, width=8)).eval().requires_grad_(False)
    twin = ref(quantised(model))
    assert quantised(model) is twin()
    del model
    gc.collect()
    assert twin() is None


def test_rows_do_not_change_each_other(model: GPT) -> None:
    samplings = [Sampling(max_tokens=30, temperature=temperature, seed=1) for temperature in (0, 0.5, 1.0)]
    twin = quantised(model)
    together = list(sample_many(twin, [10, 20, 30], samplings))
    for row, sampling in enumerate(samplings):
        assert [sampled[row] for sampled in together] == list(sample(twin, [10, 20, 30], sampling))


def test_the_difference_is_told_and_small(model: GPT) -> None:
    comparison = compare(model, torch.arange(40) % 65)
    assert 0 < comparison.largest_difference < 0.1 * comparison.spread
    assert comparison.worth_it == (comparison.speedup > 1.1)
