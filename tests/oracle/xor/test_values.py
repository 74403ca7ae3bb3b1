"""Regression: values in place of classes, against torch's own losses and optimisers, and what refuses them."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from demos.common.errors import BadInput
from demos.xor.csv_table import read_csv
from demos.xor.data import own_points, sample
from demos.xor.export.export import script
from demos.xor.learn import TOLERANCE, learn_mlp, tensors
from demos.xor.live.run import Run
from demos.xor.lottery.lottery import lottery
from demos.xor.model import MLP, forward_many
from demos.xor.outcome import outcome
from demos.xor.recipe import Recipe, train_points, train_test_points
from demos.xor.settings.setup import Setup

pytestmark = pytest.mark.usefixtures("one_thread")
LINEAR = {"loss": "squared", "output": "linear"}


@pytest.mark.parametrize(
    ("loss", "output"),
    [("squared", "linear"), ("squared", "tanh"), ("squared", "sigmoid"), ("cross_entropy", "sigmoid")],
)
def test_values_are_learned_as_torch_learns_them(loss: str, output: str) -> None:
    recipe = Recipe(data="hills", hidden=(5, 4), lr=0.02, steps=60, seed=3, loss=loss, output=output).checked()
    points = train_points(recipe)
    first = MLP((2, 5, 4, 1), seeds=[3])
    theirs = nn.Sequential(nn.Linear(2, 5), nn.Tanh(), nn.Linear(5, 4), nn.Tanh(), nn.Linear(4, 1))
    for linear, (weight, bias) in zip(theirs[::2], first.layers, strict=True):
        linear.weight.data, linear.bias.data = weight[0].detach().T.clone(), bias[0, 0].detach().clone()
    optimiser = torch.optim.Adam(theirs.parameters(), lr=recipe.lr)
    x, y = tensors(points)
    for ours in learn_mlp(points, recipe):
        logits = theirs(x)[:, 0]
        if loss == "cross_entropy":
            judged, said = F.binary_cross_entropy_with_logits(logits, y), logits.sigmoid()
        else:
            guess = {"linear": logits, "tanh": logits.tanh(), "sigmoid": logits.sigmoid()}[output]
            target = y if output == "sigmoid" else 2 * y - 1
            judged = 0.5 * F.mse_loss(guess, target, reduction="sum")
            said = guess if output == "sigmoid" else (guess + 1) / 2
        assert ours.loss == pytest.approx(judged.item(), rel=1e-4)
        assert ours.accuracy == pytest.approx(((said - y).abs() <= TOLERANCE).double().mean().item(), abs=1.01 / len(y))
        torch.testing.assert_close(forward_many(ours.layers, x, "tanh")[0], logits, rtol=1e-3, atol=1e-3)
        optimiser.zero_grad()
        judged.backward()
        optimiser.step()


def test_a_slope_is_learned_and_holds_for_points_held_out() -> None:
    recipe = Recipe(data="plane", hidden=(2,), lr=0.03, test=0.3, seed=2, **LINEAR).checked()  # type: ignore[arg-type]
    learn, held_out = train_test_points(recipe)
    *_, last = learn_mlp(learn, recipe, held_out)
    assert last.solved_at is not None
    assert last.test_accuracy == 1
    assert last.layers[-1][0].shape[-1] == 1
    results = [*lottery(recipe, [2], ["tanh"], 2)][-1].results
    assert results[0].solved_at[0] == outcome("mlp", Recipe(**{**vars(recipe), "points_seed": 2}))["solved_at"]


@pytest.mark.parametrize("model", ["perceptron", "forward-forward"])
def test_who_knows_classes_only_says_so(model: str) -> None:
    with pytest.raises(BadInput, match="classes only"):
        outcome(model, Recipe(data="hills", steps=10))
    with pytest.raises(BadInput, match="classes only"):
        Run(Recipe(data="hills"), ("mlp", model))


def test_values_travel_in_tables_points_and_links() -> None:
    table = read_csv("x,y,value\n0,0,0\n0,1,0.25\n1,0,1\n")
    assert table.are_values
    assert table.y.tolist() == [0, 0.25, 1]
    assert not read_csv("0,0,0\n0,1,1.0").are_values
    assert not read_csv("0,0,0.5\n0,1,1.5").are_values  # two labels of any kind
    with pytest.raises(BadInput, match="2 to 5"):
        read_csv("\n".join(f"{k},0,{k / 2}" for k in range(9)))
    given = [[0.0, 0.0, 0.125], [1.0, 0.0, 1]]
    points = own_points(given, [-1.0, 1.0])
    assert (points.are_values, points.y.tolist(), points.classes) == (True, [0.125, 1], 2)
    setup = Setup(points=tuple(map(tuple, given)), learners=("mlp",)).checked()  # type: ignore[arg-type]
    again = Setup.from_link(setup.to_link())
    assert again == setup
    assert again.are_values
    assert again.own_points is not None
    np.testing.assert_array_equal(again.own_points.y, points.y)


@pytest.mark.parametrize("output", ["sigmoid", "tanh", "linear"])
def test_the_script_prints_values(output: str, capsys: pytest.CaptureFixture) -> None:
    recipe = Recipe(data="hills", hidden=(3,), steps=30, loss="squared", output=output).checked()
    points = train_points(recipe)
    *_, last = learn_mlp(points, recipe)
    exec(compile(script(last.layers, recipe, 30, points=points.x, are_values=True), "net.py", "exec"), {})
    lines = capsys.readouterr().out.splitlines()
    logits = forward_many(last.layers, tensors(points)[0][:8], "tanh")[0].tolist()
    known = {"sigmoid": lambda z: 1 / (1 + math.exp(-z)), "tanh": lambda z: (math.tanh(z) + 1) / 2}
    said = [float(line.split(" value ")[1].split()[0]) for line in lines]
    assert said == pytest.approx([known.get(output, lambda z: (z + 1) / 2)(logit) for logit in logits], abs=1e-5)


def test_the_hills_have_the_signs_of_xor() -> None:
    points = sample("hills", 400, 0.0, 0)
    same_side = np.sign(points.x[:, 0]) == np.sign(points.x[:, 1])
    assert points.y[same_side].max() < 0.55
    assert points.y[~same_side].min() > 0.45
