"""Penalty, temperature, top-k and top-p against their definitions, written down once more in plain numpy."""

import numpy as np
import pytest
import torch

import demos.common.models.torchvision_guard  # noqa: F401 (before transformers, which imports torchvision)

# isort: split
from transformers import RepetitionPenaltyLogitsProcessor

from demos.gpt.model import GPT, Config
from demos.gpt.sample import Sampling, distribution, penalised, probabilities, sample, sample_many


def truth(logits: np.ndarray, temperature: float, top_k: int, top_p: float) -> np.ndarray:
    weights = np.exp((logits - logits.max()) / temperature)
    order = sorted(range(len(logits)), key=lambda i: -logits[i])
    if top_k:
        weights[order[top_k:]] = 0
    weights /= weights.sum()
    kept, gathered = [], 0.0
    for i in order:
        kept.append(i)
        gathered += weights[i]
        if gathered >= top_p:
            break
    result = np.zeros_like(weights)
    result[kept] = weights[kept] / weights[kept].sum()
    return result


@pytest.mark.parametrize("temperature", [0.3, 1.0, 2.5])
@pytest.mark.parametrize("top_k", [0, 1, 7, 40, 1000])
@pytest.mark.parametrize("top_p", [1.0, 0.9, 0.4, 0.001])
def test_the_distribution_is_the_definition(temperature: float, top_k: int, top_p: float) -> None:
    logits = np.random.default_rng(4).normal(scale=2, size=40)
    result = distribution(torch.tensor(logits), temperature, top_k, top_p)
    np.testing.assert_allclose(result.numpy(), truth(logits, temperature, top_k, top_p), atol=1e-12)


def test_temperature_zero_is_greedy_and_a_tiny_one_does_not_overflow() -> None:
    logits = torch.tensor([1.0, 900.0, -5.0, 899.0])
    for temperature in (0.0, 1e-300, 1e-9):
        assert distribution(logits, temperature).tolist() == [0, 1, 0, 0]


def test_top_k_keeps_exactly_k_of_equals() -> None:
    assert int((distribution(torch.zeros(10), 1.0, top_k=3) > 0).sum()) == 3


def test_top_p_keeps_no_token_before_which_enough_was_gathered() -> None:
    assert sorted(distribution(torch.zeros(4), 1.0, 0, 0.5).tolist()) == [0, 0, 0.5, 0.5]


