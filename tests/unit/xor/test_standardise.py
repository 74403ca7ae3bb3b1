"""Standardised learning: the net told for the points' own units says what the one that learned says."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from demos.common.errors import BadInput
from demos.xor.data import Points, sample
from demos.xor.forward_forward import ForwardForward, learn_forward_forward
from demos.xor.learn import learn_mlp, tensors
from demos.xor.lottery.lottery import lottery
from demos.xor.model import forward_many
from demos.xor.perceptron import learn_perceptron
from demos.xor.recipe import Recipe
from demos.xor.settings.setup import Setup
from demos.xor.standardise import AS_GIVEN, is_far_from_one, scale_of

RECIPE = Recipe(standardise=True, steps=60, test=0.2).checked()


@pytest.fixture
def people() -> Points:
    """Two clouds of 100 points, in cm and kg."""
    points = sample("gaussians", 200, 0, 0)
    return Points(points.x * [14, 25] + [168, 64], points.y, (100, 200))


def test_the_scale_is_that_of_the_points(people: Points) -> None:
    scaled = scale_of(people, True).points(people)
    np.testing.assert_allclose(scaled.x.mean(0), 0, atol=1e-12)
    np.testing.assert_allclose(scaled.x.std(0), 1)
    assert scale_of(people, False) is AS_GIVEN
    flat = replace(people, x=people.x * [1, 0])
    np.testing.assert_array_equal(scale_of(flat, True).std[1], 1)  # all on one line


def test_the_mlp_told_is_for_the_points_own_units(people: Points) -> None:
    scale = scale_of(people, True)
    *_, told = learn_mlp(people, RECIPE)
    *_, learned = learn_mlp(scale.points(people), replace(RECIPE, standardise=False))
    assert (told.loss, told.accuracy) == (learned.loss, learned.accuracy)
    own, seen = tensors(people)[0], tensors(scale.points(people))[0]
    torch.testing.assert_close(
        forward_many(told.layers, own, "tanh"), forward_many(learned.layers, seen, "tanh"), rtol=1e-4, atol=1e-4
    )


def test_held_out_points_are_scaled_by_those_that_are_learned(people: Points) -> None:
    held_out = replace(people, x=people.x + np.array([3, -3]))
    *_, told = learn_mlp(people, RECIPE, held_out)
    on = scale_of(people, True).points(held_out)
    *_, learned = learn_mlp(scale_of(people, True).points(people), replace(RECIPE, standardise=False), on)
    assert (told.test_loss, told.test_accuracy) == (learned.test_loss, learned.test_accuracy)


def test_forward_forward_told_is_for_the_points_own_units(people: Points) -> None:
    *_, told = learn_forward_forward(people, RECIPE)
    *_, learned = learn_forward_forward(scale_of(people, True).points(people), replace(RECIPE, standardise=False))
    assert told.accuracy == learned.accuracy
    net, twin = ForwardForward(), ForwardForward()
    net.layers, twin.layers = list(told.layers), list(learned.layers)
    own, seen = tensors(people)[0], tensors(scale_of(people, True).points(people))[0]
    torch.testing.assert_close(net.goodness(own), twin.goodness(seen), rtol=1e-3, atol=1e-4)


def test_the_perceptrons_line_is_in_the_points_own_units(people: Points) -> None:
    *_, last = learn_perceptron(people, scale=scale_of(people, True))
    w1, w2, b = last.weights.tolist()
    assert last.converged
    np.testing.assert_array_equal(people.x @ [w1, w2] + b > 0, people.y == 1)


@pytest.mark.parametrize("model", ["mlp", "forward-forward", "perceptron"])
def test_training_goes_on_from_the_weights_told(people: Points, model: str) -> None:
    """A pause in between changes nothing but the rounding. (Gradient descent remembers nothing else.)"""
    recipe = replace(RECIPE, optimiser="gradient_descent", hidden=(3,))
    scale = scale_of(people, True)
    if model == "perceptron":
        *_, half = learn_perceptron(people, scale=scale)
        first = next(learn_perceptron(people, start=half.weights, scale=scale))
        torch.testing.assert_close(first.weights, half.weights, rtol=1e-6, atol=1e-6)
        return
    learn = learn_mlp if model == "mlp" else learn_forward_forward
    *_, half = learn(people, replace(recipe, steps=30))
    first = next(iter(learn(people, recipe, start=half.layers)))
    for given, told in zip(half.layers, first.layers, strict=True):
        for one, other in zip(given, told, strict=True):
            torch.testing.assert_close(other, one, rtol=1e-4, atol=1e-4)


def test_the_lottery_learns_standardised_too(people: Points) -> None:
    recipe = Recipe(standardise=True, lr=0.03, steps=300).checked()
    *_, last = lottery(recipe, [4], ["tanh"], 5, people)
    assert last.results[0].solved == 5
    [solution] = last.results[0].solutions
    own = tensors(people)[0]
    assert ((forward_many(solution.layers, own, "tanh")[0] > 0).numpy() == (people.y == 1)).all()


def test_it_is_said_of_points_that_nets_hardly_learn(people: Points) -> None:
    assert is_far_from_one(people)
    assert is_far_from_one(replace(people, x=np.random.default_rng(0).uniform(0, 255, (200, 2))))
    for spread, hard in ((0.001, True), (0.009, True), (0.02, False)):
        assert is_far_from_one(replace(people, x=(sample("xor", 4, 0, 0).x - 0.5) * 2 * spread)) == hard
    for name in ("xor", "cloud", "gaussians", "circles", "moons", "spiral"):
        assert not is_far_from_one(sample(name, 200, 0.1, 0))


def test_points_at_the_farthest_travel_in_a_link_and_can_be_edited() -> None:
    points = ((-1000.0, -1000.0, 0), (1000.0, 1000.0, 1), (0.0, 999.0, 1))
    own = Setup(points=points).checked().own_points
    assert own is not None
    setup = Setup(points=points, view=own.view).checked()
    assert Setup.from_link(setup.to_link()) == setup
    assert setup.own_points is not None
    assert setup.own_points.view == own.view  # and does not grow each time
    with pytest.raises(BadInput):
        Setup(points=((-1000.5, 0, 0), (1, 1, 1))).checked()


def test_only_true_and_false_switch_it() -> None:
    with pytest.raises(BadInput, match="standardise"):
        Recipe(standardise="yes").checked()  # type: ignore[arg-type]
