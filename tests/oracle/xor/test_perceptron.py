"""The perceptron's steps and cycles, against the rule written out in exact numbers."""

from fractions import Fraction
from itertools import islice

import numpy as np
import pytest
import torch

from demos.xor.data import Points
from demos.xor.perceptron import Perceptron, learn_perceptron

XOR = ([(0, 0), (0, 1), (1, 0), (1, 1)], [0, 1, 1, 0])
AND = ([(0, 0), (0, 1), (1, 0), (1, 1)], [0, 0, 0, 1])
# Five whole points that no line separates; from zero, the weights of epoch 2 come back after epoch 5.
LONGER = ([(-1, -1), (-2, -1), (-1, 0), (2, 0), (-2, 2)], [1, 0, 0, 1, 1])
Cloud = tuple[list[tuple[int, int]], list[int]]


def points(cloud: Cloud) -> Points:
    return Points(np.array(cloud[0], dtype=float), np.array(cloud[1]), (-3, 3))


def by_hand(cloud: Cloud, epochs: int) -> list[tuple[list[Fraction], int]]:
    """From zero with a rate of 1: the weights and the corrections so far, after each point shown."""
    weights, corrections, seen = [Fraction(0)] * 3, 0, []
    for _ in range(epochs):
        for (x1, x2), target in zip(*cloud, strict=True):
            error = target - (1 if weights[0] * x1 + weights[1] * x2 + weights[2] > 0 else 0)
            weights = [weight + error * part for weight, part in zip(weights, (x1, x2, 1), strict=True)]
            corrections += error != 0
            seen.append((weights, corrections))
    return seen


def cycle_by_hand(cloud: Cloud) -> tuple[int, int]:
    """The period, and the epoch after which the weights were first those after an earlier epoch."""
    count = len(cloud[0])
    after = [[Fraction(0)] * 3] + [weights for weights, _ in by_hand(cloud, 40)[count - 1 :: count]]
    for epoch in range(1, len(after)):
        if after[epoch] in after[:epoch]:
            return epoch - after.index(after[epoch]), epoch
    raise AssertionError("no cycle")


@pytest.mark.parametrize("cloud", [XOR, LONGER], ids=["xor", "longer"])
def test_every_step_is_counted_and_stands_where_the_rule_leads(cloud: Cloud) -> None:
    first, *steps = islice(learn_perceptron(points(cloud), 1.0, seed=None), 1 + 6 * len(cloud[0]))
    assert (first.step, first.epoch, first.corrections) == (0, 0, 0)
    expected = by_hand(cloud, 6)
    assert [step.step for step in steps] == list(range(1, len(expected) + 1))
    assert [step.epoch for step in steps] == [1 + k // len(cloud[0]) for k in range(len(expected))]
    assert [step.corrections for step in steps] == [corrections for _, corrections in expected]
    assert [step.weights.tolist() for step in steps] == [list(map(float, weights)) for weights, _ in expected]


@pytest.mark.parametrize("cloud", [XOR, AND, LONGER], ids=["xor", "and", "longer"])
def test_accuracy_and_loss_are_those_of_the_weights(cloud: Cloud) -> None:
    for step in islice(learn_perceptron(points(cloud), 0.1, seed=3), 25):
        w1, w2, b = step.weights.tolist()
        scores = [w1 * x1 + w2 * x2 + b for x1, x2 in cloud[0]]
        misplaced = [(score > 0) != (label == 1) for score, label in zip(scores, cloud[1], strict=True)]
        assert step.accuracy == pytest.approx(1 - sum(misplaced) / len(scores))
        lost = sum(abs(score) for score, wrong in zip(scores, misplaced, strict=True) if wrong)
        assert step.loss == pytest.approx(lost / len(scores))


def test_it_starts_from_weights_that_are_given_and_ends_at_once_where_they_are_right() -> None:
    start = torch.tensor([1.0, 1.0, -1.5])  # AND
    [only] = learn_perceptron(points(AND), start=start)
    assert (only.weights.tolist(), only.converged) == ([1.0, 1.0, -1.5], True)


@pytest.mark.parametrize("cloud", [XOR, LONGER, ([(1, 0), (1, 0)], [1, 0])], ids=["xor", "longer", "back to the start"])
def test_a_cycle_is_the_epochs_that_come_again(cloud: Cloud) -> None:
    period, found = cycle_by_hand(cloud)
    count = len(cloud[0])
    steps = list(islice(learn_perceptron(points(cloud), 1.0, seed=None), 1 + (found + 2) * count))
    assert [step.cycle is not None for step in steps] == [k > found * count for k in range(len(steps))]
    cycle = steps[-1].cycle
    assert cycle is not None
    assert (cycle.period, cycle.found) == (period, found)
    seen = by_hand(cloud, found)
    assert cycle.weights.tolist() == [list(map(float, weights)) for weights, _ in seen[-period * count :]]
    totals = [0] + [corrections for _, corrections in seen[count - 1 :: count]]
    assert list(cycle.errors) == [totals[k] - totals[k - 1] for k in range(found - period + 1, found + 1)]


def test_there_are_cycles_of_more_than_one_epoch() -> None:
    assert cycle_by_hand(LONGER) == (3, 5)
    assert cycle_by_hand(XOR) == (1, 3)


def test_on_its_line_a_point_is_of_class_zero() -> None:
    """With weights of zero every point is on the line: AND's three zeros are right, and none of them moves a weight."""
    first, second, *_ = islice(learn_perceptron(points(AND), 1.0, seed=None), 3)
    assert (first.accuracy, first.loss) == (0.75, 0.0)
    assert second.corrections == 0
    neuron = Perceptron(1.0, seed=None)
    assert not neuron.correct(torch.tensor([2.0, 3.0, 1.0], dtype=torch.float64), 0)
    assert neuron.correct(torch.tensor([2.0, 3.0, 1.0], dtype=torch.float64), 1)
    assert neuron.weights.tolist() == [2.0, 3.0, 1.0]


def test_the_first_weights_are_uniform_between_minus_one_and_one() -> None:
    first = torch.stack([Perceptron(0.1, seed).weights for seed in range(400)])
    assert -1 <= first.min() < -0.97
    assert 0.97 < first.max() <= 1
    assert abs(first.mean()) < 0.07  # four standard errors of 1,200 numbers
