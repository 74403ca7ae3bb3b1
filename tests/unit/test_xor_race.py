"""The race of the two learners, and the pictures of it."""

import base64
import json
import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from demos.xor.data import DATASETS
from demos.xor.learn import learn_mlp, points_of
from demos.xor.live import AT_LEAST, CURVE, Curve, Race, alone
from demos.xor.look import grid, mlp_region, perceptron_region, picture
from demos.xor.recipe import Recipe


def run(recipe: Recipe) -> Race:
    def to_the_end() -> Race:
        race = Race(recipe)
        while not race.over:
            race.advance()
            assert race.pictures < 1500
        return race

    return alone(to_the_end)


def test_the_race_on_xor_ends_by_itself_with_both_verdicts() -> None:
    race = run(Recipe(lr=0.01, steps=4000))
    assert race.perceptron.cycle is not None
    assert race.mlp.solved_at is not None
    assert AT_LEAST <= race.pictures < 400
    first, second = json.loads(picture(race, "en", running=False))["learners"]
    assert (first["verdict"], first["tone"]) == ("It will never converge", "bad")
    assert second["verdict"] == f"Solved after {race.mlp.solved_at} steps"
    assert (
        json.loads(picture(race, "ko", running=False))["learners"][1]["verdict"]
        == f"{race.mlp.solved_at}스텝 만에 풀었습니다"
    )


@pytest.mark.parametrize("data", ["and", "cloud", "gaussians", "circles", "moons", "spiral"])
def test_the_settings_of_each_dataset_suit_it(data: str) -> None:
    net = DATASETS[data].net
    race = run(Recipe(data=data, hidden=net.hidden, lr=net.lr, steps=4000))
    assert race.mlp.solved_at is not None
    assert race.perceptron.converged == (race.witness is None)
    assert json.loads(picture(race, "en", False))["learners"][0]["tone"] == ("bad" if race.witness else "good")


def test_a_race_that_nobody_wins_ends_too() -> None:
    race = run(Recipe(data="spiral", hidden=(1,), steps=50))
    told = json.loads(picture(race, "en", False))["learners"][1]
    assert told["verdict"] == "Not solved after 50 steps"
    assert f"{len(told['wrong'])} of 200 points" in told["reason"]


def test_a_loss_that_is_no_number_ends_the_race_and_stays_valid_json() -> None:
    race = alone(lambda: Race(Recipe(data="circles")))
    race.mlp = replace(race.mlp, loss=math.inf)
    race.mlp_curve.add(1, math.inf, 0.5)
    assert race.mlp_is_done
    told = json.loads(picture(race, "en", False), parse_constant=lambda name: pytest.fail(f"{name} in JSON"))
    assert told["learners"][1]["verdict"] == "The loss ran away"


def test_curves_stay_short_and_keep_both_ends() -> None:
    curve = Curve()
    for step in range(5 * CURVE):
        curve.add(step, 1 / (step + 1), 0.5)
        assert len(curve.step) == len(curve.loss) == len(curve.accuracy) <= CURVE
    assert (curve.step[0], curve.step[-1]) == (0, 5 * CURVE - 1)
    assert curve.step == sorted(set(curve.step))
    assert curve.loss == [1 / (step + 1) for step in curve.step]


def test_grid_starts_at_the_top_left() -> None:
    cells = grid((-1.0, 1.0), 2)
    assert cells.tolist() == [[-0.5, 0.5], [0.5, 0.5], [-0.5, -0.5], [0.5, -0.5]]


def test_perceptron_region_is_its_half_plane() -> None:
    region = perceptron_region(torch.tensor([1.0, 0.0, 0.0], dtype=torch.float64), (-1, 1), 4)
    assert region.tolist() == [[0, 0, 255, 255]] * 4  # class 1 on the right


def test_mlp_region_is_the_probability_of_class_1() -> None:
    recipe = Recipe(steps=200, lr=0.1).checked()
    points = points_of(recipe)
    *_, last = learn_mlp(points, recipe)
    region = mlp_region(last.layers, "tanh", points.view, 64)
    assert region.dtype == np.uint8
    cells = grid(points.view, 64).numpy()
    for place, label in zip(points.x, points.y, strict=True):
        nearest = int(((cells - place) ** 2).sum(axis=1).argmin())
        assert (region.flatten()[nearest] > 127) == bool(label)


def test_a_picture_carries_what_the_canvas_needs() -> None:
    race = alone(lambda: Race(Recipe()))
    shown = json.loads(picture(race, "en", running=False))
    assert len(shown["points"]) == len(shown["classes"]) == 4
    perceptron, mlp = shown["learners"]
    for learner in (perceptron, mlp):
        assert len(base64.b64decode(learner["region"])) == 64 * 64
        assert learner["verdict"] == "Not trained yet"
    assert len(mlp["lines"]) == 4
    assert len(perceptron["line"]) == 3


def test_alone_leaves_the_threads_of_others_alone() -> None:
    before = torch.get_num_threads()
    assert alone(torch.get_num_threads) == 1
    assert torch.get_num_threads() == before
