"""The order of the points in a training and what counts as right, by counting."""

from itertools import islice

import numpy as np
import pytest
import torch

from demos.common.errors import BadInput
from demos.xor.data import Points
from demos.xor.forward_forward import learn_forward_forward
from demos.xor.learn import batches, learn_mlp, right
from demos.xor.lottery.lottery import lottery
from demos.xor.model import forward_many
from demos.xor.recipe import Recipe, train_points

LINE = Points(np.array([[0.0, 0], [1, 0], [2, 0]]), np.array([0, 0, 1]), (0, 2))


@pytest.mark.parametrize(
    ("batch", "sizes"), [(4, [4, 4, 2]), (9, [9, 1]), (1, [1] * 10), (5, [5, 5]), (0, None), (10, None), (11, None)]
)
def test_an_epoch_shows_every_point_once(batch: int, sizes: list[int] | None) -> None:
    shown = batches(10, Recipe(batch=batch))
    if sizes is None:
        assert [next(shown) for _ in range(3)] == [None] * 3  # all points, as they are
        return
    epochs = [[one.tolist() for one in islice(shown, len(sizes)) if one is not None] for _ in range(3)]
    for epoch in epochs:
        assert [len(one) for one in epoch] == sizes
        assert sorted(index for one in epoch for index in one) == list(range(10))
    assert epochs[0] != epochs[1] != epochs[2]


def test_the_order_hangs_on_the_seed_of_the_points_alone() -> None:
    def order(seed: int, points_seed: int | None) -> list[int]:
        shown = batches(20, Recipe(batch=20 - 1, seed=seed, points_seed=points_seed))
        return [index for one in islice(shown, 4) if one is not None for index in one.tolist()]

    assert order(1, 5) == order(2, 5) == order(5, None)
    assert order(1, 5) != order(1, 6)
    assert order(1, None) != order(2, None)


def test_a_logit_above_zero_says_one() -> None:
    logits = torch.tensor([[-0.1, 0.0, 0.1], [0.1, 0.0, -0.1]])  # two nets; 0 is a probability of one half: class 0
    assert right(logits, torch.tensor([0.0, 0.0, 0.0])).tolist() == [[True, True, False], [False, True, True]]
    assert right(logits, torch.tensor([1.0, 1.0, 1.0])).tolist() == [[False, False, True], [True, False, False]]


def test_there_is_a_record_before_the_first_step_and_one_after_each() -> None:
    assert [one.step for one in learn_mlp(LINE, Recipe(steps=3))] == [0, 1, 2, 3]


def test_a_loss_that_is_no_number_ends_the_training() -> None:
    weights = [(torch.full((1, 2, 1), float("nan")), torch.zeros(1, 1, 1))] * 1
    start = [*weights, (torch.ones(1, 1, 1), torch.zeros(1, 1, 1))]
    [only] = learn_mlp(LINE, Recipe(hidden=(1,), steps=3), start=start)
    assert only.diverged
    assert only.solved_at is None


def test_solved_is_counted_from_the_step_on_which_it_stays_right() -> None:
    """The steps are those after which no point is wrong any more; a large rate loses the solution now and then."""
    lost = 0
    for seed in range(6):
        records = list(learn_mlp(LINE, Recipe(hidden=(2,), steps=60, lr=1.0, seed=seed)))
        since = None
        for one in records:
            lost += since is not None and one.accuracy < 1
            since = None if one.accuracy < 1 else one.step if since is None else since
            assert one.solved_at == since
    assert lost


def test_loss_and_accuracy_are_those_of_the_weights_also_on_points_held_out() -> None:
    """A net of one hidden unit: its logit is tanh(x₁ − ½) · 2 + ¼, worked in plain numbers."""
    start = [
        (torch.tensor([[[1.0], [0.0]]]), torch.tensor([[[-0.5]]])),
        (torch.tensor([[[2.0]]]), torch.tensor([[[0.25]]])),
    ]
    held_out = Points(np.array([[0.5, 3], [0.25, 1]]), np.array([0, 0]), (0, 2))
    first = next(learn_mlp(LINE, Recipe(hidden=(1,)), held_out, start))
    for points, loss, accuracy in (
        (LINE, first.loss, first.accuracy),
        (held_out, first.test_loss, first.test_accuracy),
    ):
        logits = 2 * np.tanh(points.x[:, 0] - 0.5) + 0.25
        probabilities = 1 / (1 + np.exp(-logits))
        surprise = -np.log(np.where(points.y == 1, probabilities, 1 - probabilities))
        assert loss == pytest.approx(surprise.mean(), abs=1e-6)
        assert accuracy == pytest.approx(((logits > 0) == (points.y == 1)).mean())


def test_a_weight_of_zero_costs_nothing_and_stays() -> None:
    """|w| has no slope at 0; from zeros no hidden unit learns either (tanh 0 = 0), only the last bias does."""
    recipe = Recipe(init="zeros", l1=0.5, optimiser="gradient_descent", steps=5)
    *_, last = learn_mlp(LINE, recipe)
    for weight, _ in last.layers:
        assert not weight.any()
    assert last.layers[-1][1].item() < 0  # two points of three are of class 0


@pytest.mark.parametrize(
    "shape", [{"hidden": ()}, {"hidden": (4,), "activation": "linear"}, {"hidden": (8, 8), "activation": "linear"}]
)
def test_without_a_hidden_layer_or_with_linear_units_a_net_is_one_line(shape: dict) -> None:
    """It solves what a line can separate, and nothing else, however long it learns."""
    for data, solved in (("and", True), ("xor", False)):
        recipe = Recipe(data=data, lr=0.05, steps=600, **shape).checked()
        *_, last = learn_mlp(train_points(recipe), recipe)
        assert (last.solved_at is not None) == solved
        corners = torch.tensor([[0.0, 0.0], [1.0, 1.0], [0.0, 1.0], [1.0, 0.0]])
        a, b, c, d = forward_many(last.layers, corners, recipe.activation)[0].tolist()
        assert a + b == pytest.approx(c + d, abs=1e-3)  # a plane over the plane


def test_what_needs_a_hidden_layer_says_so() -> None:
    recipe = Recipe(hidden=()).checked()
    with pytest.raises(BadInput, match="hidden layer"):
        next(learn_forward_forward(train_points(recipe), recipe))
    with pytest.raises(BadInput, match="hidden layer"):
        next(lottery(recipe, [2], ["tanh"], 2))
