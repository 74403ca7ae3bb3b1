"""The MLP's inputs: what they are, that a net learns with them, and what is said of those that are none."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from demos.common.errors import BadInput
from demos.common.i18n import strings
from demos.xor.data import Points
from demos.xor.learn import learn_mlp, tensors
from demos.xor.lottery.lottery import lottery
from demos.xor.model import forward_many
from demos.xor.recipe import Recipe, read_features, train_points
from demos.xor.settings.setup import OPENING, Setup
from demos.xor.standardise import scale_of
from demos.xor.tables.features import COORDINATES, FEATURES, input_points, inputs


def test_the_table_is_that_of_the_playground() -> None:
    x = torch.tensor([[2.0, -3.0]], dtype=torch.float64)
    expected = [2, -3, 4, 9, -6, np.sin(2), np.sin(-3)]
    np.testing.assert_allclose(inputs(x, tuple(FEATURES))[0], expected)
    assert all(f"xor.features_{name}" in strings() for name in FEATURES)


def test_one_unit_that_sees_the_product_solves_xor() -> None:
    recipe = Recipe(hidden=(), features=("x1", "x2", "x1x2"), steps=2000).checked()
    *_, last = learn_mlp(train_points(recipe), recipe)
    assert last.accuracy == 1
    assert last.layers[0][0].shape == (1, 3, 1)
    *_, line = learn_mlp(train_points(recipe), replace(recipe, features=COORDINATES))
    assert line.accuracy < 1


def test_with_the_coordinates_alone_nothing_has_changed() -> None:
    points = train_points(Recipe().checked())
    np.testing.assert_array_equal(input_points(points, COORDINATES).x, points.x)
    assert Recipe().checked().widths_of("mlp") == (2, 4, 1)


def test_standardised_every_input_has_mean_0_and_the_net_told_is_for_inputs_as_given() -> None:
    cloud = train_points(Recipe(data="circles").checked())
    far = Points(cloud.x * [14, 25] + [168, 64], cloud.y, (0, 250))
    recipe = Recipe(features=("x1", "x1_squared", "x1x2", "sin_x2"), standardise=True, steps=40, hidden=(3,)).checked()
    told = input_points(far, recipe.features)
    scale = scale_of(told, True)
    np.testing.assert_allclose(scale.points(told).x.mean(0), 0, atol=1e-9)
    np.testing.assert_allclose(scale.points(told).x.std(0), 1)
    *_, last = learn_mlp(far, recipe)
    logits = forward_many([(w.double(), b.double()) for w, b in last.layers], torch.from_numpy(told.x), "tanh")[0]
    assert ((logits > 0).long() == torch.from_numpy(far.y)).double().mean().item() == pytest.approx(last.accuracy)
    y = tensors(far)[1].double()
    loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, y)
    assert loss.item() == pytest.approx(last.loss, rel=1e-3)


def test_the_lottery_draws_nets_with_these_inputs() -> None:
    recipe = Recipe(features=("x1x2", "x1", "x2"), hidden=(2,), steps=60, lr=0.1).checked()
    *_, last = lottery(recipe, [2], ["tanh"], seeds=3)
    single = [
        list(learn_mlp(train_points(recipe, None), replace(recipe, seed=seed, points_seed=0)))[-1].solved_at
        for seed in range(3)
    ]
    assert last.results[0].solved_at == tuple(single)
    assert last.results[0].solutions[0].layers[0][0].shape == (1, 3, 2)


def test_a_link_carries_them_and_a_link_without_them_opens_as_before() -> None:
    setup = replace(OPENING, recipe=replace(OPENING.recipe, features=("x1x2", "x1"))).checked()
    assert setup.recipe.features == ("x1", "x1x2")  # in the table's order
    assert Setup.from_link(setup.to_link()) == setup
    assert "features" not in OPENING.to_json()
    assert Setup.from_json({"v": 1, "lr": 0.3}).recipe.features == COORDINATES


@pytest.mark.parametrize("given", [["x3"], [7], "x3", None, [["x1"]], {"x1": 1}, [None], 5])
def test_what_is_no_input_is_named(given: object) -> None:
    with pytest.raises(BadInput, match="is no features here; choose one of x1, x2, x1_squared"):
        Setup.from_json({"features": given})


def test_at_least_one_is_needed() -> None:
    with pytest.raises(BadInput, match="Choose at least one input"):
        Setup.from_json({"features": []})


def test_the_command_line_separates_them_by_commas() -> None:
    assert read_features("x1x2, x1") == ("x1", "x1x2")
    with pytest.raises(BadInput, match="“x9” is no features"):
        read_features("x1,x9")
