"""Temperature, top-k and top-p against their definitions, written down once more in plain numpy."""

import numpy as np
import pytest
import torch

from demos.gpt.model import GPT, Config
from demos.gpt.sample import Sampling, distribution, probabilities, sample


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
        drawn[next(sample(model, [3], Sampling(tokens=1, temperature=1.0, seed=seed))).token] += 1
    np.testing.assert_allclose(drawn / 3000, expected, atol=0.03)


def test_reported_probabilities_are_the_models() -> None:
    torch.manual_seed(0)
    model = GPT(Config(vocab_size=12, block_size=40, layers=2, heads=2, width=16)).eval()
    choices = list(sample(model, [1, 2], Sampling(tokens=20, temperature=0.5, seed=1)))
    text = [1, 2, *(choice.token for choice in choices)]
    assert [c.probability for c in choices] == pytest.approx(probabilities(model, text)[1:], abs=1e-6)
