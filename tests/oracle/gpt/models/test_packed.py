"""Shorter numbers for weights: each layer is the rounded product, and each row of a batch is by itself."""

import gc
from weakref import ref

import pytest
import torch
from torch import Tensor

from demos.gpt.model import GPT, Config
from demos.gpt.models.checkpoint import load
from demos.gpt.models.packed import GROUP, PRECISIONS, ROWS, available
from demos.gpt.models.precision import compare, in_precision
from demos.gpt.sample import Sampling, sample, sample_many

HERE = [name for name in PRECISIONS if available(name)]  # has this processor the kernels?


@pytest.fixture(scope="module")
def model() -> GPT:
    return load("shakespeare").model


def rounded(weight: Tensor, precision: str) -> Tensor:
    """The weights (out, in) that a precision keeps, written down from its definition."""
    if precision == "bf16":
        return weight.bfloat16().float()
    if precision == "int8":
        scale = weight.abs().amax(1, keepdim=True) / 127
        return (weight / scale).round() * scale
    groups = weight.unflatten(1, (-1, GROUP))
    least = groups.amin(2, keepdim=True)
    step = ((groups.amax(2, keepdim=True) - least) / 15).bfloat16().float()
    return (least + ((groups - least) / step).round() * step).flatten(1)


@pytest.mark.parametrize("precision", HERE)
@pytest.mark.parametrize("bias", [True, False])
def test_a_layer_is_the_rounded_product(precision: str, bias: bool) -> None:
    torch.manual_seed(0)
    weight, x = torch.randn(72, 64), torch.randn(1, 1, 64)
    add = torch.randn(72) if bias else None
    made = PRECISIONS[precision](weight, add)(x)
    assert made.shape == (1, 1, 72)
    expected = torch.nn.functional.linear(x, rounded(weight, precision), add)
    # What is left is the rounding of x, and in int4 that of each group's middle to bfloat16.
    assert (made - expected).abs().mean() < 0.02 * expected.std()
    assert (made - expected).abs().max() < 0.08 * expected.std()


@pytest.mark.parametrize("precision", HERE)
def test_many_tokens_are_computed_in_full_precision(precision: str, model: GPT) -> None:
    tokens = torch.arange(ROWS + 1)[None]
    torch.testing.assert_close(in_precision(model, precision).transformer(tokens), model.transformer(tokens))


@pytest.mark.skipif("int4" not in HERE, reason="no kernels for 4 bits here")
def test_a_layer_whose_inputs_are_no_whole_groups_stays_as_it_is() -> None:
    torch.manual_seed(0)
    weight, x = torch.randn(8, 40), torch.randn(1, 40)
    torch.testing.assert_close(PRECISIONS["int4"](weight, None)(x), x @ weight.T)


@pytest.mark.parametrize("precision", HERE)
def test_all_who_write_in_it_share_it_until_nobody_does(precision: str) -> None:
    model = GPT(Config(8, block_size=8, layers=1, heads=1, width=8)).eval().requires_grad_(False)
    twin = in_precision(model, precision)
    assert in_precision(model, precision) is twin
    seen = ref(twin)
    del twin
    gc.collect()
    assert seen() is None
    assert in_precision(model, precision) is not None


@pytest.mark.parametrize("precision", HERE)
def test_rows_do_not_change_each_other(precision: str, model: GPT) -> None:
    samplings = [Sampling(max_tokens=30, temperature=temperature, seed=1) for temperature in (0, 0.5, 1.0)]
    twin = in_precision(model, precision)
    together = list(sample_many(twin, [10, 20, 30], samplings))
    for row, sampling in enumerate(samplings):
        alone = list(sample(twin, [10, 20, 30], sampling))
        assert [(one[row].token, one[row].final) for one in together if one[row]] == [(a.token, a.final) for a in alone]


@pytest.mark.parametrize(("precision", "most"), [("bf16", 0.05), ("int8", 0.1), ("int4", 1.0)])
def test_the_difference_is_told_and_small(precision: str, most: float, model: GPT) -> None:
    if precision not in HERE:
        pytest.skip("no kernels for it here")
    comparison = compare(model, precision, torch.arange(40) % 65)
    assert 0 < comparison.largest_difference < most * comparison.spread
    assert comparison.worth_it == (comparison.speedup > 1.1)
