"""The run of the learners, and what the page is told of it."""

import base64
import json
import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from demos.common.errors import BadInput
from demos.xor.csv_table import read_csv
from demos.xor.data import DATASETS
from demos.xor.forward_forward import learn_forward_forward
from demos.xor.learn import learn_mlp
from demos.xor.live.look import message
from demos.xor.live.run import LEAST_FRAMES, RESENT_FRAMES, Run, Start
from demos.xor.live.snapshot import FARTHEST_WEIGHT, flat, unflat
from demos.xor.perceptron import learn_perceptron
from demos.xor.recipe import Recipe, train_points
from demos.xor.workers import run_single_threaded

ALL = ("perceptron", "mlp", "forward-forward")


def run(recipe: Recipe, models: tuple[str, ...] = ("perceptron", "mlp"), **choices: object) -> Run:
    def to_the_end() -> Run:
        made = Run(recipe, models, **choices)  # type: ignore[arg-type]
        while not made.over:
            made.advance()
            assert made.frame_count < 3000
        return made

    return run_single_threaded(to_the_end)


def told(made: Run) -> dict:
    return json.loads(message(made, 1, running=False), parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


def test_each_net_learns_at_its_own_rate() -> None:
    recipe = Recipe(lr=0.01, forward_lr=0.3, steps=40).checked()
    made = run(recipe, ("mlp", "forward-forward"), stop=False)
    points = train_points(recipe)
    *_, forward = run_single_threaded(lambda: list(learn_forward_forward(points, replace(recipe, lr=0.3))))
    *_, backward = run_single_threaded(lambda: list(learn_mlp(points, recipe)))
    np.testing.assert_array_equal(made.now["forward-forward"].numbers, flat(forward.layers))
    np.testing.assert_array_equal(made.now["mlp"].numbers, flat(backward.layers))
    assert [learner.get("lr") for learner in told(made)["learners"]] == [None, 0.3]


def test_all_three_on_xor_end_by_themselves() -> None:
    made = run(Recipe(lr=0.01, steps=4000), ALL)
    assert made.now["perceptron"].cycle is not None
    assert made.now["mlp"].solved_at is not None
    assert made.now["forward-forward"].solved_at is not None
    assert LEAST_FRAMES <= made.frame_count < 400
    said = told(made)
    assert said["over"]
    assert [one["model"] for one in said["learners"]] == list(ALL)
    assert [one["widths"] for one in said["learners"]] == [[2, 1], [2, 4, 1], [4, 4]]
    assert said["cycle"]["period"] == 1
    assert said["cycle"]["step"] == 4 * made.now["perceptron"].cycle.found
    assert said["proof"]["exact"]


@pytest.mark.parametrize("data", ["and", "cloud", "gaussians", "circles", "moons", "spiral"])
def test_the_settings_of_each_dataset_suit_it(data: str) -> None:
    net = DATASETS[data].net
    made = run(Recipe(data=data, hidden=net.hidden, lr=net.lr, steps=4000), speed=6)
    assert made.now["mlp"].solved_at is not None
    assert (made.now["perceptron"].accuracy == 1) == (made.contradiction is None)
    assert (told(made)["proof"] is None) == (made.contradiction is None)


def test_frames_are_those_of_the_learners_themselves() -> None:
    recipe = Recipe(lr=0.05, steps=40).checked()
    made = run_single_threaded(lambda: Run(recipe, ALL))
    shown = [made.frames[-1]]
    for _ in range(20):
        run_single_threaded(made.step)
        shown.append(made.frames[-1])
    assert [frame.index for frame in shown] == list(range(21))
    steps = list(run_single_threaded(lambda: list(learn_mlp(train_points(recipe), recipe))))
    perceptrons = learn_perceptron(train_points(recipe), 0.1, recipe.seed)
    for frame, perceptron in zip(shown, perceptrons, strict=False):
        assert {one.step for one in frame.learners} == {frame.index}
        np.testing.assert_allclose(frame.learners[0].numbers, perceptron.weights.numpy(), rtol=1e-6)
        np.testing.assert_array_equal(frame.learners[1].numbers, flat(steps[frame.index].layers))
        assert frame.learners[1].loss == steps[frame.index].loss


def test_weights_travel_exactly_and_messages_overlap() -> None:
    made = run_single_threaded(lambda: Run(Recipe(data="moons", hidden=(3, 2)), ("mlp",)))
    seen: dict[int, bytes] = {}
    for _ in range(3):
        for _ in range(RESENT_FRAMES // 2):
            run_single_threaded(made.advance)
        for frame in told(made)["frames"]:
            packed = base64.b64decode(frame["learners"][0]["weights"])
            assert seen.setdefault(frame["index"], packed) == packed
    assert sorted(seen) == list(range(3 * (RESENT_FRAMES // 2) + 1))
    assert seen[max(seen)] == made.now["mlp"].numbers.tobytes()


def test_an_epoch_shows_every_point_once() -> None:
    made = run_single_threaded(lambda: Run(Recipe(data="circles", batch=64), ALL))
    run_single_threaded(made.epoch)
    assert [one.step for one in made.frames[-1].learners] == [200, 4, 4]


def test_without_stopping_it_goes_on_to_the_last_step() -> None:
    recipe = Recipe(lr=0.1, steps=2000)  # many more than the first LEAST_FRAMES frames show
    assert run(recipe, speed=6).now["mlp"].step < 2000
    assert run(recipe, stop=False, speed=6).now["mlp"].step == 2000
    spent = run(Recipe(data="spiral", hidden=(1,), steps=50))
    assert spent.now["mlp"].step == 50
    assert told(spent)["limits"]["steps"] == 50


def test_a_slow_run_misses_no_step() -> None:
    made = run_single_threaded(lambda: Run(Recipe(data="circles"), ALL, speed=0.2))
    for _ in range(5):
        run_single_threaded(made.advance)
    assert [one.step for one in made.frames[-1].learners] == [5, 5, 5]
    assert made.seconds > 1 / 10


def test_a_loss_that_is_no_number_ends_the_run_and_stays_valid_json() -> None:
    made = run_single_threaded(lambda: Run(Recipe(data="circles")))
    perceptron, mlp = made.frames[-1].learners
    made.frames[-1] = replace(made.frames[-1], learners=(perceptron, replace(mlp, loss=math.inf)))
    assert made.is_done("mlp")
    assert told(made)["frames"][-1]["learners"][1]["loss"] is None


def test_held_out_points_are_told_apart() -> None:
    made = run(Recipe(data="moons", hidden=(6, 6), lr=0.03, test=0.25, steps=300), ALL, speed=6)
    said = told(made)
    assert (len(said["points"]), len(said["test_points"])) == (150, 50)
    assert all(0 <= one["test_accuracy"] <= 1 for one in said["frames"][-1]["learners"])
    assert len(made.all_points.y) == 200


def test_own_points_are_learned() -> None:
    own = read_csv("0,0,a\n0,2,b\n2,0,b\n2,2,b")
    made = run(Recipe(lr=0.05), own=own)
    assert made.now["perceptron"].accuracy == 1
    assert told(made)["own"]
    assert told(made)["points"] == [[0, 0], [0, 2], [2, 0], [2, 2]]


def test_a_run_goes_on_from_weights_that_were_edited() -> None:
    first = run(Recipe(lr=0.01, steps=500), ALL)
    frame = first.frames[-1]
    steps = tuple(one.step for one in frame.learners)
    numbers = tuple(one.numbers.copy() for one in frame.learners)
    numbers[1][:] = 0.25
    made = run_single_threaded(lambda: Run(first.recipe, ALL, start=Start(frame.index, steps, numbers)))
    said = told(made)
    assert (said["after"], said["frames"][0]["index"]) == (frame.index, frame.index + 1)
    for one, weights, step in zip(said["frames"][0]["learners"], numbers, steps, strict=True):
        assert base64.b64decode(one["weights"]) == weights.astype("<f4").tobytes()
        assert one["step"] == step
    run_single_threaded(made.step)
    assert told(made)["frames"][-1]["learners"][1]["step"] == steps[1] + 1
    assert told(made)["limits"]["steps"] == 500 + max(steps)


@pytest.mark.parametrize("wrong", [np.zeros(16), np.full(17, np.nan), np.full(17, 2 * FARTHEST_WEIGHT)])
def test_weights_that_cannot_be_are_refused(wrong: np.ndarray) -> None:
    with pytest.raises(BadInput) as refused:
        Run(Recipe(), ("mlp",), start=Start(0, (0,), (wrong.astype(np.float32),))).step()
    assert refused.value.in_language("ko") != str(refused.value)


def test_flat_and_unflat_are_each_others_inverse() -> None:
    layers = [(torch.randn(1, 2, 3), torch.randn(1, 1, 3)), (torch.randn(1, 3, 1), torch.randn(1, 1, 1))]
    for (weight, bias), (again, back) in zip(layers, unflat(flat(layers), (2, 3, 1)), strict=True):
        assert torch.equal(weight, again)
        assert torch.equal(bias, back)


def test_alone_leaves_the_threads_of_others_alone() -> None:
    before = torch.get_num_threads()
    assert run_single_threaded(torch.get_num_threads) == 1
    assert torch.get_num_threads() == before


def test_a_perceptron_left_before_it_found_a_line_is_told_that_it_must_and_goes_on() -> None:
    """Novikoff (1962): where a line exists, it converges, after no more corrections than the margin allows."""
    own = read_csv("5,0,a\n5.05,0,b\n4.6,5,a\n5.5,5,b")
    made = run(Recipe(), ("perceptron",), own=own, speed=10)
    first = told(made)
    assert made.now["perceptron"].accuracy < 1
    assert first["goes_on"]
    assert first["line"]["bound"] == math.floor(made.margin()[1])
    while made.over:
        made.go_on()
        assert told(made)["line"] is None  # while it learns, nothing is said yet
        while not made.over:
            run_single_threaded(made.advance)
        if made.now["perceptron"].accuracy == 1:
            break
    assert made.now["perceptron"].corrections <= first["line"]["bound"]
    assert not told(made)["goes_on"]


def test_points_that_no_line_separates_are_not_promised_one() -> None:
    made = run(Recipe(data="moons"), ("perceptron",))
    assert made.margin() is None
    assert (told(made)["line"], told(made)["goes_on"]) == (None, False)
    steps = made.now["perceptron"].step
    made.go_on()
    assert made.over
    assert made.now["perceptron"].step == steps


def test_the_page_is_told_the_penalty_and_on_which_scale_it_is_taken() -> None:
    recipe = Recipe(data="moons", count=40, steps=1, l2=0.1, features=("x1", "x2", "x1x2"))
    penalties = [
        told(Run(one, ("mlp", "forward-forward")))["learners"]
        for one in (replace(recipe, l2=0.0), recipe, replace(recipe, standardise=True))
    ]
    assert all("penalty" not in other for _, other in penalties)  # Forward-Forward has none
    none, given, standardised = [mlp.get("penalty") for mlp, _ in penalties]
    assert none is None
    assert given == {"l1": 0.0, "l2": 0.1}
    x = train_points(recipe.checked()).x
    inputs = np.column_stack([x, x[:, 0] * x[:, 1]])
    assert standardised["std"] == pytest.approx(inputs.std(axis=0).tolist())


def test_a_run_with_dropout_is_the_same_again_also_where_it_goes_on() -> None:
    recipe = Recipe(data="moons", count=40, hidden=(6,), dropout=0.5, steps=30)
    one, two = (run(recipe, ("mlp",), stop=False).now["mlp"] for _ in range(2))
    np.testing.assert_array_equal(one.numbers, two.numbers)
    assert not np.array_equal(one.numbers, run(replace(recipe, dropout=0.0), ("mlp",), stop=False).now["mlp"].numbers)
    start = Start(5, (30,), (one.numbers,))
    on, again = (run(recipe, ("mlp",), start=start, stop=False).now["mlp"] for _ in range(2))
    np.testing.assert_array_equal(on.numbers, again.numbers)
