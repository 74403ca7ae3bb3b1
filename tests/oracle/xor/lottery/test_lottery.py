"""The lottery against the single net, and against what is known about luck on XOR."""

import math

import pytest
import torch

from demos.xor.learn import learn_mlp
from demos.xor.lottery.lottery import lottery, wilson
from demos.xor.lottery.solutions import PROBES, regions, solutions
from demos.xor.model import MLP
from demos.xor.recipe import Recipe, train_test_points

SQUARED = {"loss": "squared", "optimiser": "gradient_descent", "init": "uniform"}


pytestmark = pytest.mark.usefixtures("one_thread")


# Solve rates on the four points after 10,000 steps, measured elsewhere over 200 seeds. The bounds are three standard
# errors of the difference of two such samples.
@pytest.mark.parametrize(
    ("activation", "lr", "init", "known"),
    [
        pytest.param("relu", 0.1, "uniform", {2: 0.255, 4: 0.705, 8: 0.945}, marks=pytest.mark.soak),
        ("tanh", 0.1, "uniform", {2: 0.635, 4: 1.0}),
        ("sigmoid", 1.0, "positive", {2: 0.875}),
    ],
)
def test_solve_rates_are_the_known_ones(activation: str, lr: float, init: str, known: dict[int, float]) -> None:
    recipe = Recipe(lr=lr, steps=10_000, **SQUARED | {"init": init})  # type: ignore[arg-type]
    *_, drawn = lottery(recipe, list(known), [activation], seeds=200)
    for result in drawn.results:
        rate = known[result.hidden]
        assert abs(result.share - rate) <= 3 * math.sqrt(rate * (1 - rate) * 2 / 200) + 0.01, result.hidden


@pytest.mark.parametrize(
    "recipe",
    [
        Recipe(steps=400, lr=1.0, **SQUARED),  # type: ignore[arg-type]
        Recipe(data="circles", hidden=(4, 4), lr=0.03, steps=250, points_seed=5, seed=3, batch=40, l2=1e-4, test=0.2),
    ],
    ids=["xor", "circles"],
)
def test_a_ticket_is_the_single_net_of_its_seed(recipe: Recipe) -> None:
    *_, drawn = lottery(recipe, [2, 6], ["tanh", "relu"], seeds=4)
    assert len(drawn.results) == 4
    solved = []
    for result in drawn.results:
        for index, solved_at in enumerate(result.solved_at):
            single = Recipe(
                **vars(recipe)
                | {
                    "hidden": (result.hidden,) * len(recipe.hidden),
                    "activation": result.activation,
                    "seed": recipe.seed + index,
                }
                | {"points_seed": recipe.seed_of_points}
            ).checked()
            *_, last = learn_mlp(train_test_points(single)[0], single)
            assert last.solved_at == solved_at, (result.hidden, result.activation, index)
            solved.append(solved_at is not None)
    assert any(solved)
    assert not all(solved)


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),  # R. Newcombe, Statistics in Medicine 17, 1998, table I, method 3
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilsons_interval_is_the_published_one(successes: int, trials: int, low: float, high: float) -> None:
    assert wilson(successes, trials) == pytest.approx((low, high), abs=5e-5)
    assert wilson(trials - successes, trials) == pytest.approx((1 - high, 1 - low), abs=5e-5)


def test_regions_are_those_of_scipy() -> None:
    ndimage = pytest.importorskip("scipy.ndimage")
    random = torch.Generator().manual_seed(0)
    coarse = torch.rand(20, 8, 8, generator=random) > 0.45
    maps = coarse.repeat_interleave(4, dim=1).repeat_interleave(4, dim=2)  # each cell 16 probes: above a speck
    expected = [ndimage.label(one.numpy())[1] for one in maps]
    assert regions(maps).tolist() == expected
    assert len(set(expected)) > 3


def test_regions_follow_a_spiral_and_leave_specks_out() -> None:
    spiral = torch.zeros(1, PROBES, PROBES, dtype=torch.bool)
    top, left, bottom, right = 0, 0, PROBES - 1, PROBES - 1
    while top < bottom:
        spiral[0, top, max(left - 2, 0) : right + 1] = True
        spiral[0, top : bottom + 1, right] = True
        spiral[0, bottom, left : right + 1] = True
        spiral[0, top + 2 : bottom + 1, left] = True
        top, left, bottom, right = top + 2, left + 2, bottom - 2, right - 2
    assert regions(spiral).item() == 1
    speck = torch.zeros(1, PROBES, PROBES, dtype=torch.bool)
    speck[0, 4:6, 4:6] = True
    assert regions(speck).item() == 0


def test_two_bands_are_two_solutions() -> None:
    """XOR as a band between two lines x₁ + x₂ = ½ and 3/2, and its mirror image between x₁ − x₂ = ±½."""
    nets = MLP((2, 2, 1), "tanh", seeds=[0, 1, 2])
    along, across = torch.tensor([[9.0, 9.0], [9.0, 9.0]]), torch.tensor([[9.0, 9.0], [-9.0, -9.0]])
    with torch.no_grad():
        nets.weights[0].copy_(torch.stack([along, across, across]))
        nets.biases[0].copy_(torch.tensor([[-4.5, -13.5], [4.5, -4.5], [4.5, -4.5]]).unsqueeze(1))
        nets.weights[1].copy_(torch.tensor([[9.0, -9.0], [-9.0, 9.0], [-9.0, 9.0]]).unsqueeze(-1))
        nets.biases[1].copy_(torch.tensor([-9.0, 9.0, 9.0]).view(3, 1, 1))
    found = solutions(nets.snapshot(), "tanh", torch.tensor([True, True, True]), (-0.45, 1.45))
    assert [(solution.regions, solution.count) for solution in found] == [((1, 2), 2), ((2, 1), 1)]
    assert found[0].example in (1, 2)
    assert found[1].example == 0
    for solution in found:
        for whole, alone in zip(nets.snapshot(), solution.layers, strict=True):
            assert all(torch.equal(a[solution.example][None], b) for a, b in zip(whole, alone, strict=True))


def test_the_example_of_a_kind_is_the_one_most_like_its_mean() -> None:
    """Three half planes x₁ > c, of which the first is the smallest."""
    nets = MLP((2, 1, 1), "tanh", seeds=[0, 1, 2])
    with torch.no_grad():
        nets.weights[0].copy_(torch.tensor([9.0, 0.0]).view(1, 2, 1).expand(3, 2, 1))
        nets.biases[0].copy_(torch.tensor([-9.0, -4.5, 0.0]).view(3, 1, 1))  # c = 1, ½ and 0
        nets.weights[1].fill_(9.0)
        nets.biases[1].zero_()
    [solution] = solutions(nets.snapshot(), "tanh", torch.tensor([False] * 3), (-0.45, 1.45))
    assert (solution.solved, solution.count, solution.regions, solution.example) == (False, 3, (1, 1), 1)
