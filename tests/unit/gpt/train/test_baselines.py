"""What counting is worth, against the same counted by hand with fractions."""

import math
from fractions import Fraction
from itertools import pairwise

import pytest
import torch

from demos.gpt.train.baselines import baselines

VOCABULARY = 4
TRAINED = [0, 1, 0, 1, 0, 2]  # token 3 never, the pair (1, 2) never, nothing after token 2


def unigram(token: int) -> Fraction:
    """(count + 1) / (tokens + vocabulary)"""
    return Fraction(TRAINED.count(token) + 1, len(TRAINED) + VOCABULARY)


def bigram(first: int, second: int) -> Fraction:
    """(pairs + unigram) / (how often the first was followed + 1)"""
    pairs = list(pairwise(TRAINED))
    return (pairs.count((first, second)) + unigram(second)) / (TRAINED[:-1].count(first) + 1)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        pytest.param(0, 1, Fraction(23, 40), id="a pair met twice"),
        pytest.param(0, 2, Fraction(12, 40), id="a pair met once"),
        pytest.param(1, 2, Fraction(2, 30), id="a pair never met falls back on the second token"),
        pytest.param(1, 3, Fraction(1, 30), id="a token never met"),
        pytest.param(2, 0, Fraction(4, 10), id="after what nothing followed, the second token's own share"),
        pytest.param(3, 1, Fraction(3, 10), id="after a token never met as well"),
    ],
)
def test_each_pair_has_its_probability(first: int, second: int, expected: Fraction) -> None:
    assert bigram(first, second) == expected
    found = baselines(torch.tensor(TRAINED), torch.tensor([first, second]), VOCABULARY)
    assert found.bigram == pytest.approx(-math.log(expected), abs=1e-12)
    assert found.unigram == pytest.approx(-math.log(unigram(second)), abs=1e-12)
    assert found.uniform == pytest.approx(math.log(VOCABULARY), abs=1e-6)


@pytest.mark.parametrize("first", range(VOCABULARY))
def test_after_each_token_the_probabilities_add_up_to_one(first: int) -> None:
    followed = [
        baselines(torch.tensor(TRAINED), torch.tensor([first, second]), VOCABULARY).bigram
        for second in range(VOCABULARY)
    ]
    assert sum(math.exp(-loss) for loss in followed) == pytest.approx(1, abs=1e-12)


def test_a_text_is_worth_the_mean_over_its_tokens_but_the_first() -> None:
    measured = [0, 1, 2, 3, 0, 1]
    pairs = list(pairwise(measured))
    found = baselines(torch.tensor(TRAINED), torch.tensor(measured), VOCABULARY)
    assert found.bigram == pytest.approx(-sum(math.log(bigram(*pair)) for pair in pairs) / 5, abs=1e-12)
    assert found.unigram == pytest.approx(-sum(math.log(unigram(second)) for _, second in pairs) / 5, abs=1e-12)