def test_without_settings_nothing_is_changed() -> None:
    logits = torch.randn(40, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    torch.testing.assert_close(distribution(logits), logits.softmax(0))


def test_top_p_zero_keeps_the_likeliest() -> None:
    assert distribution(torch.tensor([0.0, 2.0, 1.0]), 1.0, 0, 0.0).tolist() == [0, 1, 0]


def test_frequencies_follow_the_distribution() -> None:
    torch.manual_seed(0)
    model = GPT(Config(vocab_size=6, block_size=1, layers=1, heads=1, width=8)).eval()
    with torch.no_grad():
        model.transformer.wte.weight.copy_(2 * torch.randn(6, 8))
        expected = model(torch.tensor([[3]]))[0, -1].softmax(0)
    drawn = np.zeros(6)
    for seed in range(3000):
        drawn[next(sample(model, [3], Sampling(max_tokens=1, temperature=1.0, seed=seed))).token] += 1
    np.testing.assert_allclose(drawn / 3000, expected, atol=0.03)


def test_reported_probabilities_are_the_models() -> None:
    torch.manual_seed(0)
    model = GPT(Config(vocab_size=12, block_size=40, layers=2, heads=2, width=16)).eval()
    sampled = list(sample(model, [1, 2], Sampling(max_tokens=20, temperature=0.5, seed=1)))
    text = [1, 2, *(each.token for each in sampled)]
    assert [each.probability for each in sampled] == pytest.approx(probabilities(model, text)[1:], abs=1e-6)


SAMPLINGS = [
    Sampling(max_tokens=40, temperature=0),
    Sampling(max_tokens=40, temperature=0.7, seed=3),
    Sampling(max_tokens=12, temperature=1.0, top_k=9, seed=4),
    Sampling(max_tokens=40, temperature=1.4, top_p=0.9, seed=5, repetition_penalty=1.3),
]


@pytest.mark.parametrize("length", [1, 9, 30])
def test_each_of_a_batch_is_what_it_would_be_alone(length: int) -> None:
    """Over several slides of the block, with and without the cache."""
    torch.manual_seed(3)
    model = GPT(Config(vocab_size=31, block_size=16, layers=2, heads=2, width=32)).eval()
    for parameter in model.parameters():
        parameter.data.add_(0.1 * torch.randn_like(parameter))
    prompt = torch.randint(31, (length,)).tolist()
    together = list(sample_many(model, prompt, SAMPLINGS))
    assert len(together) == 40
    for row, sampling in enumerate(SAMPLINGS):
        mine = [each for sampled in together if (each := sampled[row])]
        for cached in (True, False):
            alone = list(sample(model, prompt, sampling, cached=cached))
            assert [each.token for each in mine] == [each.token for each in alone]
            assert [each.probability for each in mine] == pytest.approx([each.probability for each in alone], abs=1e-5)
            assert [each.final for each in mine] == pytest.approx([each.final for each in alone], abs=1e-5)
    assert len({tuple(sampled[row].token for sampled in together[:12] if sampled[row]) for row in range(4)}) == 4  # type: ignore[union-attr]


def test_the_prompt_is_read_once_for_all() -> None:
    model = GPT(Config(vocab_size=31, block_size=16, layers=1, heads=2, width=8)).eval()
    read: list[tuple[int, ...]] = []
    model.transformer.register_forward_pre_hook(lambda module, inputs: read.append(tuple(inputs[0].shape)))
    list(sample_many(model, [1, 2, 3, 4], [Sampling(max_tokens=3, seed=seed) for seed in range(5)]))
    assert read == [(1, 4), (5, 1), (5, 1)]


@pytest.mark.parametrize(("block_size", "read"), [(16, [16, 9, 1, 1]), (7, [7, 4, 1, 1, 1, 4])])
def test_when_the_block_is_full_the_newer_half_is_read_again(block_size: int, read: list[int]) -> None:
    model = GPT(Config(vocab_size=31, block_size=block_size, layers=1, heads=2, width=8)).eval()
    seen: list[list[int]] = []
    model.transformer.register_forward_pre_hook(lambda module, inputs: seen.append(inputs[0][0].tolist()))
    prompt = list(range(31))  # of it, the last of a block
    text = prompt + [each.token for each in sample(model, prompt, Sampling(max_tokens=len(read), temperature=0))]
    assert [len(tokens) for tokens in seen] == read
    at = len(prompt)
    for tokens in seen:  # each time up to the token that was sampled last
        assert tokens == text[at - len(tokens) : at]
        at += 1


def test_the_likeliest_token_is_certain_at_temperature_zero() -> None:
    model = GPT(Config(vocab_size=31, block_size=16, layers=1, heads=2, width=8)).eval()
    (likeliest,) = sample(model, [1, 2], Sampling(max_tokens=1, temperature=0))
    assert likeliest.final == 1
    assert likeliest.probability < 0.5


def test_the_penalty_is_that_of_transformers() -> None:
    logits = torch.randn(40, generator=torch.Generator().manual_seed(1))
    seen = torch.tensor([3, 8, 21])
    theirs = RepetitionPenaltyLogitsProcessor(1.8)(seen[None], logits[None].clone())[0]
    assert (logits[seen] > 0).any()
    assert (logits[seen] < 0).any()
    torch.testing.assert_close(penalised(logits, seen, 1.8), theirs)
    torch.testing.assert_close(penalised(logits, seen, 1.0), logits)


@torch.no_grad()
def test_of_two_tokens_the_second_is_judged_and_of_one_none() -> None:
    torch.manual_seed(0)
    model = GPT(Config(vocab_size=12, block_size=4, layers=1, heads=2, width=16)).eval()
    expected = model(torch.tensor([[3]]))[0, -1].softmax(0)[7]
    assert probabilities(model, [3, 7]) == pytest.approx([float(expected)])
    assert probabilities(model, [3]) == probabilities(model, []) == []


def test_a_penalty_makes_repeating_rarer() -> None:
    torch.manual_seed(0)
    model = GPT(Config(vocab_size=31, block_size=64, layers=1, heads=1, width=16)).eval()

    def different(penalty: float) -> int:
        sampling = Sampling(max_tokens=60, temperature=0, repetition_penalty=penalty)
        return len({each.token for each in sample(model, [1], sampling)})

    assert different(1.0) < different(5.0)
